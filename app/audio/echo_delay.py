"""How much later the echo of what the speakers play comes in the microphone: a running estimate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from app.audio.webrtc import FRAME, WEBRTC_RATE

if TYPE_CHECKING:
    from app.domain.audio import Samples

REACH: Final = WEBRTC_RATE
"""Samples that the echo may be later, or earlier where the lanes' clocks disagree: 1 s."""
SPAN: Final = 2 * WEBRTC_RATE
"""Samples of the microphone that one look compares."""
_TRANSFORM: Final = 65_536
_MEMORY: Final = 0.7
"""How much of what was seen still counts at the next look."""
_DISTINCT: Final = 25.0
"""A peak so many times as high as everything around it is no chance: two voices that have nothing to do
with one another come to 15, an echo to 70 and more, and to 30 while somebody speaks in the room."""
_PLAIN: Final = 50.0
"""The same where the microphone has hardly begun to hear: the less there is, the more alike it is."""
_CHANCE: Final = 10.0
"""What is no higher is nothing."""
_VAIN: Final = 5
"""Looks that find nothing after which an echo that was found is none, or is over."""
_FADE: Final = np.sin(np.linspace(0, np.pi / 2, SPAN // 40, dtype=np.float32)) ** 2
"""The ends of what is compared, 50 ms: two sounds that are cut off at one moment are alike there."""
_QUIET: Final = 1e-4
"""Root mean square of sound that there is nothing to find in."""


class EchoDelay:
    """Compares both sounds time and again; what is found must stand out.

    Attributes:
        samples: by how much the echo is later; None as long as none is found.
        looked: there was something to find it in.
    """

    def __init__(self) -> None:
        self.samples: int | None = None
        self.looked = False
        self._vain = 0
        self._likeness = np.zeros(2 * REACH + 1)

    def look(self, near: Samples, far: Samples) -> bool:
        """Compare both once; whether the echo was found in what was seen until now.

        Args:
            near: the microphone, shape (SPAN,).
            far: the speakers, shape (SPAN + 2 * REACH,), beginning REACH samples earlier.
        """
        if min(_loudness(near), _loudness(far)) < _QUIET:
            return False
        self.looked = True
        self._likeness = _MEMORY * self._likeness + _likeness(_faded(near), far)
        height = np.abs(self._likeness)
        peak = int(np.argmax(height))
        distinct = float(height[peak] / np.sqrt(np.mean(np.square(height))))
        self._doubt(distinct)
        if distinct < (_DISTINCT if _is_full(near) else _PLAIN):
            return False
        self.samples = REACH - peak
        return True

    def _doubt(self, distinct: float) -> None:
        self._vain = self._vain + 1 if distinct < _CHANCE else 0
        if self._vain >= _VAIN:
            self.samples = None


def _faded(samples: Samples) -> Samples:
    faded = samples.copy()
    faded[: len(_FADE)] *= _FADE
    faded[-len(_FADE) :] *= _FADE[::-1]
    return faded


def _is_full(near: Samples) -> bool:
    """Whether the microphone heard something for more than half of the time."""
    frames = near[: len(near) // FRAME * FRAME].reshape(-1, FRAME)
    return bool(np.mean(np.sqrt(np.mean(np.square(frames), axis=1)) > _QUIET) > 0.5)


def _likeness(near: Samples, far: Samples) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """How alike they are at each place of `near` within `far`, all pitches counting the same."""
    cross = np.fft.rfft(far, _TRANSFORM) * np.conj(np.fft.rfft(near, _TRANSFORM))
    strength = np.abs(cross)
    whitened = cross / (strength + 1e-3 * strength.mean() + 1e-20)
    return np.fft.irfft(whitened, _TRANSFORM)[: 2 * REACH + 1]


def _loudness(samples: Samples) -> float:
    return float(np.sqrt(np.mean(np.square(samples))))
