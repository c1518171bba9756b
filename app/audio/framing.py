"""Between sound that comes in any lengths and something that works on frames of one length."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from app.domain.audio import Samples

    Work: TypeAlias = Callable[[Samples], Samples]


class Framing:
    """Gives whole frames to `work`, and takes away by how much its output comes later than its input.

    The sound comes out in time: the delay is cut off at the beginning and held back until `flush`, so
    that as many samples come out as went in.

    Args:
        frame: samples in a frame.
        delay: samples by which the output of `work` comes later than its input.
        work: from a whole number of frames to as many samples.
    """

    def __init__(self, frame: int, delay: int, work: Work) -> None:
        self._frame = frame
        self._delay = delay
        self._work = work
        self._waiting = np.empty(0, np.float32)
        self._taken = 0
        self._worked = 0

    def process(self, samples: Samples) -> Samples:
        """Take in samples; return those that are done, which may be none."""
        self._taken += len(samples)
        return self._done(samples)

    def flush(self) -> Samples:
        """Return what was held back. Nothing may follow."""
        held_back = self._taken - max(0, self._worked - self._delay)
        return self._done(np.zeros(self._delay + self._frame, np.float32))[:held_back]

    def _done(self, samples: Samples) -> Samples:
        waiting = np.concatenate((self._waiting, samples))
        ready = len(waiting) - len(waiting) % self._frame
        self._waiting = waiting[ready:]
        cut = max(0, min(ready, self._delay - self._worked))
        self._worked += ready
        return self._work(waiting[:ready])[cut:]
