"""One question, one answer, and all the ways in which none comes."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from app.dialects.base import Handshake
from app.domain.errors import AccessError, CaptionError, RefusedError, ServiceError
from app.domain.secret import Secret
from app.engines import posting
from app.engines.posting import LARGEST_ANSWER, post
from tests.engines.servers import certificate, server

KEY = Secret("sk-0123456789abcdef")
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


def question(url: str) -> Handshake:
    headers = {"Authorization": f"Bearer {KEY.reveal()}", "Content-Type": "application/json"}
    return Handshake(url, headers)


async def refused(url: str) -> CaptionError:
    with pytest.raises(CaptionError) as caught:
        await post(question(url), "{}")
    assert KEY.reveal() not in f"{caught.value!r} {caught.value.__context__!r}"
    assert caught.value.remedy
    return caught.value


def answered(status: str, body: bytes, *headers: str) -> bytes:
    lines = (f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", "")
    return "\r\n".join(lines).encode() + body


@pytest.mark.parametrize("status", ["200 OK", "401 Unauthorized", "429 Too Many", "500 Oops"])
def test_whatever_is_answered_is_given_back(status: str) -> None:
    async def test() -> tuple[tuple[int, bytes], bytes]:
        async with server(answered(status, b'{"a":1}')) as (port, asked):
            return await post(question(f"http://127.0.0.1:{port}/path"), '{"ü":1}'), asked[0]

    answer, asked = asyncio.run(test())
    assert answer == (int(status[:3]), b'{"a":1}')
    head, _, body = asked.partition(b"\r\n\r\n")
    assert head.startswith(b"POST /path HTTP/1.1\r\n")
    assert f"authorization: bearer {KEY.reveal()}".encode() in head.lower()
    assert b"user-agent: surtitle/" in head.lower()
    assert body == '{"ü":1}'.encode()


def test_an_answer_in_pieces() -> None:
    chunked = b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{"a\r\n4\r\n":1}\r\n0\r\n\r\n'

    async def test() -> tuple[int, bytes]:
        async with server(chunked) as (port, _):
            return await post(question(f"http://127.0.0.1:{port}"), "{}")

    assert asyncio.run(test()) == (200, b'{"a":1}')


def test_the_key_follows_no_redirect() -> None:
    async def test() -> tuple[int, list[bytes]]:
        async with server(b"") as (elsewhere, asked):
            there = answered("302 Found", b"", f"Location: http://127.0.0.1:{elsewhere}/")
            async with server(there) as (port, _):
                status, _ = await post(question(f"http://127.0.0.1:{port}"), "{}")
                return status, asked

    assert asyncio.run(test()) == (302, [])


def test_nobody_listens() -> None:
    async def test() -> CaptionError:
        async with server(b"") as (port, _):
            pass
        return await refused(f"http://127.0.0.1:{port}")

    assert asyncio.run(test()).problem.startswith("Nothing answers at 127.0.0.1")


def test_there_is_no_such_host() -> None:
    error = asyncio.run(refused("https://no-such-host.invalid"))
    assert error.problem == "no-such-host.invalid can't be found."


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (b"", "broke"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "language of the web"),
        (b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 1000, "language of the web"),
        (b"A" * 1_000_000, "language of the web"),
    ],
)
def test_servers_that_speak_otherwise(answer: bytes, says: str) -> None:
    async def test() -> CaptionError:
        async with server(answer) as (port, _):
            return await refused(f"http://127.0.0.1:{port}")

    error = asyncio.run(test())
    assert type(error) is ServiceError
    assert says in error.problem


def test_an_answer_that_is_too_long() -> None:
    async def test() -> CaptionError:
        async with server(answered("200 OK", b"x" * (LARGEST_ANSWER + 100_000))) as (port, _):
            return await refused(f"http://127.0.0.1:{port}")

    error = asyncio.run(test())
    assert type(error) is RefusedError
    assert "1 MB" in error.problem


@asynccontextmanager
async def dripping(first: bytes) -> AsyncIterator[str]:
    """A server that begins to answer and goes on a byte at a time for as long as anybody listens."""

    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(first)
        with suppress(ConnectionError):
            while True:
                writer.write(b"x")
                await writer.drain()
                await asyncio.sleep(0.02)
        writer.close()

    async with await asyncio.start_server(drip, "127.0.0.1", 0) as listening:
        yield f"127.0.0.1:{listening.sockets[0].getsockname()[1]}"


BODY = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"
HEADER = b"HTTP/1.1 200 OK\r\nX-A: "


@pytest.mark.parametrize("first", [b"", HEADER, BODY])
def test_a_server_that_drips_has_no_longer_than_any_other(
    first: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "ANSWER_SECONDS", 0.3)

    async def test() -> CaptionError:
        async with dripping(first) as host, asyncio.timeout(5):
            return await refused(f"http://{host}")

    assert "does not answer" in asyncio.run(test()).problem


def test_a_proxy_that_drips(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "ANSWER_SECONDS", 0.3)
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)

    async def test() -> CaptionError:
        async with dripping(HEADER) as host, asyncio.timeout(5):
            monkeypatch.setenv("HTTPS_PROXY", f"http://{host}")
            return await refused("https://service.example")

    assert "does not answer" in asyncio.run(test()).problem


def test_a_server_that_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "ANSWER_SECONDS", 0.3)

    async def test() -> CaptionError:
        with socket.create_server(("127.0.0.1", 0)) as silent:
            return await refused(f"http://127.0.0.1:{silent.getsockname()[1]}")

    assert "does not answer" in asyncio.run(test()).problem


@pytest.mark.parametrize("first", [b"", HEADER, BODY])
def test_a_question_that_is_given_up_leaves_no_thread(first: bytes) -> None:
    async def test() -> None:
        async with dripping(first) as host:
            asking = asyncio.create_task(post(question(f"http://{host}"), "{}"))
            await asyncio.sleep(0.1)
            asking.cancel()
            async with asyncio.timeout(1):
                with pytest.raises(asyncio.CancelledError):
                    await asking

    asyncio.run(test())


def test_nobody_waits_for_a_resolver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "ANSWER_SECONDS", 0.3)
    found = threading.Event()

    def look_up(*_: object) -> list[object]:
        found.wait()
        return []

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    try:
        assert "does not answer" in asyncio.run(refused("https://service.example")).problem
    finally:
        found.set()


def test_a_certificate_that_nobody_signed_is_refused_even_on_this_computer(tmp_path: Path) -> None:
    context = certificate(tmp_path)

    async def test() -> tuple[CaptionError, list[bytes]]:
        async with server(answered("200 OK", b"{}"), context) as (port, asked):
            return await refused(f"https://127.0.0.1:{port}"), asked

    error, asked = asyncio.run(test())
    assert type(error) is RefusedError
    assert "can't prove" in error.problem
    assert not any(KEY.reveal().encode() in one for one in asked)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", AccessError),
        (b"HTTP/1.1 503 Unavailable\r\n\r\n", ServiceError),
    ],
)
def test_the_proxy_of_the_environment_is_used_and_its_refusal_told(
    answer: bytes, kind: type[CaptionError], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def test() -> tuple[CaptionError, list[bytes]]:
        async with server(answer) as (port, asked):
            monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
            return await refused("https://service.example"), asked

    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    error, asked = asyncio.run(test())
    assert type(error) is kind
    assert "proxy" in error.problem.lower()
    assert asked[0].startswith(b"CONNECT service.example:443")
    assert KEY.reveal().encode() not in asked[0]


def test_a_proxy_is_not_asked_for_what_is_on_this_computer(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test() -> list[bytes]:
        async with server(b"") as (proxy, asked), server(answered("200 OK", b"{}")) as (port, _):
            for name in PROXIES[:3]:
                monkeypatch.setenv(name, f"http://127.0.0.1:{proxy}")
                monkeypatch.setenv(name.lower(), f"http://127.0.0.1:{proxy}")
            await post(question(f"http://127.0.0.1:{port}"), "{}")
            return asked

    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    assert asyncio.run(test()) == []
