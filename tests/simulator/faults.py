"""What can be made to go wrong, where and when."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class FaultKind(StrEnum):
    """What goes wrong. Those with a value are written `KIND=VALUE`."""

    REFUSE = "refuse"
    """The connection is reset instead of answered."""
    HTTP = "http"
    """The upgrade is refused with this status: 401, 403, 404, 429, 500, 503."""
    HANG = "hang"
    """The upgrade is never answered."""
    STALL = "stall"
    """Sound is taken, nothing is said."""
    DROP = "drop"
    """The connection is reset."""
    CLOSE = "close"
    """A close frame with this code (default 1000); `close=1007:reason` for a reason."""
    HALF_OPEN = "half-open"
    """Nothing is read or said any more, pings stay unanswered, the connection stays."""
    THROTTLE = "throttle"
    ERROR = "error"
    """The service reports this code of `ERRORS`."""
    SLOW = "slow"
    """Everything is said this many seconds late (default 1)."""
    TORN_FRAME = "torn-frame"
    """The connection is reset in the middle of a frame."""
    NOT_JSON = "not-json"
    HUGE = "huge"
    """A message of this many bytes (default 20 MB)."""
    PINGS = "pings"
    """So many pings at once (default 100,000)."""
    CRUMBS = "crumbs"
    """So many messages at once that say nothing (default 2,000)."""
    UNKNOWN = "unknown"
    """A message of a type that nobody knows."""
    NULLS = "nulls"
    """From here on every value but the type is null."""
    POST = "post"
    """The customization API answers with this status; `post=hang` not at all."""


AT_OPENING: Final = frozenset(
    {FaultKind.STALL, FaultKind.DROP, FaultKind.CLOSE, FaultKind.HALF_OPEN, FaultKind.SLOW, FaultKind.NULLS}
)
"""What needs no word from the client to happen."""

ERRORS: Final = {
    "CLIENT_ERROR": "request timeout after 23 seconds.",
    "ResponseTimeout": "Response timeout!",
    "NO_VALID_AUDIO_ERROR": "NO_VALID_AUDIO_ERROR",
    "UNSUPPORTED_FORMAT": "Failed to decode audio",
    "InvalidParameter": "task can not be null",
    "ModelNotFound": "Model not found",
    "InvalidApiKey": "Invalid API-key provided.",
    "AccessDenied": "Access denied.",
    "Workspace.AccessDenied": "Workspace access denied.",
    "Arrearage": "Access denied, please make sure your account is in good standing.",
    "Throttling": "Requests rate limit exceeded, please try again later.",
    "Throttling.RateQuota": "You exceeded your current requests list.",
    "Throttling.AllocationQuota": "Allocated quota exceeded, please increase your quota limit.",
    "Throttling.BurstRate": "Request rate increased too quickly, please slow down.",
    "DataInspectionFailed": "Input data may contain inappropriate content.",
    "InternalError": "An internal error has occured, please try again later.",
    "InternalError.Algo": "Inference internal error.",
}
"""Error codes of the service, each with the message that comes with it."""

HTTP_ERRORS: Final = {
    400: ("InvalidParameter", "Required parameter missing or invalid."),
    401: ("InvalidApiKey", "Invalid API-key provided."),
    403: ("AccessDenied", "Access denied."),
    404: ("ModelNotFound", "Model not found"),
    429: ("Throttling.RateQuota", "Requests rate limit exceeded, please try again later."),
    500: ("InternalError", "An internal error has occured, please try again later."),
    503: ("ModelUnavailable", "Model is unavailable, please try again later."),
}
"""Statuses of the service before a session, each with code and message of the body."""

_SPELLED: Final = re.compile(
    r"(?P<kind>[a-z-]+)(?:=(?P<value>[^@#]+))?(?:@(?P<after>\d+(?:\.\d+)?|finish))?(?:#(?P<first>\d+)(?P<range>-(?P<last>\d*))?)?"
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong, once on each connection it is meant for.

    Attributes:
        after: seconds of sound received on the connection; None at once; infinity when the client finishes.
        first, last: numbers of the connections, from 1; None for no end.
    """

    kind: FaultKind
    value: str = ""
    after: float | None = None
    first: int = 1
    last: int | None = None

    @classmethod
    def parse(cls, spelled: str) -> Fault:
        """Read `KIND[=VALUE][@SECONDS][#CONNECTION[-[LAST]]]`.

        `drop@2.5#1` drops the first connection after 2.5 seconds of sound, `drop@finish` each one when the
        client says that it is done; without `#` it means every connection, with `#2-` all from the second on.

        Raises:
            ValueError: it is not spelled so.
        """
        found = _SPELLED.fullmatch(spelled)
        if found is None:
            raise ValueError(f"not a fault: {spelled!r}")
        first, last = int(found["first"] or 1), None
        if found["first"]:
            last = first if found["range"] is None else int(found["last"]) if found["last"] else None
        after = float(found["after"].replace("finish", "inf")) if found["after"] else None
        kind = FaultKind(found["kind"])
        if kind is FaultKind.ERROR and found["value"] not in ERRORS:
            raise ValueError(f"not an error code: {spelled!r}")
        return cls(kind, found["value"] or "", after, first, last)

    def meets(self, connection: int) -> bool:
        """Whether it is meant for this connection."""
        return self.first <= connection and (self.last is None or connection <= self.last)

    def due(self, audio: float, *, finishing: bool = False) -> bool:
        """Whether its moment has come."""
        if self.after == math.inf:
            return finishing
        return self.after is None or audio >= self.after - 1e-6
