"""How fast sound may go to a service."""

from __future__ import annotations

import asyncio
from typing import Final

AHEAD_SECONDS: Final = 0.3
"""How far sound may be ahead of the pace."""


class Pace:
    """Holds back sound that is read faster than a service hears.

    Counted from when the sound began to come, not from when the service was ready for it: what was
    said while connecting is made up for at once.

    Args:
        factor: seconds of sound in a second of time.
    """

    def __init__(self, factor: float) -> None:
        self._factor = factor
        self._began = asyncio.get_running_loop().time()
        self._first: float | None = None
        self._catching_up: Pace | None = None

    def catch_up(self, factor: float) -> None:
        """A connection was lost: what it has missed follows at this pace, from now on."""
        self._catching_up = Pace(factor)

    async def wait(self, stop: float) -> None:
        """Wait until sound that ends at `stop` seconds of the session may go."""
        if self._first is None:
            self._first = stop
        passed = asyncio.get_running_loop().time() - self._began
        early = (stop - self._first - AHEAD_SECONDS) / self._factor - passed
        if early > 0:
            await asyncio.sleep(early)
        if self._catching_up is not None:
            await self._catching_up.wait(stop)
