"""How loud a source is, whatever constant its electronics add to its sound."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, Final

import numpy as np

from app.domain.audio import SILENCE, Level

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from app.domain.audio import Samples

_SETTLING: Final = 0.25
"""Seconds over which the mean is taken: no sound is that slow, and a block may be a single sample."""


class Loudness:
    """Measures blocks of one source.

    Args:
        rate: samples a second.
    """

    def __init__(self, rate: int) -> None:
        self._settling = _SETTLING * rate
        self._offsets: list[float] = []
        """Of each channel, and of what they are mixed to."""

    def take(self, samples: NDArray[np.float32], mono: Samples) -> Level:
        """Measure a block of shape (n, channels), mixed to `mono` of shape (n,)."""
        if not len(samples):
            return SILENCE
        length = len(samples)
        # Each channel by itself: what lies one after another is gone through many times as fast.
        channels = [np.ascontiguousarray(channel) for channel in samples.T]
        means = [float(np.add.reduce(one, dtype=np.float64)) / length for one in (*channels, mono)]
        share = min(1.0, length / self._settling)
        before = self._offsets or means
        self._offsets = [old + (new - old) * share for old, new in zip(before, means, strict=True)]
        tops, bottoms = [float(one.max()) for one in channels], [float(one.min()) for one in channels]
        peak = max(*tops, *(-bottom for bottom in bottoms))
        swing = max(
            max(top - offset, offset - bottom)
            for top, offset, bottom in zip(tops, self._offsets, bottoms, strict=False)
        )
        centered = mono - np.float32(self._offsets[-1])
        return Level(sqrt(centered @ centered / length), peak, max(0.0, peak - swing))
