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
_STANDS_OUT: Final = 4.0
"""Loud moments so many times as loud as quiet ones (12 dB) are a voice, and no mere noise."""
_SILENCE: Final = 1e-5


class _Second(NamedTuple):
    """What there is to know of a second of sound."""

    flat: float
    offset: float
    levels: Samples


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
        self._waiting: list[NDArray[np.float32]] = []
        self._length = 0
        self._seconds: deque[_Second] = deque(maxlen=SECONDS)

    def take(self, samples: NDArray[np.float32]) -> bool:
        """Listen to more sound, shape (n, channels); whether there is another problem now, or none."""
        if not len(samples):
            return False
        before = self.problem
        # Whoever gets it next may silence it.
        self._waiting.append(samples.copy())
        self._length += len(samples)
        if self._length >= self._rate:
            self._look()
        return self.problem != before

    def _look(self) -> None:
        """Judge all whole seconds that wait."""
        waiting, whole = np.concatenate(self._waiting), self._length // self._rate * self._rate
        self._waiting, self._length = [waiting[whole:]], self._length - whole
        for second in waiting[:whole].reshape(-1, self._rate, waiting.shape[1]):
            heard = _loudest(second)
            # A device that is muted has no problem of its loudness, nor is one over.
            if np.abs(heard).max() > _SILENCE:
                self._seconds.append(_measure(heard, max(1, self._rate // 50)))
                self.problem = self._judge()

    def _judge(self) -> str:
        if len(self._seconds) < _ENOUGH:
            return ""
        if np.mean([second.flat for second in self._seconds]) > _MOST_FLAT:
            return TOO_LOUD
        if min(abs(second.offset) for second in self._seconds) > _MOST_OFF:
            return OFF_CENTER
        quiet, loud = np.percentile(np.concatenate([second.levels for second in self._seconds]), (20, 95))
        return TOO_SOFT if _STANDS_OUT * quiet < loud < _FAINT else ""


def _loudest(samples: NDArray[np.float32]) -> Samples:
    """The voice may be on any of the channels, and the others be silent."""
    # Each channel by itself: what lies one after another is gone through many times as fast.
    channels = np.ascontiguousarray(samples.T)
    loudest: Samples = channels[channels.std(axis=1).argmax()] if len(channels) > 1 else channels[0]
    return loudest


def _measure(second: Samples, length: int) -> _Second:
    offset = float(second.mean())
    frames = (second - np.float32(offset))[: len(second) // length * length].reshape(-1, length)
    return _Second(_flat(second), offset, np.sqrt(np.mean(np.square(frames), axis=1)))


def _flat(second: Samples) -> float:
    """Share of samples that belong to tops that were cut off, on either side."""
    share = 0.0
    if second.min() > -_FULL and second.max() < _FULL:
        return share
    for full in (second >= _FULL, second <= -_FULL):
        edges = np.flatnonzero(np.diff(np.concatenate(([False], full, [False])).astype(np.int8)))
        runs = edges[1::2] - edges[::2]
        share += float(runs[runs >= _FLAT].sum()) / len(second)
    return share
