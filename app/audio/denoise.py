"""Takes steady noise out of speech."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

from app.audio.framing import Framing
from app.audio.rnnoise import load_rnnoise
from app.audio.webrtc import FRAME, WEBRTC_RATE, AudioProcessing
from app.domain.errors import InputError
from app.domain.request import Denoise

if TYPE_CHECKING:
    from app.domain.audio import Samples

RNNOISE_RATE = 48_000
"""The only rate RNNoise works at."""
_FRAME = 480
_DELAY = 960
"""Samples by which its output comes later than its input."""
_FULL_SCALE = np.float32(32768)
"""It wants floats as large as 16-bit integers."""
_WEBRTC_DELAY = 96
"""Samples by which WebRTC's output comes later than its input."""


class Denoiser(Protocol):
    """Takes noise out of a mono stream at its own rate; as many samples come out as go in, in time."""

    rate: int

    def process(self, samples: Samples) -> Samples:
        """Take in samples; return those that are done, which may be none."""

    def flush(self) -> Samples:
        """Return what was held back. Nothing may follow."""


def denoiser(stage: Denoise, strength: float = 1.0) -> Denoiser:
    """What does the work of a stage that is at work; see `RnnoiseDenoiser` for `strength`.

    Raises:
        InputError: it is missing on this computer.
    """
    return WebRtcDenoiser() if stage is Denoise.WEBRTC else RnnoiseDenoiser(strength)


class RnnoiseDenoiser:
    """Denoises a mono stream at 48 kHz with RNNoise, which adds 20 ms that are held back until `flush`.

    Args:
        strength: how much of its output is in the sound; the rest is as it came. A recognizer is thrown
            off by holes that a denoiser leaves more than by noise that is half as loud.

    Raises:
        InputError: RNNoise is missing on this computer.
    """

    rate = RNNOISE_RATE

    def __init__(self, strength: float = 1.0) -> None:
        library = load_rnnoise()
        if library is None:
            raise InputError(
                "Noise reduction is not available on this computer.", "Turn it off, then start again."
            )
        self._library = library
        self._state = library.rnnoise_create(None)
        self._strength = np.float32(strength)
        self._before = np.zeros(_DELAY, np.float32)
        """What came in and is not out yet."""
        self._framing = Framing(_FRAME, _DELAY, self._work)

    def __del__(self) -> None:
        if hasattr(self, "_state"):
            self._library.rnnoise_destroy(self._state)

    def process(self, samples: Samples) -> Samples:
        """Take in samples; return those that are done, which may be none."""
        return self._framing.process(samples)

    def flush(self) -> Samples:
        """Return what was held back. Nothing may follow."""
        return self._framing.flush()

    def _work(self, samples: Samples) -> Samples:
        output = samples * _FULL_SCALE
        # In place: the library reads a frame before it writes it.
        address = output.ctypes.data
        for offset in range(0, len(output), _FRAME):
            frame = address + offset * output.itemsize
            self._library.rnnoise_process_frame(self._state, frame, frame)
        return self._blended(samples, output / _FULL_SCALE)

    def _blended(self, samples: Samples, clean: Samples) -> Samples:
        if self._strength == 1:
            return clean
        before = np.concatenate((self._before, samples))
        self._before = before[len(samples) :]
        return before[: len(samples)] + (clean - before[: len(samples)]) * self._strength


class WebRtcDenoiser:
    """Denoises a mono stream at 16 kHz with WebRTC's noise suppression, which holds back 6 ms and a frame.

    Raises:
        InputError: WebRTC's audio processing is missing on this computer.
    """

    rate = WEBRTC_RATE

    def __init__(self) -> None:
        self._framing = Framing(FRAME, _WEBRTC_DELAY, AudioProcessing(noise_suppression=True).near)

    def process(self, samples: Samples) -> Samples:
        """Take in samples; return those that are done, which may be none."""
        return self._framing.process(samples)

    def flush(self) -> Samples:
        """Return what was held back. Nothing may follow."""
        return self._framing.flush()
