"""What is answered of the sound that was sent over one connection, and what is not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from app.dialects.timeline import Pauses
from app.domain.audio import SPEECH_RATE, AudioFrame
from app.domain.events import Event, Final, Gap, Partial, SpeechStarted, Understood
from app.engines.ledger import LONG_PAST_SECONDS, UNWORDED, LastWordsError, Ledger
from tests.engines.sound import speech

PACKET = SPEECH_RATE // 10


def sent(*lengths: float, start: float = 0.0, asked_only: bool = False) -> Ledger:
    """The ledger of a connection over which went speech and silence by turns, so many seconds of each."""
    pauses = Pauses()
    ledger = Ledger(pauses, asked_only=asked_only)
    samples, first = speech(*lengths), round(start * SPEECH_RATE)
    for at in range(0, len(samples), PACKET):
        packet = AudioFrame(first + at, samples[at : at + PACKET])
        ledger.note_sent(packet)
        pauses.hear(packet)
    return ledger


def reach(ledger: Ledger, seconds: float) -> Ledger:
    """Have sound sent up to then."""
    ledger.note_sent(AudioFrame(round(seconds * SPEECH_RATE) - 1, np.zeros(1, np.float32)))
    return ledger


def test_what_was_sent_has_a_beginning_and_an_end() -> None:
    ledger = Ledger(Pauses(), asked_only=False)
    assert (ledger.began, ledger.sent) == (0.0, 0.0)
    ledger = sent(1.0, 1.0, start=60.0)
    assert (ledger.began, ledger.sent) == (60.0, 62.0)


def test_a_session_has_words_from_its_first_final_on() -> None:
    ledger = sent(2.0, 1.0, start=60.0)
    ledger.note(Partial(1, 60.0, 61.0, "one"))
    assert not ledger.has_words
    assert ledger.since_last_word == pytest.approx(3.0)
    ledger.note(Final(1, 60.0, 62.0, "one two"))
    assert ledger.has_words
    assert ledger.since_last_word == pytest.approx(1.0)
    # Finals may come in another order than they were said.
    ledger.note(Final(2, 60.0, 60.5, "zero"))
    assert ledger.since_last_word == pytest.approx(1.0)


def test_a_sentence_is_open_from_its_beginning_to_its_final() -> None:
    ledger = sent(2.0)
    ledger.note(SpeechStarted(1, 0.0))
    assert ledger.busy
    ledger.note(Partial(2, 1.0, 1.5, "other"))
    ledger.note(Final(1, 0.0, 1.0, ""))
    assert ledger.busy
    ledger.note(Final(2, 1.0, 2.0, "other one"))
    assert not ledger.busy


def test_the_last_words_are_in_where_little_was_said_behind_them() -> None:
    ledger = sent(4.0, 3.0)
    with pytest.raises(LastWordsError):
        ledger.check_last_words()
    ledger.note(Final(1, 0.0, 2.5, "words"))
    ledger.check_last_words()


def test_the_last_words_are_missing_where_a_sentence_has_no_end() -> None:
    ledger = sent(2.0, 1.0)
    ledger.note(Final(1, 0.0, 2.0, "words"))
    ledger.note(SpeechStarted(2, 2.0))
    ledger.check_last_words()
    ledger.note(Partial(2, 2.0, 2.1, "and"))
    with pytest.raises(LastWordsError):
        ledger.check_last_words()


def test_a_service_that_is_not_there_owes_its_last_words() -> None:
    ledger = sent(2.0, 1.0)
    ledger.note(Final(1, 0.0, 2.0, "words"))
    with pytest.raises(LastWordsError):
        ledger.check_last_words(lives=False)


def test_speech_that_the_service_noticed_and_has_no_words_for_is_a_hole() -> None:
    ledger = sent(2.0, 1.0, 2.0, 1.0)
    ledger.note(Final(1, 0.0, 2.0, "words"))
    # Only our ear takes it for speech.
    assert ledger.hole() is None
    ledger.note(SpeechStarted(2, 3.0))
    hole = ledger.hole()
    assert hole == Gap(3.0, pytest.approx(5.0, abs=0.1), UNWORDED)  # type: ignore[arg-type]
    ledger.note(Final(2, 3.0, 5.0, "more words"))
    assert ledger.hole() is None


def test_a_noise_that_the_service_took_for_speech_is_no_hole() -> None:
    ledger = sent(2.0, 3.0)
    ledger.note(Final(1, 0.0, 2.0, "words"))
    ledger.note(SpeechStarted(2, 3.0))
    assert ledger.hole() is None


def test_what_is_long_past_is_forgotten_a_second_at_a_time() -> None:
    ledger = Ledger(Pauses(), asked_only=False)
    forgotten = [
        reach(ledger, 1.0 + second / 2).forget_long_past(second / 2)
        for second in range(2 * round(LONG_PAST_SECONDS) + 5)
    ]
    assert [one for one in forgotten if one] == [Understood(1.0), Understood(2.0), Understood(3.0)]


def test_sound_sent_in_a_hurry_is_not_long_past() -> None:
    ledger = reach(Ledger(Pauses(), asked_only=False), 10 * LONG_PAST_SECONDS)
    assert ledger.forget_long_past(0.0) is None
    assert ledger.forget_long_past(LONG_PAST_SECONDS - 1.0) is None
    assert ledger.forget_long_past(LONG_PAST_SECONDS) == Understood(10 * LONG_PAST_SECONDS)


@pytest.mark.parametrize(
    "word",
    [SpeechStarted(1, 5.0), Partial(1, 5.0, "a", ""), Final(1, 5.0, 6.0, "a word")],
    ids=lambda one: type(one).__name__,
)
def test_a_service_that_is_behind_and_says_words_keeps_its_time(word: Event) -> None:
    ledger = reach(Ledger(Pauses(), asked_only=False), 600.0)
    assert ledger.forget_long_past(0.0) is None
    ledger.note(word)
    ledger.note(Final(1, 5.0, 6.0, "a word"))
    assert ledger.forget_long_past(LONG_PAST_SECONDS) is None
    assert ledger.forget_long_past(2 * LONG_PAST_SECONDS) == Understood(600.0)


def test_what_may_still_get_words_is_not_forgotten() -> None:
    ledger = reach(Ledger(Pauses(), asked_only=False), 60.0)
    ledger.note(SpeechStarted(1, 5.0))
    assert ledger.forget_long_past(0.0) is None
    assert ledger.forget_long_past(LONG_PAST_SECONDS) is None
    asked = reach(Ledger(Pauses(), asked_only=True), 60.0)
    assert asked.forget_long_past(0.0) is None
    assert asked.forget_long_past(2 * LONG_PAST_SECONDS) is None


def hollow(start: float, end: float, text: str = "") -> Final:
    """The final of a sentence that a service did not finish."""
    return Final(1, start, end, text, hole=Gap(start, end, UNWORDED))


def near(seconds: float) -> object:
    """About then."""
    return pytest.approx(seconds, abs=0.11)


def judged(ledger: Ledger, final: Final) -> tuple[float, float] | None:
    """Where the ledger says that the final has a hole, in tenths of a second."""
    told = ledger.judge(final)
    assert (told.start, told.end, told.text) == (final.start, final.end, final.text)
    return (round(told.hole.start, 1), round(told.hole.end, 1)) if told.hole else None


def test_a_sentence_without_words_is_a_hole_as_wide_as_the_speech_in_it() -> None:
    # Speech from 0 to 2, 3 to 5 and 6 to 8 seconds.
    ledger = sent(2.0, 1.0, 2.0, 1.0, 2.0, 1.0)
    assert judged(ledger, hollow(2.5, 5.8)) == (3.0, near(5.0))
    assert judged(ledger, hollow(2.5, 6.5)) == (3.0, 6.5)
    assert judged(ledger, hollow(2.2, 2.9)) is None
    assert judged(ledger, hollow(4.85, 6.1)) is None
    assert judged(ledger, Final(1, 2.5, 5.8, "")) is None


def test_an_unfinished_sentence_has_a_hole_behind_what_was_sent_when_its_last_words_came() -> None:
    pauses = Pauses()
    ledger = Ledger(pauses, asked_only=False)
    packet = AudioFrame(0, speech(4.0, 1.0))
    pauses.hear(packet)
    reach(ledger, 2.5).note(Partial(1, 0.0, 2.5, "It was the best of times, it was"))
    ledger.note_sent(packet)
    assert judged(ledger, hollow(0.0, 5.0, "It was the best of times, it was")) == (2.5, near(4.0))
    # Another sentence has its own words.
    assert judged(ledger, replace(hollow(0.0, 5.0), utterance=2)) == (0.0, near(4.0))


@pytest.mark.parametrize(("text", "reaches"), [("It", 0.2), ("It was the", 1.2), ("今天天气", 1.6)])
def test_words_that_come_when_all_has_long_been_sent_reach_no_further_than_they_take_to_say(
    text: str, reaches: float
) -> None:
    ledger = sent(4.0, 1.0, 4.0, 1.0)
    ledger.note(Partial(1, 0.0, 9.0, text))
    found = judged(ledger, hollow(0.0, 10.0, text))
    assert found == (near(reaches), near(9.0))


def test_a_sentence_that_was_shown_whole_has_no_hole_where_the_service_fails_to_end_it() -> None:
    text = "It was the best of times, it was the worst."
    ledger = sent(4.0, 1.0)
    ledger.note(Partial(1, 0.0, 4.0, text))
    assert judged(ledger, hollow(0.0, 5.0, text)) is None


def test_a_sentence_that_is_over_is_answered_hole_or_not() -> None:
    ledger = sent(4.0, 1.0)
    ledger.note(Partial(1, 0.0, 4.0, "It"))
    ledger.note(ledger.judge(hollow(0.0, 5.0, "It")))
    ledger.check_last_words()
    assert ledger.hole() is None
