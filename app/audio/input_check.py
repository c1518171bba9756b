"""What is wrong with the sound of a device that can be heard: too loud, too soft, off center."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from app.domain.audio import Samples

TOO_LOUD: Final = "The sound is cut off because it is too loud. Turn the microphone's level down."
TOO_SOFT: Final = "The voice is very faint. Move closer to the microphone, or turn its level up."
OFF_CENTER: Final = (
    "The sound is off center, as with a broken cable or adapter. Try another cable or microphone."
)

SECONDS: Final = 10
"""How far back it looks."""
_ENOUGH: Final = 5
"""Seconds with sound in them without which it says nothing."""
_FULL: Final = 0.998
"""From here on a sample is as loud as it can be."""
_FLAT: Final = 3
"""So many of them in a row are a top that was cut off."""
_MOST_FLAT: Final = 5e-4
"""Share of samples in such tops from which on words suffer."""
_MOST_OFF: Final = 0.05
"""Mean of the sound (-26 dB) that costs loudness on one side."""
_FAINT: Final = 8e-4
"""Root mean square of loud moments (-62 dB) below which the rounding of 16 bits is heard."""
_QUIET: Final = 20
_LOUD: Final = 95
"""Percentiles of the levels of moments: so loud are the quiet and the loud ones."""
_STANDS_OUT: Final = 4.0
"""Loud moments so many times as loud as quiet ones (12 dB) are a voice, and no mere noise."""
_SILENCE: Final = 1e-5


class _Second(NamedTuple):
    """What there is to know of a second of sound.

    Attributes:
        flat: share of samples in tops that were cut off.
        offset: its mean.
        levels: root mean square of each fiftieth.
        clear: how many of these are not faint.
    """

    flat: float
    offset: float
    levels: Samples
    clear: int


class InputCheck:
    """Watches a device's sound as it comes, before anything is done to it.

    Args:
        rate: samples a second.

    Attributes:
        problem: a sentence for the user: what is wrong, what to do; empty where nothing is.
    """

    def __init__(self, rate: int) -> None:
        self.problem = ""
        self._rate = rate
        # Each channel by itself: what lies one after another is gone through many times as fast. In one place
        # for good: to make another each second would be as much work as looking at it.
        self._second = np.empty((0, rate), np.float32)
        self._length = 0
        self._seconds: deque[_Second] = deque(maxlen=SECONDS)

    def take(self, samples: NDArray[np.float32]) -> bool:
        """Listen to more sound, shape (n, channels); whether there is another problem now, or none."""
        if not len(samples):
            return False
        before = self.problem
        if not len(self._second):
            self._second = np.empty((samples.shape[1], self._rate), np.float32)
        while len(samples):
            part = samples[: self._rate - self._length]
            self._second[:, self._length : self._length + len(part)] = part.T
            self._length += len(part)
            samples = samples[len(part) :]
            if self._length == self._rate:
                self._look()
                self._length = 0
        return self.problem != before

    def _look(self) -> None:
        """Judge a whole second."""
        heard = _loudest(self._second)
        low, high = float(heard.min()), float(heard.max())
        # A device that is muted has no problem of its loudness, nor is one over.
        if max(-low, high) > _SILENCE:
            flat = _flat(heard) if max(-low, high) >= _FULL else 0.0
            self._seconds.append(_measure(heard, max(1, self._rate // 50), flat))
            self.problem = self._judge()

    def _judge(self) -> str:
        seconds = self._seconds
        if len(seconds) < _ENOUGH:
            return ""
        if sum(second.flat for second in seconds) / len(seconds) > _MOST_FLAT:
            return TOO_LOUD
        if min(abs(second.offset) for second in seconds) > _MOST_OFF:
            return OFF_CENTER
        count = sum(len(second.levels) for second in seconds)
        if sum(second.clear for second in seconds) >= (1 - _LOUD / 100) * count + 2:
            # Nor is it by the exact measure below, which takes long.
            return ""
        levels = np.concatenate([second.levels for second in seconds])
        quiet, loud = np.percentile(levels, (_QUIET, _LOUD))
        return TOO_SOFT if _STANDS_OUT * quiet < loud < _FAINT else ""


def _loudest(channels: NDArray[np.float32]) -> Samples:
    """The voice may be on any of the channels, and the others be silent."""
    loudest: Samples = channels[channels.std(axis=1).argmax()] if len(channels) > 1 else channels[0]
    return loudest


def _measure(second: Samples, length: int, flat: float) -> _Second:
    """What there is to know of it. Its samples are changed: they are off center no more afterwards."""
    offset = float(second.mean())
    second -= np.float32(offset)
    frames = second[: len(second) // length * length].reshape(-1, length)
    # A third of the time that a mean of squares takes.
    levels = np.sqrt(np.einsum("ij,ij->i", frames, frames) / length)
    return _Second(flat, offset, levels, int(np.count_nonzero(levels >= _FAINT)))


def _flat(second: Samples) -> float:
    """Share of samples that belong to tops that were cut off, on either side; takes long."""
    share = 0.0
    for full in (second >= _FULL, second <= -_FULL):
        edges = np.flatnonzero(np.diff(np.concatenate(([False], full, [False])).astype(np.int8)))
        runs = edges[1::2] - edges[::2]
        share += float(runs[runs >= _FLAT].sum()) / len(second)
    return share
