"""The ears that need no model: a script, and counted seconds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from app.domain.events import Event, Partial, SpeechStarted
from app.domain.events import Final as FinalEvent
from tests.simulator.counting import Begun, Counted, Counter, Torn
from tests.simulator.hearing import Ear, Sentence, pieces

if TYPE_CHECKING:
    from app.domain.audio import Samples

PARTIAL_EVERY: Final = 0.3
"""Seconds of sound between the partials of a script."""

SCRIPT: Final = (
    Sentence("Good morning, everybody.", 0.3, 1.4),
    Sentence("Nine banks, the Bulge Bracket, are here.", 1.8, 3.6, {"Bulge Bracket": "Bird Rock"}),
    Sentence("今天天气怎么样？", 4.0, 5.2),
)


class Scripted:
    """Says what a script says, whatever the sound is."""

    def __init__(self, sentences: Sequence[Sentence] = SCRIPT) -> None:
        self._sentences = sentences

    async def prepare(self) -> None:
        """Nothing takes time."""

    def ear(self, rate: int, hints: str) -> Ear:
        """An ear at the beginning of the script."""
        return ScriptedEar(self._sentences, rate, hints)

    def close(self) -> None:
        """Nothing is shared."""


class ScriptedEar:
    """One reading of a script; sound is only a clock."""

    def __init__(self, sentences: Sequence[Sentence], rate: int, hints: str) -> None:
        self._left = list(enumerate(sentences, 1))
        self._rate = rate
        self._hints = hints
        self._samples = 0
        self._began = False
        self._due = 0.0

    async def hear(self, samples: Samples) -> list[Event]:
        """Go on in the script by as much as there is sound."""
        self._samples += len(samples)
        now = self._samples / self._rate
        events: list[Event] = []
        while self._left and now >= self._left[0][1].end:
            events += self._end(now)
        if self._left and now > self._left[0][1].start:
            events += self._going_on(now)
        return events

    async def commit(self) -> list[Event]:
        """End the sentence that has begun, if there is one."""
        now = self._samples / self._rate
        return self._end(now) if self._left and now > self._left[0][1].start else []

    async def finish(self) -> list[Event]:
        """End the sentence that has begun."""
        return await self.commit()

    def close(self) -> None:
        """Nothing is held."""

    def _going_on(self, now: float) -> list[Event]:
        number, sentence = self._left[0]
        events = self._begin()
        if now < self._due:
            return events
        self._due = now + PARTIAL_EVERY
        words = pieces(sentence.written(self._hints))
        said = (now - sentence.start) / (sentence.end - sentence.start)
        text = "".join(words[: max(1, int(said * len(words)))]).strip()
        return [*events, Partial(number, sentence.start, now, text)]

    def _begin(self) -> list[Event]:
        if self._began:
            return []
        number, sentence = self._left[0]
        self._began, self._due = True, 0.0
        return [SpeechStarted(number, sentence.start)]

    def _end(self, now: float) -> list[Event]:
        events = self._begin()
        number, sentence = self._left.pop(0)
        self._began = False
        text = sentence.written(self._hints)
        return [*events, FinalEvent(number, sentence.start, min(sentence.end, now), text)]


class Counting:
    """Says "second N" for each second of counting sound.

    Attributes:
        torn: stretches of sound that were no whole second, on all connections.
    """

    def __init__(self) -> None:
        self.torn: list[Torn] = []

    async def prepare(self) -> None:
        """Nothing takes time."""

    def ear(self, rate: int, hints: str) -> Ear:
        """An ear for sound at `rate`; hints say nothing to it."""
        del hints
        return CountingEar(Counter(rate), self.torn)

    def close(self) -> None:
        """Nothing is shared."""


class CountingEar:
    """Counts one stream. What is no whole second is noted, never written."""

    def __init__(self, counter: Counter, torn: list[Torn]) -> None:
        self._counter = counter
        self._torn = torn
        self._number = 0
        self._open: float | None = None

    async def hear(self, samples: Samples) -> list[Event]:
        """Say which seconds are whole now."""
        return self._said(self._counter.feed(samples))

    async def commit(self) -> list[Event]:
        """A second can't be ended early: nothing."""
        return []

    async def finish(self) -> list[Event]:
        """What is left of a second is torn."""
        return self._said(self._counter.finish()) + self._nothing()

    def close(self) -> None:
        """Nothing is held."""

    def _said(self, heard: Sequence[Begun | Counted | Torn]) -> list[Event]:
        events: list[Event] = []
        for one in heard:
            match one:
                case Begun(start):
                    events += [*self._nothing(), *self._begin(start)]
                case Counted(number, start):
                    events.append(FinalEvent(self._number, start, start + 1.0, f"second {number}"))
                    self._open = None
                case Torn():
                    self._torn.append(one)
                    events += self._nothing()
        return events

    def _begin(self, start: float) -> list[Event]:
        self._number += 1
        self._open = start
        return [SpeechStarted(self._number, start), Partial(self._number, start, start + 0.1, "second")]

    def _nothing(self) -> list[Event]:
        """The second that had begun was torn: its line goes."""
        if self._open is None:
            return []
        start, self._open = self._open, None
        return [FinalEvent(self._number, start, start + 0.1, "")]
