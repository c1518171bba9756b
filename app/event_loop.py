"""The window's event loop: Qt's and asyncio's at once."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from contextvars import Context
from typing import TYPE_CHECKING

import qasync
from PySide6.QtCore import QTimer

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication


class EventLoop(qasync.QEventLoop):  # type: ignore[misc]  # it carries no types
    """qasync's loop, which calls all that is due in one go.

    qasync starts a timer of Qt's for each callback; and each piece of sound, and each word, is a handful of
    callbacks.
    """

    def __init__(self, application: QApplication) -> None:
        self._soon: deque[asyncio.Handle] = deque()
        self._round = QTimer()
        self._round.setSingleShot(True)
        self._round.timeout.connect(self._call_all)
        super().__init__(application)

    def call_soon(
        self, callback: Callable[..., object], *args: object, context: Context | None = None
    ) -> asyncio.Handle:
        """Call `callback` once Qt has nothing to do, after all others that were to be called soon."""
        handle = asyncio.Handle(callback, args, self, context)
        if not self._soon and not self.is_closed():
            self._round.start(0)
        self._soon.append(handle)
        return handle

    def close(self) -> None:
        """Call nothing any more."""
        super().close()
        self._round.stop()
        self._soon.clear()

    def _call_all(self) -> None:
        """Call all that waited for this round; Qt has its turn before the next."""
        due, self._soon = self._soon, deque()
        try:
            while due:
                handle = due.popleft()
                if not handle.cancelled():
                    handle._run()  # noqa: SLF001  # asyncio's own loops do so
        finally:
            if due:
                # The program is being ended in the midst of it.
                self._soon.extendleft(reversed(due))
                self._round.start(0)
