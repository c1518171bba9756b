"""How fast sound goes to a service, on a clock that no busy computer can disturb."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Awaitable, Callable

import pytest

from app.engines.pace import Pace


class Leap(selectors.DefaultSelector):
    """Waits for nothing, and notes how long it would have waited."""

    def __init__(self) -> None:
        super().__init__()
        self.waited = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self.waited += timeout or 0.0
        return super().select(0)


class Clockwork(asyncio.SelectorEventLoop):
    """A loop whose time passes by waiting alone, and then at once."""

    def __init__(self) -> None:
        self._leap = Leap()
        super().__init__(self._leap)

    def time(self) -> float:
        return self._leap.waited


def seconds(test: Callable[[], Awaitable[float]]) -> float:
    """What `test` measures on the loop's own clock."""
    with asyncio.Runner(loop_factory=Clockwork) as runner:
        return runner.run(test())


def test_a_recording_goes_no_faster_than_the_pace() -> None:
    async def test() -> float:
        pace = Pace(4.0)
        for tenth in range(1, 21):
            await pace.wait(100 + tenth / 10)
        return asyncio.get_running_loop().time()

    assert seconds(test) == pytest.approx(0.4)


def test_what_was_said_while_connecting_is_made_up_for_at_once() -> None:
    async def test() -> float:
        pace = Pace(1.0)
        await asyncio.sleep(0.5)
        for tenth in range(1, 6):
            await pace.wait(tenth / 10)
        return asyncio.get_running_loop().time()

    assert seconds(test) == pytest.approx(0.5)


def test_what_a_lost_connection_missed_follows_at_its_own_pace() -> None:
    async def test() -> float:
        pace = Pace(1.0)
        await pace.wait(0.1)
        await asyncio.sleep(10)
        pace.catch_up(2.0)
        for tenth in range(2, 82):
            await pace.wait(tenth / 10)
        return asyncio.get_running_loop().time()

    # 7.9 seconds of sound, the first 0.3 of them free, at twice the speed.
    assert seconds(test) == pytest.approx(10 + (7.9 - 0.3) / 2)
