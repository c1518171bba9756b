"""Questions to a service that are no conversation: one POST, one answer."""

from __future__ import annotations

import asyncio
import ssl
import time
from http.client import HTTPException, HTTPResponse
from typing import Final
from urllib.error import URLError
from urllib.request import HTTPHandler, HTTPSHandler, OpenerDirector, ProxyHandler, Request

from app import __version__
from app.dialects import failures
from app.dialects.base import Handshake
from app.domain.errors import CaptionError, RefusedError, ServiceError
from app.engines.connecting import blocked_by_proxy, network_refusal
from app.engines.endpoints import is_loopback

ANSWER_SECONDS: Final = 4.0
LARGEST_ANSWER: Final = 2**20
"""Bytes."""
_CHUNK: Final = 2**16
_BLOCKED: Final = "Tunnel connection failed: "
"""How the library begins what a proxy said."""


async def post(handshake: Handshake, body: str) -> tuple[int, bytes]:
    """Ask, in a thread; gives the status and the body of the answer, whatever they are.

    Raises:
        CaptionError: no answer came, and why.
    """
    return await asyncio.to_thread(_post, handshake, body.encode())


def _post(handshake: Handshake, body: bytes) -> tuple[int, bytes]:
    host = handshake.url.split("/")[2]
    request = Request(handshake.url, body, dict(handshake.headers), method="POST")  # noqa: S310  # endpoints are checked
    deadline = time.monotonic() + ANSWER_SECONDS
    try:
        with _opener(handshake.url).open(request, timeout=ANSWER_SECONDS) as answer:
            return answer.status, _read(answer, deadline)
    except (OSError, HTTPException, ValueError) as error:
        raise _refusal(error, host) from None


def _opener(url: str) -> OpenerDirector:
    """Follows no redirect, since the key is meant for one address; any status is an answer."""
    opener = OpenerDirector()
    opener.addheaders = [("User-Agent", f"surtitle/{__version__}")]
    # A proxy can't know what is on this computer.
    opener.add_handler(ProxyHandler({} if is_loopback(url) else None))
    opener.add_handler(HTTPHandler())
    opener.add_handler(HTTPSHandler(context=ssl.create_default_context()))
    return opener


def _read(answer: HTTPResponse, deadline: float) -> bytes:
    """The body, of a server that is neither too slow nor too talkative.

    Raises:
        RefusedError, TimeoutError: it is.
    """
    body = bytearray()
    while chunk := answer.read1(_CHUNK):
        body += chunk
        if len(body) > LARGEST_ANSWER:
            raise RefusedError(
                f"The service said more at once than {LARGEST_ANSWER // 2**20} MB.",
                "Check that the endpoint belongs to the chosen recognizer.",
            )
        if time.monotonic() >= deadline:
            raise TimeoutError
    return bytes(body)


def _refusal(error: Exception, host: str) -> CaptionError:
    reason = error.reason if isinstance(error, URLError) else error
    said = str(reason)
    if said.startswith(_BLOCKED):
        blocked = said.removeprefix(_BLOCKED).startswith("407")
        return failures.of_status(407) if blocked else blocked_by_proxy(host)
    if isinstance(reason, OSError):
        return network_refusal(reason, host)
    return ServiceError(f"{host} does not speak the language of the web.", "Check the endpoint.")
