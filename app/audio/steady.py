"""Sound of devices, kept on the clock on the wall."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from app.audio.base import Block
from app.audio.pace import Pace
from app.audio.stretch import Stretch

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Steady:
    """Corrects what drifts by stretching it, fills what is missing, leaves out what was heard already.

    Args:
        rate: samples a second.
    """

    def __init__(self, rate: int) -> None:
        self._pace = Pace(rate)
        self._stretch = Stretch()

    def take(self, samples: NDArray[np.float32], at: float, lost: int = 0) -> Block:
        """Take in a block of shape (n, channels) that came at `at`; return what is to be heard of it."""
        correction = self._pace.take(len(samples), at, lost)
        samples = samples[correction.skipped :]
        if correction.seam:
            samples = np.concatenate((np.zeros((correction.seam, samples.shape[1]), np.float32), samples))
        heard = self._stretch.process(samples, correction.stretch)
        self._pace.gave(len(heard) + correction.lost)
        return Block(heard, correction.lost, at)

    def begin(self, at: float) -> None:
        """The clock runs from `at` on, though there is no device yet; where it runs, it is left alone."""
        self._pace.begin(at)

    def missing(self, now: float) -> int:
        """Samples of silence that stand in for sound until `now`, while there is no device."""
        missing = self._pace.due(now)
        self._pace.gave(missing)
        return missing

    def renew(self) -> None:
        """Another device goes on."""
        self._pace.renew()
        self._stretch.renew()
