"""Whether the captions are catching up with the speaker."""

from __future__ import annotations

from collections import deque
from typing import Final

HALF: Final = 5
"""Looks in each of the stretches that are compared: at live sound, as many as fit into what an engine takes
at once."""
LEAST: Final = 1.0
"""Seconds; who is no further behind has nothing to catch up with."""
CLEARLY: Final = 0.5
"""Seconds that the lag has to lose from one stretch to the next."""


class Shrinking:
    """Looks at the lag again and again, and says whether it becomes less.

    The lag goes up and down by as much as an engine takes at once; so only the most of a while counts.
    """

    def __init__(self) -> None:
        self._lags: deque[float] = deque(maxlen=2 * HALF)

    def note(self, lag: float) -> bool:
        """Take the lag now, in seconds; returns whether it shrinks."""
        self._lags.append(lag)
        if lag < LEAST or len(self._lags) < 2 * HALF:
            return False
        lags = list(self._lags)
        return max(lags[HALF:]) <= max(lags[:HALF]) - CLEARLY
