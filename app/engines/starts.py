"""How often sessions with a service may begin."""

from __future__ import annotations

import asyncio
from typing import Final

SLOWER: Final = 0.9
"""Share of the rate that is used: connections do not all take equally long to arrive."""


class Starts:
    """Keeps the connections of one service apart, however many want to open at once.

    Services limit how many sessions begin in a second, over all that an account does.

    Args:
        rate: sessions that may begin in a second.
    """

    def __init__(self, rate: float) -> None:
        self._apart = 1 / (SLOWER * rate)
        self._next = 0.0

    async def wait(self) -> None:
        """Wait until it is this connection's turn to open; in the order of asking."""
        loop = asyncio.get_running_loop()
        turn = max(self._next, loop.time())
        self._next = turn + self._apart
        early = turn - loop.time()
        if early > 0:
            await asyncio.sleep(early)
