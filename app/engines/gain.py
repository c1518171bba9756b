"""Loudness for the embedded engine's ears: quiet speakers are heard as well as loud ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from app.engines.moonshine_native import HOP, HOP_SECONDS

if TYPE_CHECKING:
    from app.domain.audio import Samples

LOUD_ENOUGH: Final = 0.02
"""Root mean square of loud moments from which on the detector hears everything (-34 dBFS)."""
CLEAR: Final = 0.05
"""Root mean square that loud moments of a line are brought up to (-26 dBFS)."""
MOST: Final = 200.0
"""Largest gain; sound that needs more is lost in the rounding of a 16-bit device."""
CEILING: Final = 0.95
"""Peak that gain never passes."""
RELEASE: Final = 10 ** (-3 / 20 * HOP_SECONDS)
"""How fast the gain recovers after a loud moment: 3 dB a second, so pauses are not filled with noise."""


class AutomaticGain:
    """Raises quiet sound; falls at once and rises slowly.

    Made for the detector of speech, which is hard to fool with noise and needs some loudness: a
    jump of the gain between two hops does no harm there.
    """

    def __init__(self) -> None:
        self._loudest = LOUD_ENOUGH / MOST

    def apply(self, hops: Samples, levels: Samples) -> Samples:
        """Raised copy of `hops`, shape (n, HOP), whose root mean squares are `levels`, shape (n,)."""
        gains = np.empty(len(hops), np.float32)
        for index, level in enumerate(levels):
            self._loudest = max(float(level), self._loudest * RELEASE, LOUD_ENOUGH / MOST)
            gains[index] = max(LOUD_ENOUGH / self._loudest, 1.0)
        return hops * _without_clipping(gains, np.abs(hops).max(axis=1, initial=0.0))[:, None]


def loudness(hops: Samples) -> Samples:
    """Root mean square of each hop; `hops` has the shape (n, HOP)."""
    level: Samples = np.sqrt(np.mean(np.square(hops), axis=1))
    return level


def raised(samples: Samples) -> Samples:
    """A whole line, shape (n,), brought up to `CLEAR` where it is quieter."""
    hops = samples[: len(samples) // HOP * HOP].reshape(-1, HOP)
    if not len(hops):
        return samples
    loud = float(np.percentile(loudness(hops), 90))
    gain = np.array([min(max(CLEAR / max(loud, 1e-9), 1.0), MOST)], np.float32)
    peak = np.abs(samples).max(keepdims=True)
    return samples * _without_clipping(gain, peak)


def _without_clipping(gains: Samples, peaks: Samples) -> Samples:
    limited: Samples = np.minimum(gains, np.maximum(CEILING / np.maximum(peaks, 1e-9), 1.0))
    return limited
