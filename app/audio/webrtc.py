"""WebRTC's audio processing: noise suppression and echo cancellation, without a call around them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from app.domain.audio import FULL_SCALE
from app.domain.errors import InputError

if TYPE_CHECKING:
    from livekit.rtc import AudioProcessingModule

    from app.domain.audio import Samples

WEBRTC_RATE = 16_000
"""Samples a second that it works at here; it could do more, and no recognizer would hear the difference."""
FRAME = 160
"""10 ms: it takes no other length."""


class AudioProcessing:
    """One stream of mono sound at 16 kHz. Not for two threads at once.

    Raises:
        InputError: it is missing on this computer.
    """

    def __init__(self, *, noise_suppression: bool = False, echo_cancellation: bool = False) -> None:
        self._module = _module(noise_suppression, echo_cancellation)
        # Not at the top: it loads 30 MB, in the lane's own thread and only where it is wanted.
        from livekit.rtc import AudioFrame

        self._frame = AudioFrame.create(WEBRTC_RATE, 1, FRAME)
        self._window = np.frombuffer(self._frame.data, np.int16)

    def near(self, samples: Samples) -> Samples:
        """The microphone's sound, a whole number of frames; returns as much, processed."""
        output = _integers(samples)
        for offset in range(0, len(output), FRAME):
            self._window[:] = output[offset : offset + FRAME]
            self._module.process_stream(self._frame)
            output[offset : offset + FRAME] = self._window
        return output.astype(np.float32) / np.float32(FULL_SCALE)

    def far(self, samples: Samples) -> None:
        """What the speakers play, whole frames, given before the microphone's sound that holds its echo."""
        output = _integers(samples)
        for offset in range(0, len(output), FRAME):
            self._window[:] = output[offset : offset + FRAME]
            self._module.process_reverse_stream(self._frame)

    def expect_delay(self, milliseconds: int) -> None:
        """How much later than `far` its echo comes in `near`; to be said before each call of `near`."""
        self._module.set_stream_delay_ms(milliseconds)


def _module(noise_suppression: bool, echo_cancellation: bool) -> AudioProcessingModule:
    try:
        from livekit.rtc import AudioProcessingModule

        return AudioProcessingModule(echo_cancellation=echo_cancellation, noise_suppression=noise_suppression)
    except (ImportError, OSError) as error:
        raise InputError(
            "Noise reduction is not available on this computer.", "Turn it off, then start again."
        ) from error


def _integers(samples: Samples) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    return np.clip(np.rint(samples * FULL_SCALE), -FULL_SCALE, FULL_SCALE - 1).astype(np.int16)
