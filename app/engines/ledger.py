"""What a service was sent over one connection, and what it has said of it: no socket, no clock."""

from __future__ import annotations

import unicodedata
from collections import deque
from dataclasses import replace
from math import inf
from typing import Final

from app.dialects.timeline import Pauses
from app.dialects.utterances import UNWORDED
from app.domain.audio import AudioFrame
from app.domain.errors import ServiceError
from app.domain.events import Event, Gap, Partial, SpeechStarted, Understood
from app.domain.events import Final as FinalEvent

UNWORDED_SECONDS: Final = 2.0
"""How much may have been said behind the last word, where the service does not say that it is done."""
AUDIBLE_SECONDS: Final = 0.3
"""Sound in what the service took for speech that is worth a mark where it has no words for it."""
SLOW_LETTER: Final = 0.12
"""Seconds of speech that a character takes with the slowest speaker: a hundred words a minute."""
SLOW_SIGN: Final = 0.4
"""The same for a character of Chinese, Japanese or Korean."""
LONG_PAST_SECONDS: Final = 120.0
"""Of sound sent this long ago a service that lives, and said no word since, will not say one any more.

By the clock, not by the sound: what was kept while a service was away is sent many times faster than time,
and a service may be minutes behind it. As long as it says words it is on its way.
"""


class LastWordsError(ServiceError):
    """All was sent, and the last of it is not answered."""


class Ledger:
    """Knows what is answered of the sound that was sent, and what is still open.

    Args:
        pauses: has heard what was sent.
        asked_only: the service says nothing before a sentence is committed.

    Attributes:
        began: where the sound that was sent begins, in seconds of the session.
        sent: how far it reaches; both are 0 where none was sent.
    """

    def __init__(self, pauses: Pauses, *, asked_only: bool) -> None:
        self.began = self.sent = 0.0
        self._pauses = pauses
        self._asked_only = asked_only
        self._open: dict[int, float] = {}
        self._shown: dict[int, float] = {}
        """How far sound had been sent when an unfinished utterance last had new words."""
        self._last_word = self._understood = 0.0
        self._reached: deque[tuple[float, float]] = deque()
        """How far sound had been sent at which moment since the last word, once a second or less often."""

    @property
    def busy(self) -> bool:
        """Whether a sentence has begun that is not over."""
        return bool(self._open)

    @property
    def since_last_word(self) -> float:
        """Seconds of sound behind the last word that is final."""
        return self.sent - self._last_word

    @property
    def has_words(self) -> bool:
        """Whether a word is final."""
        return self._last_word > self.began

    @property
    def silent(self) -> bool:
        """Whether nobody spoke in the sound that was sent."""
        return self._pauses.spoken(self.began) < AUDIBLE_SECONDS

    def note_sent(self, packet: AudioFrame) -> None:
        """Sound has left."""
        if not self.sent:
            self.began = self._last_word = packet.start_seconds
        self.sent = packet.stop_seconds

    def note(self, event: Event) -> None:
        """The service said something."""
        match event:
            case SpeechStarted():
                self._open[event.utterance] = event.start
            case Partial():
                self._open.setdefault(event.utterance, event.start)
                self._shown[event.utterance] = self.sent
            case FinalEvent():
                self._open.pop(event.utterance, None)
                self._shown.pop(event.utterance, None)
                self._last_word = max(self._last_word, event.end)
            case _:
                return
        self._reached.clear()

    def judge(self, final: FinalEvent) -> FinalEvent:
        """A final that may have a hole, with as much of one as our ear heard speech in behind its words."""
        if final.hole is None:
            return final
        since = max(final.hole.start, self._worded(final)) if final.text else final.hole.start
        spoken = self._pauses.within(since, final.hole.end)
        if sum(end - start for start, end in spoken) < AUDIBLE_SECONDS:
            return replace(final, hole=None)
        return replace(final, hole=Gap(spoken[0][0], spoken[-1][1], final.hole.reason))

    def _worded(self, final: FinalEvent) -> float:
        """How far the words of an utterance reach at most: as far as what had been sent when they came.

        Sound that is sent in a hurry is far ahead of its words; there counts how long they take to say.
        """
        said = self._pauses.reach(final.start, _slowest(final.text))
        return min(said, self._shown.get(final.utterance, inf))

    def forget_long_past(self, now: float) -> Understood | None:
        """What may be forgotten by now: of music, or noise, no word will come.

        Args:
            now: monotonic seconds.
        """
        # Who must be asked has no word for a sentence that is still going on, however long that is.
        if self._asked_only or self._open:
            return None
        if not self._reached or now >= self._reached[-1][0] + 1.0:
            self._reached.append((now, self.sent))
        past = self._understood
        while self._reached[0][0] <= now - LONG_PAST_SECONDS:
            past = self._reached.popleft()[1]
        if past < self._understood + 1.0:
            return None
        self._understood = past
        return Understood(past)

    def check_last_words(self, lives: bool = True) -> None:
        """A service that does not say that it is done is so, where it had words for all that was said.

        Raises:
            LastWordsError: the last words are missing.
        """
        unworded = self._pauses.quiet_since - self._last_word
        if not lives or self._shown or unworded > UNWORDED_SECONDS:
            raise LastWordsError(
                "The service stopped answering; the last words are missing.",
                "Check the network and start again.",
            )

    def hole(self) -> Gap | None:
        """Speech at the end that the service noticed and does not word, to be marked: a hole must be seen.

        Sound that only our ear takes for speech is left alone: at the end it is mostly noise.
        """
        start = max(min(self._open.values(), default=inf), self._last_word)
        if self._pauses.spoken(start) < AUDIBLE_SECONDS:
            return None
        return Gap(start, self._pauses.quiet_since, UNWORDED)


def _slowest(text: str) -> float:
    """Seconds of speech that the slowest speaker takes for `text`."""
    signs = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return signs * SLOW_SIGN + (len(text) - signs) * SLOW_LETTER
