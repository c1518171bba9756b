"""An event loop whose clock does not wait: minutes pass in no time, always in the same order."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

ROUND = 1e-6
"""Seconds that each round of the loop takes: on a clock that stands still nothing is ever over."""


class _Impatient(selectors.DefaultSelector):  # type: ignore[valid-type, misc]
    """Lets the time pass that it was asked to wait."""

    passed = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise AssertionError("everything waits, and for nothing")
        self.passed += max(timeout, ROUND)
        return super().select(0)


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._impatient = _Impatient()
        super().__init__(self._impatient)

    def time(self) -> float:
        return self._impatient.passed

    def pass_by(self, seconds: float) -> None:
        """Let some time pass."""
        self._impatient.passed += seconds

    def run_in_executor(self, executor: Any, func: Callable[..., T], *args: Any) -> asyncio.Future[T]:  # type: ignore[override]
        """What would be done in a thread is done here and now."""
        done: asyncio.Future[T] = self.create_future()
        try:
            done.set_result(func(*args))
        except Exception as error:  # noqa: BLE001  # told to whoever waits, as a thread would
            done.set_exception(error)
        return done


def work(seconds: float) -> None:
    """Time that passes while nobody else has a turn; only in a story told `at_once`."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, _Loop)
    loop.pass_by(seconds)


def at_once(story: Coroutine[Any, Any, T]) -> T:
    """Run a story that no sockets take part in; returns what it returns.

    Nothing may be left running behind it.
    """
    with asyncio.Runner(loop_factory=_Loop) as runner:
        return runner.run(_alone(story))


async def _alone(story: Coroutine[Any, Any, T]) -> T:
    result = await story
    left = [task.get_name() for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    assert not left, f"left running: {left}"
    return result
