"""Partials no faster than there is time for: where many come at once, only the newest counts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Final as Constant

from app.domain.events import Event, Final, Partial

SHORTEST: Constant = 0.05
"""Seconds from one round of partials to the next, at least: nobody reads faster."""
SHARE: Constant = 4.0
"""Partials take at most one second in this many, and the more the loop is late, the fewer come."""
LONGEST: Constant = 1.0
"""Seconds after which the newest partial is due, however busy the loop is."""


class Coalescing:
    """Hands events on at once, save partials that come faster than they can be shown.

    Those wait until a round of them is due; meanwhile a newer one of the same utterance takes the older
    one's place, and so does its final. Finals never wait. To be entered within a running loop; what waits
    is handed on at the end.

    Args:
        take: told what is left.
    """

    def __init__(self, take: Callable[[Event], None]) -> None:
        self._take = take
        self._waiting: dict[int, Partial] = {}
        self._due = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def __enter__(self) -> Coalescing:
        """Nothing is due yet."""
        self._loop = asyncio.get_running_loop()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """What waits is shown, however it ends."""
        if self._timer is not None:
            self._timer.cancel()
        self._show()

    def take(self, event: Event) -> None:
        """An engine said something."""
        if isinstance(event, Partial):
            self._hold(event)
            return
        if isinstance(event, Final):
            self._waiting.pop(event.utterance, None)
        self._take(event)

    def _hold(self, partial: Partial) -> None:
        self._waiting[partial.utterance] = partial
        if self._timer is not None:
            return
        if self._loop.time() >= self._due:
            self._round(late=0.0)
        else:
            self._timer = self._loop.call_at(self._due, self._ring)

    def _ring(self) -> None:
        self._timer = None
        self._round(late=max(self._loop.time() - self._due, 0.0))

    def _round(self, late: float) -> None:
        """Show what waits, and reckon when there is time for more.

        Args:
            late: seconds that the loop was too busy to come to this.
        """
        began = self._loop.time()
        self._show()
        cost = self._loop.time() - began + late
        self._due = began + min(max(SHARE * cost, SHORTEST), LONGEST)

    def _show(self) -> None:
        waiting, self._waiting = self._waiting, {}
        for partial in waiting.values():
            self._take(partial)
