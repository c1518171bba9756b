"""Spool, acknowledging, numbering and transcript together: whatever happens, every second once, in order."""

from __future__ import annotations

import asyncio

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from app.domain.audio import SPEECH_RATE, AudioFrame
from app.domain.events import Event, Final, Gap, Partial, SpeechStarted, Understood
from app.domain.segment import Segment
from app.domain.transcript import Transcript
from app.engines.continuity import Continuity
from app.recognizer.acknowledging import Acknowledging
from app.recognizer.captioning import Captioning
from app.recognizer.news import CaptionChanged, News
from app.recognizer.spool import Spool
from tests.fakes.lines import shifted
from tests.fakes.numbers import NumbersEar, numbered

TOGETHER = 4
"""Utterances that a service may be busy with at once, and so end in any order."""


class Meeting(RuleBasedStateMachine):
    """A live meeting through one service after another."""

    def __init__(self) -> None:
        super().__init__()
        self.spool = Spool()
        self.frames = Acknowledging(self.spool)
        self.transcript = Transcript()
        self.shown: set[int] = set()
        self.captioning = Captioning("Me", self.transcript, self._tell, base=0, trace=None)
        self.continuity = Continuity(self._emit)
        self.written = 0
        self._connect()

    @rule(packets=st.integers(1, 35))
    def speak(self, packets: int) -> None:
        """Tenths of a second are captured."""
        for _ in range(packets):
            second, tenth = divmod(self.written, 10)
            sound = numbered(second)[tenth * 1600 : (tenth + 1) * 1600]
            self.spool.put(AudioFrame(self.spool.written, sound))
            self.written += 1

    @precondition(lambda self: self.spool._read < self.spool.written)
    @rule()
    def hear(self) -> None:
        """The service takes what there is, and thinks about it."""
        asyncio.run(self._hear())

    @precondition(lambda self: self.unsaid)
    @rule(which=st.integers(0, TOGETHER - 1), twice=st.booleans())
    def answer(self, which: int, twice: bool) -> None:
        """It says the next it knows of one of the first utterances that are not over; they begin in order."""
        numbers = list(dict.fromkeys(event.utterance for event in self.unsaid))
        number = numbers[which % min(len(numbers), TOGETHER)]
        event = next(one for one in self.unsaid if one.utterance == number)
        if isinstance(event, SpeechStarted):
            event = next(one for one in self.unsaid if isinstance(one, SpeechStarted))
        self.unsaid.remove(event)
        for _ in range(1 + twice):
            self.continuity.take(event)
        self.said.append(event)

    @precondition(lambda self: self.said)
    @rule(which=st.integers(0, 10))
    def say_again(self, which: int) -> None:
        """It repeats itself, of what is over."""
        over = [event.utterance for event in self.said if isinstance(event, Final)]
        again = [event for event in self.said if event.utterance in over]
        if again:
            self.continuity.take(again[which % len(again)])

    @rule()
    def drop(self) -> None:
        """The line breaks; another service, or another engine, hears anew what was not final."""
        self._break()

    @precondition(lambda self: not self.unsaid and self.spool._read == self.spool.written)
    @rule()
    def renew(self) -> None:
        """The service has said all it knows of all it has heard, but not of the second being spoken."""
        whole = self.spool.written // SPEECH_RATE
        self.continuity.take(Understood(float(whole)))
        self._break()

    @invariant()
    def in_order_and_none_twice(self) -> None:
        numbers = self._numbers()
        assert numbers == list(range(len(numbers)))

    @invariant()
    def what_has_no_words_is_kept(self) -> None:
        assert self.spool.acknowledged <= len(self._numbers()) * SPEECH_RATE

    def teardown(self) -> None:
        """The meeting ends; the line holds for once."""
        while self.written % 10:
            self.speak(1)
        self._break()
        while self.spool._read < self.spool.written:
            asyncio.run(self._hear())
        for event in self.unsaid:
            self.continuity.take(event)
        self.continuity.take(Understood(self.spool.written / SPEECH_RATE))
        self.continuity.finish()
        assert self._numbers() == list(range(self.written // 10))
        assert not any(isinstance(entry, Gap) for entry in self.transcript.entries)
        assert not self.shown
        assert self.spool.acknowledged == self.spool.written

    def _connect(self) -> None:
        self.unsaid: list[SpeechStarted | Partial | Final] = []
        self.said: list[SpeechStarted | Partial | Final] = []
        self.ear, self.first = NumbersEar([]), self.spool.acknowledged / SPEECH_RATE

    def _break(self) -> None:
        self.continuity.switch()
        self.frames.rewind()
        self._connect()

    async def _hear(self) -> None:
        frame = await self.frames.read()
        assert frame is not None
        for event in await self.ear.hear(frame.samples):
            self.unsaid.append(shifted(event, self.first))

    def _emit(self, event: Event) -> None:
        self.frames.take(event)
        self.captioning.take(event)

    def _tell(self, news: News) -> None:
        if isinstance(news, CaptionChanged):
            caption = news.caption
            (self.shown.discard if caption.final else self.shown.add)(caption.utterance)

    def _numbers(self) -> list[int]:
        segments = [entry for entry in self.transcript.entries if isinstance(entry, Segment)]
        return [int(segment.text.split()[-1]) for segment in segments]


TestNothingLost = Meeting.TestCase
TestNothingLost.settings = settings(max_examples=25, stateful_step_count=30, deadline=None)
