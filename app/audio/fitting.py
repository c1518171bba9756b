"""A stand-in's sound in the format of the device that it stands in for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from app.audio.mono import Mono
from app.audio.resample import Resampler
from app.domain.audio import AudioFormat

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Fitting:
    """Turns blocks of one format into blocks of another; where both are the same, nothing is touched.

    Args:
        given: what comes in.
        wanted: what goes out.
    """

    def __init__(self, given: AudioFormat, wanted: AudioFormat) -> None:
        self._same = given == wanted
        self._channels = wanted.channels
        self._ratio = wanted.rate / given.rate
        self._mono = Mono(given.channels)
        self._resampler = Resampler(given.rate, wanted.rate)

    def process(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Convert sound of shape (n, channels); some milliseconds may be held back."""
        if self._same:
            return samples
        mono = self._resampler.process(self._mono.mix(samples))
        # Each channel carries all of it, so whoever mixes them gets it back as it is.
        return np.repeat(mono[:, None], self._channels, axis=1)

    def length(self, samples: int) -> int:
        """How many samples become of so many."""
        return round(samples * self._ratio)
