"""Calls that nobody waits for."""

from __future__ import annotations

import asyncio
import socket
import threading

import pytest

from app.engines.aside import aside, look_up_aside


def fails() -> None:
    raise ValueError("no")


def test_what_the_call_returns_or_raises() -> None:
    assert asyncio.run(aside(threading.current_thread, "one")).name == "one"
    with pytest.raises(ValueError, match="no"):
        asyncio.run(aside(fails, "two"))


def test_who_is_cancelled_does_not_wait_and_neither_does_the_end_of_the_loop() -> None:
    go_on = threading.Event()

    async def test() -> bool:
        waiting = asyncio.create_task(aside(go_on.wait, "waits"))
        await asyncio.sleep(0.05)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        return next(thread for thread in threading.enumerate() if thread.name == "waits").daemon

    assert asyncio.run(test())
    go_on.set()


def test_a_loop_that_looks_up_aside_does_not_wait_for_the_resolver(monkeypatch: pytest.MonkeyPatch) -> None:
    go_on = threading.Event()
    asked: list[object] = []

    def look_up(host: object, *_: object, **__: object) -> list[object]:
        asked.append(host)
        go_on.wait()
        return []

    async def test() -> None:
        look_up_aside(asyncio.get_running_loop())
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await asyncio.open_connection("service.example", 443)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    asyncio.run(test())
    assert asked == ["service.example"]
    go_on.set()


def test_a_loop_that_looks_up_aside_finds_what_it_would_find() -> None:
    async def found(aside: bool) -> object:
        loop = asyncio.get_running_loop()
        if aside:
            look_up_aside(loop)
        return await loop.getaddrinfo("localhost", 80, type=socket.SOCK_STREAM)

    assert asyncio.run(found(True)) == asyncio.run(found(False))
