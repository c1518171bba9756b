"""Connections that do not come about, and why."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path

import pytest

from app.dialects.base import Handshake
from app.domain.errors import AccessError, CaptionError, RefusedError, ServiceError, UsageError
from app.domain.secret import Secret
from app.engines.connecting import network_refusal, open_connection
from tests.engines.servers import certificate, server

KEY = Secret("sk-0123456789abcdef")


async def refused(url: str) -> CaptionError:
    with pytest.raises(CaptionError) as caught:
        await open_connection(Handshake(url, {"Authorization": f"Bearer {KEY.reveal()}"}), KEY)
    assert KEY.reveal() not in f"{caught.value!r} {caught.value.__context__!r}"
    assert caught.value.remedy
    return caught.value


def test_nobody_listens() -> None:
    async def test() -> CaptionError:
        async with server(b"") as (port, _):
            pass
        return await refused(f"ws://127.0.0.1:{port}")

    error = asyncio.run(test())
    assert (type(error), error.retryable) == (ServiceError, True)
    assert "Nothing answers at 127.0.0.1" in error.problem


def test_there_is_no_such_host() -> None:
    error = asyncio.run(refused("wss://no-such-host.invalid"))
    assert (type(error), error.problem) == (ServiceError, "no-such-host.invalid can't be found.")


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n", AccessError),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", RefusedError),
        (b"HTTP/1.1 101 Switching Protocols\r\n\r\n", RefusedError),
        (b"SSH-2.0-OpenSSH_9.2\r\n", ServiceError),
        (b"", ServiceError),
        (b"HTTP/1.1 500 Oops\r\nContent-Length: 9999999\r\n\r\n" + b"x" * 100_000, ServiceError),
        (b"A" * 1_000_000, ServiceError),
    ],
)
def test_servers_that_speak_otherwise(answer: bytes, kind: type[CaptionError]) -> None:
    async def test() -> CaptionError:
        async with server(answer) as (port, _):
            return await refused(f"ws://127.0.0.1:{port}")

    assert isinstance(asyncio.run(test()), kind)


def test_a_server_that_is_too_slow_for_itself() -> None:
    async def test() -> CaptionError:
        async with server(b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n") as (port, _):
            return await refused(f"ws://127.0.0.1:{port}")

    error = asyncio.run(test())
    assert (error.problem, error.retryable) == ("The service did not answer in time.", True)


def test_the_key_follows_no_redirect() -> None:
    async def test() -> tuple[CaptionError, list[bytes]]:
        async with server(b"") as (elsewhere, asked):
            answer = (
                f"HTTP/1.1 302 Found\r\nLocation: ws://127.0.0.1:{elsewhere}/\r\nContent-Length: 0\r\n\r\n"
            )
            async with server(answer.encode()) as (port, _):
                return await refused(f"ws://127.0.0.1:{port}"), asked

    error, asked = asyncio.run(test())
    assert isinstance(error, RefusedError)
    assert asked == []


def test_a_certificate_that_nobody_signed_is_refused_even_on_this_computer(tmp_path: Path) -> None:
    context = certificate(tmp_path)

    async def test() -> tuple[CaptionError, list[bytes]]:
        async with server(b"", context) as (port, asked):
            return await refused(f"wss://127.0.0.1:{port}"), asked

    error, asked = asyncio.run(test())
    assert (type(error), error.retryable) == (RefusedError, False)
    assert "can't prove" in error.problem
    assert "trust the server's certificate" in error.remedy
    assert "ws://" in error.remedy
    assert not any(KEY.reveal().encode() in one for one in asked)


@pytest.mark.parametrize("host", ["127.0.0.1:10095", "192.168.1.4:10095"])
def test_a_certificate_of_another_address_helps_nobody_who_trusts_it(host: str) -> None:
    error = ssl.SSLCertVerificationError("no")
    error.verify_message, error.verify_code = "IP address mismatch", 64
    assert f"a trusted certificate for {host}" in network_refusal(error, host).remedy


def test_who_runs_no_server_is_not_told_to_start_it_otherwise() -> None:
    error = ssl.SSLCertVerificationError("no")
    error.verify_message, error.verify_code = "self-signed certificate", 18
    told = network_refusal(error, "dashscope.aliyuncs.com")
    assert "self-signed" in told.problem
    assert "clock" in told.remedy
    assert "ws://" not in told.remedy


def test_encryption_where_none_is_spoken() -> None:
    async def test() -> CaptionError:
        async with server(b"HTTP/1.1 400 Bad Request\r\n\r\n") as (port, _):
            return await refused(f"wss://127.0.0.1:{port}")

    assert isinstance(asyncio.run(test()), ServiceError)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", AccessError),
        (b"HTTP/1.1 503 Unavailable\r\n\r\n", ServiceError),
        (b"hello\r\n", ServiceError),
    ],
)
def test_the_proxy_of_the_environment_is_used_and_its_refusal_told(
    answer: bytes, kind: type[CaptionError], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def test() -> tuple[CaptionError, list[bytes]]:
        async with server(answer) as (port, asked):
            monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
            return await refused("wss://service.example"), asked

    for name in ("https_proxy", "wss_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    error, asked = asyncio.run(test())
    assert isinstance(error, kind)
    assert "proxy" in error.problem.lower()
    assert asked[0].startswith(b"CONNECT service.example:443")
    assert KEY.reveal().encode() not in asked[0]


def test_a_proxy_is_not_asked_for_what_is_on_this_computer(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test() -> list[bytes]:
        async with (
            server(b"") as (proxy, asked),
            server(b"HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n") as (port, _),
        ):
            for name in ("HTTP_PROXY", "HTTPS_PROXY", "WS_PROXY", "ALL_PROXY"):
                monkeypatch.setenv(name, f"http://127.0.0.1:{proxy}")
            assert isinstance(await refused(f"ws://127.0.0.1:{port}"), AccessError)
            return asked

    assert asyncio.run(test()) == []


@pytest.mark.parametrize(
    "proxy", ["socks5h://127.0.0.1:1", "ftp://127.0.0.1:1", "http://127.0.0.1:1/path?x=1"]
)
def test_proxies_that_can_not_be_used(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("https_proxy", "wss_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    assert isinstance(asyncio.run(refused("wss://service.example")), UsageError)
