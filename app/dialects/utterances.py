"""Numbers for what a service says: each utterance begins once and ends once."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from app.dialects.frames import LONGEST_TEXT
from app.dialects.timeline import Timeline
from app.domain.events import Event, Final, Gap, Partial, SpeechStarted, Word

MOST_OPEN = 32
"""Utterances that may be open at once; a service that opens more has lost count."""
REMEMBERED = 256
"""Finished ones of which a late word is still known to be late."""
LOOK_BACK = 3.0
"""Seconds from its first word back to where an utterance began, where the service does not say."""
UNWORDED = "The service heard somebody speak here and had no words for it."


@dataclass(slots=True)
class _Utterance:
    """What is known of one.

    Attributes:
        earliest: before then it can't have begun.
    """

    number: int
    start: float
    earliest: float
    end: float | None = None
    text: str = ""


class Utterances:
    """Open and finished utterances by the key that the service gave them."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self._open: dict[Hashable, _Utterance] = {}
        self._over: dict[Hashable, None] = {}
        self._count = 0
        self._nameless = 0
        self._last_end = 0.0

    def __len__(self) -> int:
        return len(self._open)

    @property
    def newest(self) -> Hashable:
        """Key of the utterance that was opened last; None where none is open."""
        return next(reversed(self._open), None)

    @property
    def nameless(self) -> Hashable:
        """Key for what the service gives none: that of the newest utterance, else one of a new utterance."""
        if self._open:
            return self.newest
        while ("nameless", self._nameless) in self._over:
            self._nameless += 1
        return "nameless", self._nameless

    def is_over(self, key: Hashable) -> bool:
        """Whether the utterance has ended."""
        return key in self._over

    def begin(self, key: Hashable, start: float | None = None) -> list[Event]:
        """Somebody began to speak."""
        if key in self._open or key in self._over:
            return []
        events = self._make_room()
        self._count += 1
        now = self._timeline.now
        earliest = max(self._last_end, self._timeline.start) if start is None else start
        if start is None:
            start = max(earliest, now - LOOK_BACK)
        self._open[key] = _Utterance(self._count, min(start, now), min(earliest, now))
        return [*events, SpeechStarted(self._count, self._open[key].start)]

    def stop(self, key: Hashable, end: float | None) -> None:
        """Somebody stopped speaking; the words are still to come."""
        if key in self._open:
            self._open[key].end = end

    def move(self, key: Hashable, start: float | None) -> None:
        """The service found out when it began."""
        if key in self._open and start is not None:
            self._open[key].start = self._open[key].earliest = min(start, self._timeline.now)

    def text(self, key: Hashable) -> str:
        """What is known of it."""
        return self._open[key].text if key in self._open else ""

    def say(self, key: Hashable, text: str, settled: int = 0, start: float | None = None) -> list[Event]:
        """The utterance as it is understood now."""
        if key in self._over:
            return []
        text = text[:LONGEST_TEXT]
        events = self.begin(key, start) if text.strip() else []
        one = self._open.get(key)
        if one is None or one.text == text:
            return events
        one.text = text
        return [*events, Partial(one.number, one.start, self._end(one), text, min(settled, len(text)))]

    def grow(self, key: Hashable, piece: str, start: float | None = None) -> list[Event]:
        """More of the utterance, to go behind what there is."""
        return self.say(key, self.text(key) + piece, start=start) if piece else []

    def end(
        self,
        key: Hashable,
        text: str | None,
        *,
        start: float | None = None,
        end: float | None = None,
        words: tuple[Word, ...] = (),
        language: str | None = None,
        emotion: str | None = None,
    ) -> list[Event]:
        """The utterance is over; `text` is final, and empty where nothing was said after all.

        Where it is None the service has not told: what is on screen becomes final, and the whole may have
        a hole, for those who have an ear for loudness to judge.
        """
        if key in self._over:
            return []
        hollow = text is None
        text = self.text(key) if text is None else text
        events = self.begin(key, start) if hollow or text.strip() else []
        one = self._open.pop(key, None)
        self._forget(key)
        if one is None:
            return events
        one.end = end if end is not None else one.end
        stop = max(self._end(one), one.start)
        self._last_end = max(self._last_end, stop)
        hole = Gap(one.earliest, stop, UNWORDED) if hollow else None
        return [*events, Final(one.number, one.start, stop, text.strip(), words, language, emotion, hole)]

    def drop(self, key: Hashable) -> list[Event]:
        """The service can't say what this was; what is on screen becomes final."""
        return self.end(key, None)

    def finish(self) -> list[Event]:
        """Nothing more will come; what is on screen becomes final."""
        return [event for key in tuple(self._open) for event in self.drop(key)]

    def _make_room(self) -> list[Event]:
        return self.drop(next(iter(self._open))) if len(self._open) >= MOST_OPEN else []

    def _forget(self, key: Hashable) -> None:
        self._over[key] = None
        if len(self._over) > REMEMBERED:
            del self._over[next(iter(self._over))]

    def _end(self, one: _Utterance) -> float:
        return one.end if one.end is not None else self._timeline.now
