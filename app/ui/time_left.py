"""How long a recording will still take, from how fast it went so far."""

from __future__ import annotations

from collections import deque

_WINDOW = 10.0
_ENOUGH = 1.0


class TimeLeft:
    """Estimate from the pace of the last ten seconds; the first moments, while things load, say nothing."""

    def __init__(self) -> None:
        self._marks: deque[tuple[float, float]] = deque()

    def take(self, now: float, done: float, total: float) -> float | None:
        """Seconds still to go, or None where that can't be told yet.

        Args:
            now: seconds on any clock that never runs backwards.
            done: seconds of the recording that have been recognized.
            total: seconds of the recording.
        """
        self._marks.append((now, done))
        while now - self._marks[0][0] > _WINDOW:
            self._marks.popleft()
        since, done_then = self._marks[0]
        if now - since < _ENOUGH or done <= done_then:
            return None
        return max(0.0, total - done) * (now - since) / (done - done_then)
