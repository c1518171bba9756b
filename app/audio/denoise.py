"""Takes steady noise out of speech."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from app.audio.rnnoise import load_rnnoise
from app.domain.errors import InputError

if TYPE_CHECKING:
    from app.domain.audio import Samples

DENOISE_RATE = 48_000
"""The only rate RNNoise works at."""
_FRAME = 480
_DELAY = 960
"""Samples by which its output comes later than its input."""
_FULL_SCALE = np.float32(32768)
"""It wants floats as large as 16-bit integers."""


class Denoiser:
    """Denoises a mono stream at 48 kHz with RNNoise.

    The sound comes out in time: the 20 ms that RNNoise adds are cut off at the beginning and held back
    until `flush`, so that as many samples come out as went in.

    Raises:
        InputError: RNNoise is missing on this computer.
    """

    def __init__(self) -> None:
        library = load_rnnoise()
        if library is None:
            raise InputError(
                "Noise reduction is not available on this computer.", "Turn it off, then start again."
            )
        self._library = library
        self._state = library.rnnoise_create(None)
        self._waiting = np.empty(0, np.float32)
        self._taken = 0
        self._worked = 0

    def __del__(self) -> None:
        if hasattr(self, "_state"):
            self._library.rnnoise_destroy(self._state)

    def process(self, samples: Samples) -> Samples:
        """Take in samples; return those that are done, which may be none."""
        self._taken += len(samples)
        return self._work(samples)

    def flush(self) -> Samples:
        """Return what was held back. Nothing may follow."""
        held_back = self._taken - max(0, self._worked - _DELAY)
        return self._work(np.zeros(_DELAY + _FRAME, np.float32))[:held_back]

    def _work(self, samples: Samples) -> Samples:
        waiting = np.concatenate((self._waiting, samples))
        ready = len(waiting) - len(waiting) % _FRAME
        self._waiting = waiting[ready:]
        output = waiting[:ready] * _FULL_SCALE
        # In place: the library reads a frame before it writes it.
        address = output.ctypes.data
        for offset in range(0, ready, _FRAME):
            frame = address + offset * output.itemsize
            self._library.rnnoise_process_frame(self._state, frame, frame)
        cut = max(0, min(ready, _DELAY - self._worked))
        self._worked += ready
        return output[cut:] / _FULL_SCALE
