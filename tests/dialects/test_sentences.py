"""Each sentence of the inference protocol comes once, however its results name it and time it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.dialects.fun_asr import FunAsr
from app.domain.events import Event, Final, Partial, SpeechStarted
from app.domain.request import RecognitionRequest
from tests.dialects.wire import frame, hear, service

FINISHED = {"header": {"event": "task-finished"}, "payload": {"output": {}}}


def result(**sentence: Any) -> dict[str, Any]:
    return {"header": {"event": "result-generated"}, "payload": {"output": {"sentence": sentence}}}


def sounding(seconds: float = 5.0) -> FunAsr:
    one = FunAsr(RecognitionRequest(), service("paraformer-realtime-v2"))
    if seconds:
        one.audio(frame(0.0, seconds))
    return one


def finals(events: list[Any]) -> list[Final]:
    return [event for event in events if isinstance(event, Final)]


SAID = {"text": "hello world.", "end_time": 1900}


@pytest.mark.parametrize(
    "results",
    [
        [{"begin_time": 100, "text": "hello"}, {"begin_time": 170, "text": "hello wor"}],
        [{"sentence_id": 1, "begin_time": 100, "text": "hello"}],
        [{"begin_time": None, "text": "hello"}],
        [{"begin_time": 900, "text": "hello"}],
        [{"text": "hello"}, {"sentence_id": 1, "begin_time": 120, "text": "hello wor"}],
    ],
    ids=["begin revised", "number lost", "begin unknown at first", "begin revised far back", "number late"],
)
def test_a_sentence_that_changes_its_name_stays_the_same(results: list[dict[str, Any]]) -> None:
    last = {"begin_time": 120, "sentence_end": True, **SAID}
    events = hear(sounding(), *(result(**one) for one in results), result(**last), FINISHED)
    (final,) = finals(events)
    assert (final.utterance, final.text, final.start, final.end) == (1, "hello world.", 0.12, 1.9)


def test_words_lie_within_a_sentence_whose_begin_was_not_known() -> None:
    word = {"text": "hello", "begin_time": 120, "end_time": 1900}
    final = result(begin_time=120, end_time=1900, text="hello", words=[word], sentence_end=True)
    (one,) = finals(hear(sounding(), result(text="hel"), final))
    assert one.start <= one.words[0].start <= one.words[0].end <= one.end


def test_a_final_told_again_without_its_number_is_not_heard() -> None:
    one = sounding()
    hear(one, result(sentence_id=1, begin_time=100, sentence_end=True, **SAID))
    assert hear(one, result(begin_time=150, sentence_end=True, **SAID)) == []
    assert hear(one, result(begin_time=None, sentence_end=True, **SAID)) == []
    assert hear(one, result(begin_time=150, text="hello wor")) == []


def test_a_service_that_never_says_when_a_sentence_began_loses_none() -> None:
    zero = {"begin_time": 0, "sentence_end": True}
    events = hear(
        sounding(),
        result(sentence_id=1, end_time=1900, text="one.", **zero),
        result(end_time=2900, text="two.", **zero),
    )
    assert [one.text for one in finals(events)] == ["one.", "two."]


def test_a_number_that_is_used_again_for_other_sound_is_another_sentence() -> None:
    events = hear(
        sounding(),
        result(sentence_id=1, begin_time=0, end_time=900, text="one.", sentence_end=True),
        result(sentence_id=1, begin_time=1500, end_time=2900, text="two.", sentence_end=True),
    )
    assert [one.text for one in finals(events)] == ["one.", "two."]


def test_a_final_told_again_with_a_number_that_was_taken_for_the_one_before_is_not_heard() -> None:
    events = hear(
        sounding(60.0),
        result(sentence_id=4, begin_time=None, text="three"),
        result(begin_time=2000, end_time=2500, text="two."),
        result(begin_time=2900, end_time=3400, text="three."),
        result(sentence_id=4, begin_time=2900, end_time=3400, text="three."),
        FINISHED,
    )
    assert sorted(one.text for one in finals(events)) == ["three.", "two."]


@dataclass(frozen=True)
class _Message:
    place: float
    moment: float
    sentence: dict[str, Any]


@st.composite
def talks(draw: st.DrawFn) -> tuple[list[str], list[_Message]]:
    """Sentences, and what the service says of them, in its order."""
    whole: list[str] = []
    messages: list[_Message] = []
    now = 0.2
    for index in range(draw(st.integers(1, 5))):
        begin, end = now, now + draw(st.integers(5, 40)) / 10
        now = end + draw(st.integers(4, 20)) / 10
        words = [f"s{index}", "a", "b", "c."]
        whole.append(" ".join(words))
        for step in range(draw(st.integers(0, 3))):
            moment = begin + (end - begin) * (step + 1) / 4
            told = _told(draw, index, begin, moment, words[: step + 1])
            messages.append(_Message(index + step / 10, moment + 0.2, told))
        late = draw(st.sampled_from([0.0, 0.0, 0.45, 0.65, 1.35]))
        for again in range(draw(st.sampled_from([1, 1, 2]))):
            told = _told(draw, index, begin, end, words) | {"end_time": round(end * 1000)}
            told |= draw(st.sampled_from([{}, {"sentence_end": True}]))
            if told["begin_time"] is None:
                # Nobody could say which of two open ones it is.
                told["begin_time"] = round(begin * 1000)
            messages.append(_Message(index + 0.8 + late + again / 100, end + 0.3, told))
    return whole, sorted(messages, key=lambda one: one.place)


def _told(draw: st.DrawFn, index: int, begin: float, stop: float, words: list[str]) -> dict[str, Any]:
    milliseconds, stopped = round(begin * 1000), round(stop * 1000)
    told: dict[str, Any] = {"text": " ".join(words)}
    if draw(st.booleans()):
        told["sentence_id"] = index + 1
    shift = draw(st.sampled_from([0, 0, -100, -40, 70, 120, None]))
    told["begin_time"] = None if shift is None else milliseconds + shift
    if draw(st.booleans()):
        told["words"] = [{"text": told["text"], "begin_time": milliseconds, "end_time": stopped}]
    return told


@given(talk=talks(), live=st.booleans())
def test_nothing_comes_twice_and_nothing_is_lost(talk: tuple[list[str], list[_Message]], live: bool) -> None:
    whole, messages = talk
    one, sent = sounding(0.0 if live else 60.0), 0.0
    events: list[Any] = []
    for message in messages:
        if live and message.moment > sent:
            one.audio(frame(sent, message.moment - sent))
            sent = message.moment
        events += hear(one, result(**message.sentence))
    events += hear(one, FINISHED)
    assert sorted(final.text for final in finals(events)) == whole
    _each_ends_once(events)


def _each_ends_once(events: list[Event]) -> None:
    over: set[int] = set()
    for event in events:
        if isinstance(event, SpeechStarted | Partial | Final):
            assert event.utterance not in over
        if isinstance(event, Final):
            assert event.start <= event.end
            over.add(event.utterance)
