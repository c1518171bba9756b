"""Plain HTTP beside the web sockets, on the same port: answers, and POST requests."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from websockets.asyncio.server import ServerConnection
from websockets.datastructures import Headers
from websockets.http11 import Response

from tests.simulator.faults import HTTP_ERRORS
from tests.simulator.vocabulary import Refused

LARGEST: Final = 16 * 1024 * 1024
_POST: Final = b"POST "
_BEARER: Final = re.compile(r"[Bb]earer (\S+)")


@dataclass(frozen=True, slots=True)
class Post:
    """One POST request."""

    path: str
    headers: Headers
    body: bytes


Answer = Callable[[Post], Response | None]
"""What to answer; None for nothing at all, ever."""


class Front(ServerConnection):
    """A connection that may turn out to be a POST request instead of an upgrade.

    Attributes:
        frozen: half-open: it stands, and nobody is there.
    """

    def __init__(self, *arguments: Any, answer: Answer, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._answer = answer
        self._received = b""
        self._upgrade = False
        self.frozen = False

    def freeze(self) -> None:
        """Read nothing more; what was on its way stays unread."""
        self.frozen = True
        self.transport.pause_reading()

    def data_received(self, data: bytes) -> None:
        """Look at the first bytes; an upgrade is the library's business from there on."""
        if self.frozen:
            return
        if self._upgrade:
            super().data_received(data)
            return
        self._received += data
        if _POST.startswith(self._received[: len(_POST)]):
            self._take_post()
        else:
            self._upgrade = True
            super().data_received(self._received)

    def _take_post(self) -> None:
        head, blank, body = self._received.partition(b"\r\n\r\n")
        if not blank:
            return
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = Headers()
        for line in lines:
            name, _, value = line.partition(":")
            headers[name.strip()] = value.strip()
        length = int(headers.get("Content-Length", "0"))
        if len(body) < min(length, LARGEST):
            return
        answer = self._answer(Post(first.split(" ")[1], headers, body[:length]))
        if answer is not None:
            self.transport.write(answer.serialize())
            self.transport.close()


def key(headers: Headers) -> str:
    """The key a client shows; empty where it shows none that is well formed."""
    found = _BEARER.fullmatch(headers.get("Authorization", ""))
    return "" if found is None else found[1]


def as_json(status: int, content: Any) -> Response:
    """An answer with a JSON body."""
    body = json.dumps(content, ensure_ascii=False).encode()
    headers = Headers()
    headers["Content-Type"] = "application/json"
    headers["Content-Length"] = str(len(body))
    headers["Connection"] = "close"
    return Response(status, HTTPStatus(status).phrase, headers, body)


def refusal(status: int, code: str = "", message: str = "") -> Response:
    """An answer as the service refuses with."""
    known = HTTP_ERRORS.get(status, ("InternalError", "Unknown error."))
    content = {"code": code or known[0], "message": message or known[1], "request_id": str(uuid.uuid4())}
    return as_json(status, content)


def success(output: dict[str, Any]) -> Response:
    """An answer as the service gives results."""
    return as_json(200, {"output": output, "usage": {"count": 1}, "request_id": str(uuid.uuid4())})


def refused(error: Refused) -> Response:
    """The answer to a request that breaks a limit."""
    return refusal(error.status, error.code, error.message)
