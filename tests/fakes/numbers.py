"""Sound that says which second it is, as cheaply as can be: every sample of a second is its number."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from app.domain.audio import SPEECH_RATE
from app.domain.events import Event, Final, Partial, SpeechStarted

if TYPE_CHECKING:
    from app.domain.audio import Samples

QUIETEST = 0.1
STEP = 1.0 / 4096.0


def numbered(second: int) -> Samples:
    """The sound of one second, shape (16000,)."""
    return np.full(SPEECH_RATE, QUIETEST + second * STEP, np.float32)


class Numbers:
    """Says "second N" for each second that is whole.

    Attributes:
        torn: seconds that were not, on all connections.
    """

    def __init__(self) -> None:
        self.torn: list[int] = []

    async def prepare(self) -> None:
        """Nothing takes time."""

    def ear(self, rate: int, hints: str) -> NumbersEar:
        """An ear for sound at 16 kHz."""
        assert rate == SPEECH_RATE
        return NumbersEar(self.torn)

    def close(self) -> None:
        """Nothing is shared."""


class NumbersEar:
    """One stream. Each second is an utterance: it opens with its first sample and ends with its last."""

    def __init__(self, torn: list[int]) -> None:
        self._torn = torn
        self._utterance = 0
        self._at = 0
        self._number: int | None = None
        self._length = 0

    async def hear(self, samples: Samples) -> list[Event]:
        events: list[Event] = []
        numbers = np.rint((samples - QUIETEST) / STEP).astype(int)
        edges = [0, *(np.flatnonzero(np.diff(numbers)) + 1).tolist(), len(numbers)]
        for begin, end in pairwise(edges):
            if end > begin:
                events += self._stretch(int(numbers[begin]), end - begin)
        return events

    async def commit(self) -> list[Event]:
        return []

    async def finish(self) -> list[Event]:
        return self._nothing()

    def close(self) -> None:
        """Nothing is held."""

    def _stretch(self, number: int, length: int) -> list[Event]:
        events: list[Event] = []
        if number != self._number:
            events = self._nothing()
            self._number, self._length = number, 0
            self._utterance += 1
            now = self._at / SPEECH_RATE
            events += [SpeechStarted(self._utterance, now), Partial(self._utterance, now, now, "second")]
        self._at += length
        self._length += length
        return [*events, *self._end()] if self._length == SPEECH_RATE else events

    def _end(self) -> list[Event]:
        now, number, self._number = self._at / SPEECH_RATE, self._number, None
        return [Final(self._utterance, now - 1.0, now, f"second {number}")]

    def _nothing(self) -> list[Event]:
        if self._number is None:
            return []
        self._torn.append(self._number)
        self._number, now = None, self._at / SPEECH_RATE
        return [Final(self._utterance, now - self._length / SPEECH_RATE, now, "")]
