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
        self._ready_callbacks: deque[asyncio.Handle] = deque()
        self._turn = QTimer()
        self._turn.setSingleShot(True)
        self._turn.timeout.connect(self._run_ready)
        self._turn_is_due = False
        super().__init__(application)

    def call_soon(
        self, callback: Callable[..., object], *args: object, context: Context | None = None
    ) -> asyncio.Handle:
        """Have the callback run after all that wait already, and before Qt waits for anything."""
        handle = asyncio.Handle(callback, args, self, context)
        self._ready_callbacks.append(handle)
        self._expect_turn()
        return handle

    def close(self) -> None:
        """Nothing runs any more."""
        super().close()
        self._turn.stop()
        self._ready_callbacks.clear()

    def _expect_turn(self) -> None:
        if not self._turn_is_due and not self.is_closed():
            self._turn_is_due = True
            self._turn.start(0)

    def _run_ready(self) -> None:
        # Whoever opens a dialog in a callback, and waits for it, needs turns meanwhile.
        self._turn_is_due = False
        until = time.monotonic() + TURN_SECONDS
        try:
            while self._ready_callbacks and time.monotonic() < until:
                handle = self._ready_callbacks.popleft()
                if not handle.cancelled():
                    handle._run()  # noqa: SLF001  # as every event loop does
        finally:
            if self._ready_callbacks:
                self._expect_turn()
            elif self._turn_is_due:
                self._turn_is_due = False
                self._turn.stop()
