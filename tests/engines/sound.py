"""Sound for engines, as a spool would hand it out."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import numpy as np

from app.domain.audio import SPEECH_RATE, AudioFrame
from app.domain.events import Event, Final

if TYPE_CHECKING:
    from app.domain.audio import Samples


class Frames:
    """Hands out `samples` in pieces of `seconds`.

    Args:
        start: of the first sample, in seconds.
        cut: where the user ends a sentence, in seconds of `samples`.
    """

    def __init__(
        self,
        samples: Samples,
        seconds: float = 0.05,
        start: float = 0.0,
        cut: float | None = None,
    ) -> None:
        self.read_seconds = 0.0
        self._samples = samples
        self._step = round(seconds * SPEECH_RATE)
        self._first = round(start * SPEECH_RATE)
        self._at = 0
        self._cut = None if cut is None else round(cut * SPEECH_RATE)

    def rewind(self) -> None:
        self._at = 0

    async def read(self, least: float = 0.0) -> AudioFrame | None:
        await asyncio.sleep(0)
        if self._at >= len(self._samples):
            return None
        samples = self._samples[self._at : self._at + self._step]
        self._at += len(samples)
        start = self._first + self._at - len(samples)
        return AudioFrame(start, samples, ends_sentence=self._at == self._cut)


def speech(*lengths: float) -> Samples:
    """Something as loud and as uneven as speech, and silence, by turns; so many seconds of each."""
    parts = []
    for number, length in enumerate(lengths):
        times = np.arange(round(length * SPEECH_RATE)) / SPEECH_RATE
        syllables = np.abs(np.sin(2 * np.pi * 2.5 * times + 0.5))
        parts.append(0.3 * np.sin(2 * np.pi * 500 * times) * syllables * (number % 2 == 0))
    return np.concatenate(parts).astype(np.float32)


def texts(events: list[Event]) -> list[str]:
    """The finals with words, in the order in which they were said."""
    finals = [event for event in events if isinstance(event, Final) and event.text]
    return [event.text for event in sorted(finals, key=lambda event: (event.start, event.utterance))]
