"""Where a recording's sound belongs: time stamps against samples."""

from __future__ import annotations

_HOLE = 0.05
"""Shorter holes are rounding of time stamps; in seconds."""
_JUMP_BACK = 1.0
"""Time stamps that fall behind by more belong to another recording appended to this one; in seconds."""
_LONGEST_HOLE = 600.0
"""A longer one, where the length of the recording is not known, is a broken time stamp; in seconds."""


class Timeline:
    """Finds the holes in a recording.

    No sound is ever left out: where time stamps and samples contradict each other, samples are right.

    Args:
        rate: samples a second.
        began: the time stamp at which the recording begins, in seconds.
        duration: its length in seconds, where known.

    Attributes:
        position: samples so far, silence included.
    """

    def __init__(self, rate: int, began: float, duration: float | None) -> None:
        self.position = 0
        self._rate = rate
        self._began = began
        self._duration = duration

    def hole_before(self, stamp: float | None) -> int:
        """Samples of silence that belong before the sound with this time stamp (in seconds)."""
        if stamp is None:
            return 0
        ahead = stamp - self._began - self.position / self._rate
        if ahead < -_JUMP_BACK or ahead > self._longest():
            self._began += ahead
            return 0
        return round(ahead * self._rate) if ahead > _HOLE else 0

    def advance(self, samples: int) -> None:
        """Take note of sound or silence."""
        self.position += samples

    def _longest(self) -> float:
        if self._duration is None:
            return _LONGEST_HOLE
        return max(0.0, self._duration + 1.0 - self.position / self._rate)
