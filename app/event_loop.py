"""asyncio's event loop, turned by Qt's."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from contextvars import Context
from typing import TYPE_CHECKING, Final

import qasync
from PySide6.QtCore import QTimer

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

TURN_SECONDS: Final = 0.004
"""After which Qt has its turn: a quarter of the time that a picture is shown for."""


class EventLoop(qasync.QEventLoop):  # type: ignore[misc]  # qasync carries no types
    """Runs callbacks that are ready one after the other, where qasync has a timer of Qt's for each.

    A block of sound wakes one task that wakes another, twenty-five times a second: a sixteenth of all that
    the window did while it captioned was setting timers for them.
    """

    def __init__(self, application: QApplication) -> None:
        self._waiting: deque[asyncio.Handle] = deque()
        self._turn = QTimer()
        self._turn.setSingleShot(True)
        self._turn.timeout.connect(self._run_waiting)
        super().__init__(application)

    def call_soon(
        self, callback: Callable[..., object], *args: object, context: Context | None = None
    ) -> asyncio.Handle:
        """Have the callback run behind all that wait already."""
        handle = asyncio.Handle(callback, args, self, context)
        if not self.is_closed():
            self._waiting.append(handle)
            self._expect_turn()
        return handle

    def close(self) -> None:
        """Nothing runs any more."""
        super().close()
        self._turn.stop()
        self._waiting.clear()

    def _expect_turn(self) -> None:
        # Qt is asked, and nothing remembered: whatever went wrong with one turn, there is another.
        if not self._turn.isActive():
            self._turn.start(0)

    def _run_waiting(self) -> None:
        # Not the usual clock, which stands still for 16 ms on Windows.
        until = time.perf_counter() + TURN_SECONDS
        try:
            while self._waiting:
                handle = self._waiting.popleft()
                if self._waiting:
                    # This one may open a dialog and wait for it: then the others have their turn there.
                    self._expect_turn()
                if not handle.cancelled():
                    handle._run()  # noqa: SLF001  # as every event loop does
                if time.perf_counter() >= until or not self.is_running():
                    break
        finally:
            if self._waiting:
                self._expect_turn()
            else:
                self._turn.stop()
