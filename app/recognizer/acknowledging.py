"""Which sound has its words: what an engine hears and says, watched from outside."""

from __future__ import annotations

from math import inf
from typing import Final as Constant

from app.dialects.timeline import Pauses
from app.domain.audio import AudioFrame
from app.domain.events import Event, Final, Partial, SpeechStarted, Understood
from app.recognizer.spool import Spool

LEAD: Constant = 0.3
"""Seconds kept before the moment at which somebody began to speak."""
LOUDEST_NOISE: Constant = 0.02
"""Root mean square of noise that is through like silence: who is in doubt about louder sound keeps it."""
TRAIL: Constant = 3.0
"""Seconds of silence that are kept all the same: quiet speech may have begun in them."""
LOOK: Constant = 0.5
"""Seconds of sound after which it is worth seeing what is through, where nobody says anything."""
SLACK: Constant = 0.5
"""Seconds that speech may go on behind the end of its words: ears differ."""
OVERDUE: Constant = 2.0
"""Seconds beyond its delay after which an engine that says nothing has nothing to say."""
AWAITED: Constant = 10.0
"""Seconds for which words are awaited of a sentence that the user ended: then there are none in it."""


class Acknowledging:
    """Hands a spool's sound on, and acknowledges it once its words are final.

    Sound is through when a final reaches as far, and nothing that was heard before is still open; silence
    is through after a while.
    """

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self._pauses = Pauses(LOUDEST_NOISE)
        self._heard = spool.acknowledged_seconds
        self._looked = self._heard
        self._open: dict[int, float] = {}
        self._final = self._worded = self._ended = 0.0
        self._late = self._told = 0.0

    @property
    def late(self) -> float:
        """Seconds of sound that the engine has taken and that somebody speaks in, without words so far.

        A service takes sound as it comes, however slow it is with the words: each final shows how slow. Of a
        sentence that the user ended it is known that words are due.
        """
        overdue = self._spool.worked_through_seconds - self._told > self._late + OVERDUE
        return max(0.0 if overdue else self._late, self._awaited())

    @property
    def wordless(self) -> float:
        """Seconds: the first speech without words since the session began, else the end of what was heard."""
        speech = self._pauses.begin(self._final)
        return self._heard if speech is None else speech

    async def read(self, least: float = 0.0) -> AudioFrame | None:
        """Wait for sound and return the next of it; None at the end."""
        frame = await self._spool.read(least)
        if frame is not None:
            self._pauses.hear(frame)
            self._heard = frame.stop_seconds
            if frame.ends_sentence:
                self._ended = self._heard
            if self._heard >= self._looked + LOOK:
                self._acknowledge()
        return frame

    def rewind(self) -> None:
        """Go back to the first sound whose words are not final yet."""
        self._spool.rewind()
        self._heard = self._looked = self._spool.acknowledged_seconds
        self._pauses = Pauses(LOUDEST_NOISE)
        self._late, self._worded = 0.0, self._final

    def take(self, event: Event) -> None:
        """The engine said something."""
        if isinstance(event, SpeechStarted | Partial | Final):
            self._told = self._spool.worked_through_seconds
        if isinstance(event, Partial | Final):
            self._worded = max(self._worded, event.end)
        match event:
            case SpeechStarted() | Partial():
                before = self._open.get(event.utterance, inf)
                self._open[event.utterance] = min(before, event.start)
            case Final():
                self._open.pop(event.utterance, None)
                self._final = max(self._final, event.end)
                self._late = self._unworded()
                self._acknowledge()
            case Understood(until):
                self._final = max(self._final, until)
                self._acknowledge()
            case _:
                pass

    def _unworded(self) -> float:
        """Seconds from the first speech behind the last final to the end of what the engine has taken."""
        speech = self._pauses.begin(self._final + SLACK)
        return 0.0 if speech is None else max(self._spool.worked_through_seconds - speech, 0.0)

    def _awaited(self) -> float:
        """Seconds since the first speech without words, of what the user ended; 0 where there is none."""
        taken = self._spool.worked_through_seconds
        if not 0 <= taken - self._ended < AWAITED:
            return 0.0
        speech = self._pauses.begin(max(self._worded, self._final) + SLACK)
        return 0.0 if speech is None or speech >= self._ended else taken - speech

    def _acknowledge(self) -> None:
        self._looked = self._heard
        first_open = min(self._open.values(), default=inf)
        if first_open < self._final:
            self._spool.acknowledge(first_open - LEAD)
            return
        speech = self._pauses.begin(self._final)
        silent = self._heard - TRAIL if speech is None else speech - LEAD
        self._spool.acknowledge(max(self._final, min(first_open - LEAD, silent)))
