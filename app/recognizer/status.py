"""What the recognizer is doing, for the status line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from app.domain.errors import CaptionError, DeviceLostError, InputError


@dataclass(frozen=True, slots=True)
class Idle:
    """Nothing is being captioned."""


@dataclass(frozen=True, slots=True)
class Connecting:
    """The source and the engine are getting ready; sound is kept already."""


@dataclass(frozen=True, slots=True)
class Listening:
    """Sound is heard and recognized."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """There is no device to hear; captions go on once there is one.

    Attributes:
        reason: why, in words for the user.
        lane: whose it would be, where others are heard; else empty.
    """

    reason: str
    lane: str = ""


@dataclass(frozen=True, slots=True)
class Reduced:
    """A lane is not heard any more; the others are.

    Attributes:
        lane: which one.
        reason: why, in words for the user.
    """

    lane: str
    reason: str


@dataclass(frozen=True, slots=True)
class Reconnecting:
    """The service is away; what is said meanwhile is kept for it.

    Attributes:
        reason: why, in words for the user.
        remedy: what the user can do about it; empty where waiting may do.
    """

    reason: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Offline:
    """Another engine stands in for the service.

    Attributes:
        engine: what people call it.
        reason: why, in words for the user; empty where the user wanted it so.
        remedy: what the user can do about it; empty where waiting may do.
    """

    engine: str
    reason: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Paused:
    """The user wants nothing heard for a while."""


@dataclass(frozen=True, slots=True)
class Finishing:
    """No more sound; the last words are being recognized.

    Attributes:
        reason: why that takes long, in words for the user; empty where all goes well.
        remedy: what the user can do about it; empty where waiting may do.
    """

    reason: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Failed:
    """Captioning stopped because of `error`."""

    error: CaptionError

    @property
    def sourceless(self) -> bool:
        """Whether there was nothing to hear, of which neither the recognizer nor a session is concerned."""
        return isinstance(self.error, InputError) and not isinstance(self.error, DeviceLostError)


Hearing: TypeAlias = Connecting | Listening | Waiting | Reduced | Reconnecting | Offline
"""How it goes while nobody has paused or stopped."""

Status: TypeAlias = Idle | Hearing | Paused | Finishing | Failed
