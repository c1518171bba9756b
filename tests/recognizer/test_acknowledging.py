"""Which sound has its words, watched from outside."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from app.domain.audio import SPEECH_RATE, AudioFrame
from app.domain.events import Event, Final, Partial, SpeechStarted, Understood
from app.recognizer.acknowledging import LEAD, LOUDEST_NOISE, OVERDUE, TRAIL, Acknowledging
from app.recognizer.spool import Spool
from tests.engines.sound import speech


class Lane:
    """A spool and who reads it."""

    def __init__(self, *lengths: float, start: float = 0.0, samples: np.ndarray | None = None) -> None:
        self.spool = Spool(round(start * SPEECH_RATE))
        self.frames = Acknowledging(self.spool)
        self.speak(*lengths, samples=samples)

    def speak(self, *lengths: float, samples: np.ndarray | None = None) -> None:
        """Speech and silence by turns."""
        sound = speech(*lengths) if samples is None else samples
        self.spool.put(AudioFrame(self.spool.written, sound))

    def read(self) -> Lane:
        """All that there is."""
        while self.spool._read < self.spool.written:
            asyncio.run(self._next())
        return self

    async def _next(self) -> None:
        assert await self.frames.read() is not None

    def take(self, *events: Event) -> float:
        """The engine says something; returns how far the sound is through."""
        for event in events:
            self.frames.take(event)
        return self.through

    @property
    def through(self) -> float:
        return self.spool.acknowledged / SPEECH_RATE


def test_a_final_is_through_as_far_as_it_reaches() -> None:
    lane = Lane(5.0).read()
    assert lane.through == 0.0
    assert lane.take(Final(1, 0.5, 3.0, "words")) == 3.0


def test_words_that_are_not_final_are_not_through() -> None:
    lane = Lane(5.0).read()
    assert lane.take(SpeechStarted(1, 0.5), Partial(1, 0.5, 3.0, "wor")) < 0.5


def test_silence_is_through_after_a_while() -> None:
    lane = Lane(0.0, 10.0).read()
    assert lane.through == pytest.approx(10.0 - TRAIL)


def test_silence_behind_a_final_is_through_and_speech_behind_it_is_not() -> None:
    lane = Lane(2.0, 8.0).read()
    assert lane.take(Final(1, 0.0, 2.5, "words")) == pytest.approx(10.0 - TRAIL)
    lane.speak(2.0, 6.0)
    lane.read()
    assert lane.through == pytest.approx(10.0 - LEAD, abs=0.1)
    assert lane.frames.wordless == pytest.approx(10.0, abs=0.1)


def test_an_utterance_that_is_open_holds_what_later_ones_say() -> None:
    lane = Lane(20.0).read()
    opened = (SpeechStarted(1, 2.0), SpeechStarted(2, 8.0))
    assert lane.take(*opened, Final(2, 8.0, 12.0, "two")) == pytest.approx(2.0 - LEAD)
    assert lane.take(Final(1, 2.0, 6.0, "one")) == 12.0


def test_an_utterance_that_turns_out_to_begin_earlier_is_kept_from_there() -> None:
    lane = Lane(20.0).read()
    assert lane.take(Partial(1, 5.0, 6.0, "a"), Partial(1, 3.0, 7.0, "a b"), Final(2, 8.0, 9.0, "c")) == (
        pytest.approx(3.0 - LEAD)
    )


def test_what_is_said_to_be_understood_is_through() -> None:
    assert Lane(10.0).read().take(Understood(7.0)) == 7.0


def test_what_nobody_has_heard_is_not_through_whatever_is_said() -> None:
    lane = Lane(3.0).read()
    lane.speak(3.0)
    assert lane.take(Final(1, 0.0, 6.0, "a guess")) == 3.0


@pytest.mark.parametrize("loudness", [LOUDEST_NOISE * 4, 0.5])
def test_loud_sound_that_never_changes_is_kept(loudness: float) -> None:
    noise = np.random.default_rng(1).normal(0.0, loudness, 60 * SPEECH_RATE).astype(np.float32)
    assert Lane(samples=noise).read().through < 1.0


def test_quiet_noise_is_through_like_silence() -> None:
    noise = np.random.default_rng(1).normal(0.0, LOUDEST_NOISE / 4, 60 * SPEECH_RATE).astype(np.float32)
    assert Lane(samples=noise).read().through == pytest.approx(60.0 - TRAIL, abs=0.1)


def test_rewinding_goes_back_to_what_is_not_through_and_forgets_what_was_heard_behind() -> None:
    lane = Lane(2.0, 1.0, 2.0, start=100.0).read()
    lane.take(Final(1, 100.0, 102.0, "one"))
    lane.frames.rewind()
    frame = asyncio.run(lane.frames.read())
    assert frame is not None
    assert frame.start_seconds == pytest.approx(103.0 - LEAD, abs=0.1)
    assert lane.frames.wordless == pytest.approx(103.0, abs=0.1)


def test_it_ends_when_the_sound_does() -> None:
    lane = Lane(1.0).read()
    lane.spool.finish()
    assert asyncio.run(lane.frames.read()) is None


class Live(Lane):
    """An engine that takes sound as it comes, in tenths of a second."""

    def __init__(self) -> None:
        super().__init__(0.1)

    def hear(self, *lengths: float) -> Live:
        """Speech and silence by turns."""
        sound = speech(*lengths)
        for begin in range(0, len(sound), SPEECH_RATE // 10):
            self.speak(samples=sound[begin : begin + SPEECH_RATE // 10])
            self.read()
        return self


def test_words_that_come_soon_are_not_late() -> None:
    lane = Live().hear(2.0, 1.0)
    lane.take(SpeechStarted(1, 0.0), Partial(1, 0.0, 2.0, "words"), Final(1, 0.0, 2.0, "words"))
    assert lane.frames.late == 0.0


def test_a_service_that_takes_sound_and_is_slow_with_words_is_late_by_what_was_said_meanwhile() -> None:
    lane = Live().hear(2.0, 1.0, 6.0, 1.0)
    lane.take(SpeechStarted(1, 0.0), Final(1, 0.0, 2.0, "words"))
    assert lane.frames.late == pytest.approx(7.0, abs=0.2)
    lane.hear(1.0)
    lane.take(SpeechStarted(2, 3.0), Partial(2, 3.0, 11.0, "more"))
    assert lane.frames.late == pytest.approx(7.0, abs=0.2)
    lane.take(Final(2, 3.0, 9.0, "more words"))
    assert lane.frames.late == pytest.approx(1.0, abs=0.3)


def test_an_engine_that_has_said_all_it_knows_of_its_sound_is_not_late() -> None:
    """One that comes back for more only when it is through with what it had."""
    lane = Lane(2.0, 1.0, 6.0, 1.0).read()
    assert lane.spool.worked_through_seconds < 9.0
    lane.take(SpeechStarted(1, 0.0), Final(1, 0.0, 9.0, "words"))
    assert lane.frames.late == 0.0


def test_noise_of_which_no_word_comes_makes_nobody_late_for_long() -> None:
    lane = Live().hear(2.0, 1.0, 1.0)
    lane.take(Final(1, 0.0, 2.0, "words"))
    assert lane.frames.late > 0.5
    lane.hear(OVERDUE + 2.0)
    assert lane.frames.late == 0.0


def test_a_new_line_begins_without_a_delay() -> None:
    lane = Live().hear(2.0, 1.0, 6.0, 1.0)
    lane.take(Final(1, 0.0, 2.0, "words"))
    lane.frames.rewind()
    assert lane.frames.late == 0.0
