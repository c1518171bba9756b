"""An event loop whose clock does not wait: minutes pass in no time, always in the same order."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class _Impatient(selectors.DefaultSelector):  # type: ignore[valid-type, misc]
    """Lets the time pass that it was asked to wait."""

    passed = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise AssertionError("everything waits, and for nothing")
        self.passed += max(timeout, 0.0)
        return super().select(0)


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._impatient = _Impatient()
        super().__init__(self._impatient)

    def time(self) -> float:
        return self._impatient.passed


def at_once(story: Coroutine[Any, Any, T]) -> T:
    """Run a story that neither threads nor sockets take part in; returns what it returns.

    Nothing may be left running behind it.
    """
    with asyncio.Runner(loop_factory=_Loop) as runner:
        return runner.run(_alone(story))


async def _alone(story: Coroutine[Any, Any, T]) -> T:
    result = await story
    left = [task.get_name() for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    assert not left, f"left running: {left}"
    return result
