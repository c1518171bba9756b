"""How noisy a lane is, and whether its noise is steady: a running estimate, and a decision made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from app.domain.noise import Noise

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from app.domain.audio import Samples

_EDGES: Final = np.array((200, 400, 630, 920, 1270, 1720, 2320, 3150, 4000))
"""Bands as wide as the ear's, where telephones let speech through, in Hz."""
_FRAME_SECONDS: Final = 0.02
WINDOW: Final = 250
"""Frames that the estimate looks back: 5 s, in which anyone who speaks takes a breath."""
ENOUGH: Final = 125
"""Frames without which it says nothing."""
_EVERY: Final = 25
"""Frames from one judgement to the next."""
_SILENCE: Final = 1e-10
"""Mean square below which a frame is no sound: a pause, a mute, a gap; in the units of full scale."""

_STEADY: Final = (3.6, 4.4)
"""Spread of quiet moments up to which noise is steady, in dB: to begin with, and to go on with."""
_LOUD: Final = (14.0, 16.0)
"""How far voices stand out of noise that is loud, in dB: at most, to begin with, and to go on with."""
_CHANGING: Final = 5.5
"""Spread of quiet moments from which on it is noise that comes and goes, in dB."""
_CLEAR: Final = 24.0
"""Voices that stand out by more have no noise worth speaking of, in dB."""
_VOICE: Final = 8.5
"""What stands out by less, in the best of all bands, is nothing but the noise itself; in dB."""


class NoiseEstimate:
    """Watches the levels of a lane's bands over the last seconds.

    In the quiet moments of a band one hears its noise. Steady noise is nearly the same in all of them;
    voices in the background come and go. And the loud moments tell how far the voice stands out.

    Args:
        rate: samples a second of the sound.

    Attributes:
        spread: how different the quiet moments are, mean of all bands, in dB.
        contrast: how far loud moments stand out of quiet ones, mean of all bands, in dB.
        best_contrast: the same in the band where it is largest.
    """

    def __init__(self, rate: int) -> None:
        self.spread = self.contrast = self.best_contrast = 0.0
        self._length = max(1, round(_FRAME_SECONDS * rate))
        self._shape = np.hanning(self._length).astype(np.float32)
        self._splits = _splits(self._length, rate)
        self._levels = np.zeros((WINDOW, max(0, len(self._splits) - 1)), np.float32)
        self._count = 0
        self._waiting = np.empty(0, np.float32)

    @property
    def heard(self) -> int:
        """Frames that held sound, since the beginning."""
        return self._count

    def take(self, samples: Samples) -> bool:
        """Listen to more sound; whether there is a new estimate."""
        waiting = np.concatenate((self._waiting, samples))
        ready = len(waiting) - len(waiting) % self._length
        self._waiting = waiting[ready:]
        before = self._count
        self._note(waiting[:ready].reshape(-1, self._length))
        due = self._count // _EVERY > before // _EVERY and self._count >= ENOUGH and self._levels.size > 0
        if due:
            self._estimate()
        return due

    def _note(self, frames: Samples) -> None:
        frames = frames[np.mean(np.square(frames), axis=1) > _SILENCE][-WINDOW:]
        if not len(frames) or not self._levels.size:
            return
        power = np.square(np.abs(np.fft.rfft(frames * self._shape, axis=1)))
        bands = np.add.reduceat(power[:, : self._splits[-1]], self._splits[:-1], axis=1)
        places = (self._count + np.arange(len(bands))) % WINDOW
        self._levels[places] = 10 * np.log10(bands + 1e-12)
        self._count += len(bands)

    def _estimate(self) -> None:
        low, fifth, third, high = np.percentile(self._levels[: self._count], (5, 20, 30, 95), axis=0)
        self.spread = float(np.mean(third - low))
        self.contrast = float(np.mean(high - fifth))
        self.best_contrast = float(np.max(high - fifth))


class NoiseJudge:
    """Says what kind of noise a lane has. Slow to speak of steady noise, quick to take it back.

    Args:
        rate: samples a second of the sound.
    """

    def __init__(self, rate: int) -> None:
        self._estimate = NoiseEstimate(rate)
        self._noise = Noise.UNKNOWN
        self._suspected = False
        """The last judgement but one would have been steady noise, too."""

    @property
    def noise(self) -> Noise:
        """The noise of the last seconds."""
        return self._noise

    def take(self, samples: Samples) -> None:
        """Listen to more sound."""
        if self._estimate.take(samples):
            self._judge()

    def _judge(self) -> None:
        estimate = self._estimate
        going = int(self._noise is Noise.STEADY)
        if estimate.spread <= _STEADY[going] and estimate.best_contrast < _VOICE:
            # Nobody speaks, so nothing is to be learned about voices.
            return
        found = Noise.LITTLE
        if estimate.spread <= _STEADY[going] and estimate.contrast <= _LOUD[going]:
            found = Noise.STEADY
        elif estimate.spread > _CHANGING and estimate.contrast <= _CLEAR:
            found = Noise.CHANGING
        sure = self._suspected or going or found is not Noise.STEADY
        self._suspected = found is Noise.STEADY
        if sure:
            self._noise = found


def _splits(length: int, rate: int) -> NDArray[np.intp]:
    """Where the bands begin among the frequencies of a frame, and where the last one ends."""
    frequencies = np.fft.rfftfreq(length, 1 / rate)
    return np.unique(np.searchsorted(frequencies, _EDGES[rate / 2 >= _EDGES]))
