"""How much sound a device gave up without saying so, told from the clock on the wall."""

from __future__ import annotations

import math

_DRIFT = 0.0005
"""A sound card's clock may run this much slower than the wall's, in seconds a second."""
_NOTICEABLE = 0.25
"""Shorter delays are how busy machines and sound servers are; in seconds."""
_WINDOW = 2.0
"""Sound that is only delayed catches up within this time; in seconds."""
_STALL = 0.5
"""After such a pause old sound comes in a burst, and says nothing yet; in seconds."""


class LossMeter:
    """Compares what came with what should have come.

    Devices report an overflow without its length, and sound servers do not report any. But sound
    that was lost stays missing: from then on everything is later than it ever was before.

    Args:
        rate: samples a second.
    """

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._samples = 0
        self._earliest: float | None = None
        self._previous = 0.0
        self._window_began = 0.0
        self._least_late = math.inf
        self._overflowed = False

    def lost(self, now: float, samples: int, overflow: bool) -> int:
        """Take note of a block that came at `now`; return how many samples were found missing.

        Args:
            now: monotonic seconds.
            samples: length of the block.
            overflow: the device says that it gave up sound.
        """
        self._samples += samples
        began = now - self._samples / self._rate
        if self._earliest is None or overflow or now - self._previous > _STALL:
            self._restart_window(now)
        self._overflowed |= overflow
        self._earliest = min(began, self._allowed(now, began))
        self._previous = now
        self._least_late = min(self._least_late, began - self._earliest)
        return self._judge(now) if now - self._window_began >= _WINDOW else 0

    def _allowed(self, now: float, began: float) -> float:
        return began if self._earliest is None else self._earliest + _DRIFT * (now - self._previous)

    def _restart_window(self, now: float) -> None:
        self._window_began, self._least_late = now, math.inf

    def _judge(self, now: float) -> int:
        lost = round(self._least_late * self._rate) if self._least_late > _NOTICEABLE else 0
        if self._overflowed:
            lost = max(1, round(self._least_late * self._rate))
        self._samples += lost
        self._overflowed = False
        self._restart_window(now)
        return lost
