"""How loud a source is, whatever constant its electronics add to its sound."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, Final

import numpy as np

from app.domain.audio import Level

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
        self._offsets: NDArray[np.float64] | None = None
        """Of each channel, and of what they are mixed to."""

    def take(self, samples: NDArray[np.float32], mono: Samples) -> Level:
        """Measure a block of shape (n, channels), mixed to `mono` of shape (n,)."""
        if not len(samples):
            return Level(0.0, 0.0)
        means = np.append(samples.mean(axis=0, dtype=np.float64), mono.mean(dtype=np.float64))
        if self._offsets is None:
            self._offsets = means
        self._offsets = self._offsets + (means - self._offsets) * min(1.0, len(samples) / self._settling)
        offsets, top, bottom = self._offsets[:-1], samples.max(axis=0), samples.min(axis=0)
        peak = float(max(top.max(), -bottom.min()))
        swing = float(max((top - offsets).max(), (offsets - bottom).max()))
        centered = mono - self._offsets[-1]
        return Level(sqrt(centered @ centered / len(mono)), peak, max(0.0, peak - swing))
