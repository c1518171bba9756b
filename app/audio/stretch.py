"""Makes sound a very little longer or shorter, without a seam."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_BEFORE, _BEHIND = 1, 2
"""Samples around a place from which the sound there is told."""


class Stretch:
    """Reads a stream of shape (n, channels) at places that lie slightly closer or wider than its samples.

    Until it is first asked to stretch, what comes out is what went in, to the bit.
    """

    def __init__(self) -> None:
        self._waiting: NDArray[np.float32] | None = None
        self._place = 0.0
        """Where the next sample is read, in samples since the beginning of what waits."""

    def process(self, samples: NDArray[np.float32], stretch: float) -> NDArray[np.float32]:
        """Take in sound; return it `stretch` seconds longer a second, but for 2 samples held back."""
        if self._waiting is None:
            if not stretch or not len(samples):
                return samples
            self._waiting, self._place = samples[:1], 1.0
        waiting = np.concatenate((self._waiting, samples))
        step = 1 / (1 + stretch)
        count = max(0, int(np.ceil((len(waiting) - _BEHIND - self._place) / step)))
        places = self._place + step * np.arange(count, dtype=np.float64)
        self._place += step * count
        keep = max(0, min(int(self._place) - _BEFORE, len(waiting)))
        self._waiting, self._place = waiting[keep:], self._place - keep
        return _read(waiting, places)

    def renew(self) -> None:
        """Other sound follows; what was held back of this is let go of."""
        self._waiting = None


def _read(samples: NDArray[np.float32], places: NDArray[np.float64]) -> NDArray[np.float32]:
    """Cubic interpolation (Catmull-Rom): what is below a quarter of the rate loses 1 dB at most."""
    whole = places.astype(np.intp)
    part = (places - whole).astype(np.float32)[:, None]
    before, here, there, behind = (samples[whole + offset] for offset in range(-_BEFORE, _BEHIND + 1))
    curve = 3 * (here - there) + behind - before
    bend = 2 * before - 5 * here + 4 * there - behind
    slope = there - before
    read: NDArray[np.float32] = here + 0.5 * part * (slope + part * (bend + part * curve))
    return read
