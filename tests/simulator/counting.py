"""Sound that carries its own number: each second says which second it is, and shows where it was cut.

A second is ten slots of a tenth: a chirp that marks its beginning, six digits, two check digits and a
closing tone. All of it lies between 600 and 3,200 Hz, so that it lives through 16 bits, base64 and any
rate from 8 kHz up. A second of which as little as ten milliseconds are missing is no second any more.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from app.domain.audio import SPEECH_RATE

if TYPE_CHECKING:
    from app.domain.audio import Samples

LOUDNESS: Final = 0.4
BREATH, SOFTER = 0.02, 0.05
"""Each second ends softly: what never breathes is taken for noise by any ear."""
QUIET: Final = 0.005
"""Below this root mean square a stretch is silence."""
SLOTS: Final = 10
DIGITS: Final = 6
CHECK: Final = 97
LOWEST, STEP, CLOSING = 700.0, 200.0, 2_900.0
CHIRP_FROM, CHIRP_TO = 600.0, 3_200.0
ALIKE: Final = 0.8
"""Share of a chirp found at which a second begins."""
PURE: Final = 0.8
"""Share of a slot's energy that its tone must have."""
SLACK: Final = 0.004
"""Seconds by which a second's beginning may be mistaken."""
SHORTEST_TEAR: Final = 0.03


def encode(second: int, rate: int = SPEECH_RATE) -> Samples:
    """The sound of one second, shape (rate,), float32.

    Args:
        second: 0 to 999,999.
    """
    tones = [_tone(frequency, rate) for frequency in _frequencies(second)]
    whole = np.concatenate([_chirp(rate), *tones])
    whole[-round(BREATH * rate) :] *= SOFTER
    return (LOUDNESS * whole).astype(np.float32)


def count(seconds: int, start: int = 0, rate: int = SPEECH_RATE) -> Samples:
    """`seconds` seconds one after another, shape (seconds * rate,)."""
    return np.concatenate([encode(start + second, rate) for second in range(seconds)])


def decode(samples: Samples, rate: int = SPEECH_RATE) -> int | None:
    """The number that a second of sound carries; None where it is torn, or something else."""
    slot = rate // SLOTS
    if len(samples) < SLOTS * slot or _likeness(samples[:slot], rate)[0] < ALIKE / 2:
        return None
    # Resampling smears the edges of a slot.
    edge = slot // 20
    slots = samples[slot : SLOTS * slot].reshape(SLOTS - 1, slot)[:, edge:-edge].astype(np.float64)
    shares = _shares(slots, rate)
    best = shares.argmax(axis=1)
    if shares.max(axis=1).min() < PURE or best[-1] != 10 or best[:-1].max() > 9:
        return None
    number = int("".join(map(str, best[:DIGITS])))
    return number if _digits(number) == best[:-1].tolist() else None


@dataclass(frozen=True, slots=True)
class Counted:
    """A second that was heard whole.

    Attributes:
        start: where it began, in seconds of the sound fed.
    """

    number: int
    start: float


@dataclass(frozen=True, slots=True)
class Torn:
    """Sound that is no whole second: something before, in or behind it was lost."""

    start: float
    stop: float


@dataclass(frozen=True, slots=True)
class Begun:
    """A second's chirp was heard; its number is not known yet."""

    start: float


class Counter:
    """Finds the seconds in a stream, wherever they begin."""

    def __init__(self, rate: int = SPEECH_RATE) -> None:
        self._rate = rate
        self._slot = rate // SLOTS
        self._sound: Samples = np.zeros(0, np.float32)
        self._from = 0
        self._begun: int | None = None

    def feed(self, samples: Samples) -> list[Counted | Torn | Begun]:
        """Take the next sound, shape (n,); says what is complete now, in order."""
        self._sound = np.concatenate((self._sound, samples))
        heard: list[Counted | Torn | Begun] = []
        while True:
            step = self._seek() if self._begun is None else self._read()
            if step is None:
                return heard
            heard += step

    def finish(self) -> list[Counted | Torn | Begun]:
        """No more sound: what is left of a second is torn."""
        self._begun = None
        return self._torn(len(self._sound))

    def _seek(self) -> list[Counted | Torn | Begun] | None:
        if len(self._sound) < 2 * self._slot:
            return None
        likeness = _likeness(self._sound, self._rate)
        found = np.flatnonzero(likeness >= ALIKE)
        last = len(likeness) - self._slot
        if not len(found) or found[0] > last:
            keep = 0 if len(found) else max(last, 0)
            if keep > 2 * self._rate:
                return self._torn(keep)
            if not self._loud(self._sound[:keep]):
                self._drop(keep)
            return None
        first = int(found[0])
        begin = first + int(likeness[first : first + self._slot].argmax())
        heard = self._torn(begin)
        self._begun = self._from
        return [*heard, Begun(self._seconds(self._from))]

    def _read(self) -> list[Counted | Torn | Begun] | None:
        if len(self._sound) < self._rate:
            return None
        start, self._begun = self._from, None
        number = decode(self._sound[: self._rate], self._rate)
        if number is None:
            # The next chirp may come too early, but not at the same place.
            return self._torn(self._next_chirp())
        self._drop(self._rate - round(SLACK * self._rate))
        return [Counted(number, self._seconds(start))]

    def _next_chirp(self) -> int:
        likeness = _likeness(self._sound[self._slot : self._rate], self._rate)
        found = np.flatnonzero(likeness >= ALIKE)
        return self._slot + (int(found[0]) if len(found) else len(likeness))

    def _torn(self, length: int) -> list[Counted | Torn | Begun]:
        start, stretch = self._from, self._sound[:length]
        self._drop(length)
        if not self._loud(stretch):
            return []
        return [Torn(self._seconds(start), self._seconds(start + length))]

    def _loud(self, stretch: Samples) -> bool:
        hop = self._rate // 200
        hops = stretch[: len(stretch) // hop * hop].reshape(-1, hop).astype(np.float64)
        loud = np.sqrt(np.mean(hops**2, axis=1)) >= QUIET
        return int(loud.sum()) * hop >= SHORTEST_TEAR * self._rate

    def _drop(self, length: int) -> None:
        self._sound = self._sound[length:]
        self._from += length

    def _seconds(self, position: int) -> float:
        return position / self._rate


def orderly(numbers: list[int]) -> bool:
    """Whether each number follows the one before it: nothing lost, doubled or out of order."""
    return all(after == before + 1 for before, after in pairwise(numbers))


def _digits(number: int) -> list[int]:
    return [int(digit) for digit in f"{number:0{DIGITS}d}{number % CHECK:02d}"]


def _frequencies(number: int) -> list[float]:
    return [*(LOWEST + STEP * digit for digit in _digits(number)), CLOSING]


@lru_cache
def _tone(frequency: float, rate: int) -> Samples:
    return np.sin(2 * np.pi * frequency * np.arange(rate // SLOTS) / rate).astype(np.float32)


@lru_cache
def _chirp(rate: int) -> Samples:
    time = np.arange(rate // SLOTS) / rate
    phase = CHIRP_FROM * time + (CHIRP_TO - CHIRP_FROM) * time**2 / 2 * SLOTS
    return np.sin(2 * np.pi * phase).astype(np.float32)


def _likeness(samples: Samples, rate: int) -> Samples:
    """How much of a chirp begins at each sample, 0 to 1; shape (n - slot + 1,)."""
    chirp = _chirp(rate).astype(np.float64)
    sound = samples.astype(np.float64)
    size = 1 << (len(sound) + len(chirp)).bit_length()
    product = np.fft.rfft(sound, size) * np.conj(np.fft.rfft(chirp, size))
    overlap = np.fft.irfft(product, size)[: len(sound) - len(chirp) + 1]
    energies = sliding_window_view(np.concatenate(([0.0], np.cumsum(sound**2))), len(chirp) + 1)
    energy = np.maximum(energies[:, -1] - energies[:, 0], 1e-3)
    return np.maximum(overlap, 0.0) / np.sqrt(energy * np.sum(chirp**2))


def _shares(slots: Samples, rate: int) -> Samples:
    """Share of each slot's energy in each of the eleven tones, shape (slots, 11)."""
    length = slots.shape[1]
    frequencies = np.array([LOWEST + STEP * digit for digit in range(10)] + [CLOSING])
    waves = np.exp(-2j * np.pi * np.outer(np.arange(length) / rate, frequencies))
    energy = np.maximum(np.sum(slots**2, axis=1, keepdims=True), 1e-6)
    return 2 * np.abs(slots @ waves) ** 2 / (length * energy)
