"""Questions to a service that are no conversation: one POST, one answer."""

from __future__ import annotations

import asyncio
from functools import partial
from http.client import HTTPException, HTTPResponse
from typing import Final
from urllib.error import URLError
from urllib.request import OpenerDirector, ProxyHandler, Request

from app import __version__
from app.dialects import failures
from app.dialects.base import Handshake
from app.domain.errors import CaptionError, ServiceError
from app.engines.aside import aside
from app.engines.connecting import blocked_by_proxy, network_refusal, too_talkative
from app.engines.endpoints import is_loopback
from app.engines.wire import EncryptedHandler, PlainHandler, Wire

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
    wire = Wire()
    try:
        # The library's limit is for each piece of the answer: who drips would never reach it.
        async with asyncio.timeout(ANSWER_SECONDS):
            return await aside(partial(_post, handshake, body.encode(), wire), "question")
    except TimeoutError as error:
        raise network_refusal(error, _host(handshake)) from None
    finally:
        wire.cut()


def _post(handshake: Handshake, body: bytes, wire: Wire) -> tuple[int, bytes]:
    request = Request(handshake.url, body, dict(handshake.headers), method="POST")  # noqa: S310  # endpoints are checked
    try:
        with _opener(handshake.url, wire).open(request, timeout=ANSWER_SECONDS) as answer:
            return answer.status, _read(answer)
    except (OSError, HTTPException, ValueError) as error:
        raise _refusal(error, _host(handshake)) from None


def _host(handshake: Handshake) -> str:
    return handshake.url.split("/")[2]


def _opener(url: str, wire: Wire) -> OpenerDirector:
    """Follows no redirect, since the key is meant for one address; any status is an answer."""
    opener = OpenerDirector()
    opener.addheaders = [("User-Agent", f"surtitle/{__version__}")]
    # A proxy can't know what is on this computer.
    opener.add_handler(ProxyHandler({} if is_loopback(url) else None))
    opener.add_handler(PlainHandler(wire))
    opener.add_handler(EncryptedHandler(wire))
    return opener


def _read(answer: HTTPResponse) -> bytes:
    """The body, of a server that is not too talkative.

    Raises:
        RefusedError: it is.
    """
    body = bytearray()
    while chunk := answer.read1(_CHUNK):
        body += chunk
        if len(body) > LARGEST_ANSWER:
            raise too_talkative(LARGEST_ANSWER)
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
