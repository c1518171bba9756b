from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable

import psutil
import pytest

from app.recognizer import device_watch
from app.recognizer.device_watch import watch_devices
from tests.harness.pulse import PulseServer

pytestmark = [
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="nothing is announced elsewhere"),
    pytest.mark.xdist_group("sound"),
]


def watching(story: Callable[[list[float]], Awaitable[None]]) -> list[float]:
    """Watch while `story` happens; when something changed."""
    moments: list[float] = []

    async def main() -> None:
        task = asyncio.create_task(watch_devices(lambda: moments.append(time.monotonic())))
        try:
            await story(moments)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    asyncio.run(main())
    return moments


async def more(moments: list[float]) -> None:
    before = len(moments)
    async with asyncio.timeout(20):
        while len(moments) == before:
            await asyncio.sleep(0.02)


def test_what_comes_and_goes_is_told_also_after_the_server_was_restarted() -> None:
    with PulseServer() as server:

        async def story(moments: list[float]) -> None:
            # Once the tool surely listens, whoever shows a list looks again.
            await more(moments)
            number = server.add_microphone("usb", "Headset")
            await more(moments)
            server.unload(number)
            await more(moments)
            server.kill()
            await more(moments)
            server.start_again()
            await more(moments)
            server.add_microphone("usb", "Headset")
            await more(moments)

        watching(story)
        assert not [child for child in psutil.Process().children() if "subscribe" in child.cmdline()]


def test_without_a_server_it_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device_watch, "_FIRST_WAIT", 0.05)
    with PulseServer() as server:
        server.stop()

        async def story(moments: list[float]) -> None:
            await asyncio.sleep(0.5)

        assert len(watching(story)) == 1


def test_without_the_tool_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    asyncio.run(asyncio.wait_for(watch_devices(lambda: None), 5))
