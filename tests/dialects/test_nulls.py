"""A null in what a service says takes no words away that were shown; an empty text does."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.dialects.base import Dialect, Service
from app.dialects.fun_asr import FunAsr
from app.dialects.funasr_runtime import FunAsrRuntime
from app.dialects.openai_realtime import OpenAiRealtime
from app.dialects.qwen_asr import QwenAsr
from app.dialects.qwen_omni import QwenOmni
from app.dialects.utterances import UNWORDED
from app.dialects.vllm import Vllm
from app.domain.errors import CaptionError
from app.domain.events import Final, Gap, Partial
from app.domain.request import RecognitionRequest
from tests.dialects.wire import frame, hear

Message = dict[str, Any]
ITEM = "conversation.item.input_audio_transcription"
KINDS = ("type", "header", "event", "mode", "is_final", "is_end", "status")
"""What says what a message is: a null there makes it another message, or none."""


@dataclass(frozen=True)
class Talk:
    """Two sentences, as one service tells them."""

    make: Callable[[RecognitionRequest, Service], Dialect]
    messages: list[Message]
    finals: tuple[str, ...] = ("One two three.", "Four five.")

    def dialect(self) -> Dialect:
        one = self.make(RecognitionRequest(), Service("wss://host.example", "fun-asr-realtime"))
        one.open()
        one.audio(frame(0.0, 5.0, one.rate, level=0.2))
        one.finish()
        return one


def fun_asr(number: int, begin: int, text: str, end: int | None = None) -> Message:
    sentence = {
        "sentence_id": number,
        "begin_time": begin,
        "end_time": end,
        "text": text,
        "heartbeat": False,
        "sentence_end": end is not None,
        "words": [{"text": text, "begin_time": begin, "end_time": end, "punctuation": ""}],
    }
    output = {"output": {"sentence": sentence}}
    return {"header": {"event": "result-generated", "task_id": "t"}, "payload": output}


def event(kind: str, item: str, **more: object) -> Message:
    return {"type": kind, "event_id": "e", "item_id": item, **more}


def started(item: str, at: int) -> list[Message]:
    return [event("input_audio_buffer.speech_started", item, audio_start_ms=at)]


def stopped(item: str, at: int) -> list[Message]:
    return [
        event("input_audio_buffer.speech_stopped", item, audio_end_ms=at),
        event("input_audio_buffer.committed", item, previous_item_id=None),
    ]


def text(item: str, settled: str, stash: str) -> Message:
    return event(f"{ITEM}.text", item, text=settled, stash=stash, language="en", emotion="neutral")


def completed(item: str, whole: str) -> Message:
    return event(f"{ITEM}.completed", item, transcript=whole, language="en", emotion="neutral")


def response(name: str, whole: str) -> list[Message]:
    return [
        {"type": "response.created", "response": {"id": name}},
        {"type": "response.text.delta", "response_id": name, "delta": whole[:4]},
        {"type": "response.text.delta", "response_id": name, "delta": whole[4:]},
        {"type": "response.text.done", "response_id": name, "text": whole},
        {"type": "response.done", "response": {"id": name, "status": "completed"}},
    ]


def runtime(mode: str, words: str) -> Message:
    return {"mode": f"2pass-{mode}", "text": words, "wav_name": "x", "timestamp": "[[100,200]]"}


FUN_ASR = Talk(
    FunAsr,
    [
        *(fun_asr(1, 100, words) for words in ("One", "One two", "One two three")),
        fun_asr(1, 100, "One two three.", 2000),
        *(fun_asr(2, 2500, words) for words in ("Four", "Four five")),
        fun_asr(2, 2500, "Four five.", 4000),
        {"header": {"event": "task-finished", "task_id": "t"}, "payload": {"output": {}}},
    ],
)
QWEN_ASR = Talk(
    QwenAsr,
    [
        *started("a", 100),
        *(text("a", "", "One"), text("a", "One", " two"), text("a", "One two", " three")),
        *stopped("a", 2000),
        completed("a", "One two three."),
        *started("b", 2500),
        *(text("b", "", "Four fi"), text("b", "Four", " five")),
        *stopped("b", 4000),
        completed("b", "Four five."),
        {"type": "session.finished"},
    ],
)
QWEN_OMNI = Talk(
    QwenOmni,
    [
        *started("a", 100),
        *(text("a", "", "One"), text("a", "One", " two")),
        *stopped("a", 2000),
        completed("a", "One two three"),
        *response("r", "One two three."),
        *started("b", 2500),
        *stopped("b", 4000),
        *response("s", "Four five."),
        completed("b", "Four five"),
        {"type": "session.finished"},
    ],
)
OPENAI = Talk(
    OpenAiRealtime,
    [
        *started("a", 100),
        *stopped("a", 2000),
        *(event(f"{ITEM}.delta", "a", delta=words, content_index=0) for words in ("One", " two")),
        completed("a", "One two three."),
        *started("b", 2500),
        *stopped("b", 4000),
        *(event(f"{ITEM}.delta", "b", delta=words, content_index=0) for words in ("Four", " fi")),
        completed("b", "Four five."),
        {"type": "input_audio_buffer.cleared"},
    ],
)
VLLM = Talk(
    Vllm,
    [
        *({"type": "transcription.delta", "delta": words} for words in ("One two", " three.", " Four")),
        {"type": "transcription.delta", "delta": " five."},
        {"type": "transcription.done", "text": "One two three. Four five.", "usage": None},
    ],
)
RUNTIME = Talk(
    FunAsrRuntime,
    [
        *(runtime("online", words) for words in ("One", " two", " three")),
        runtime("offline", "One two three."),
        *(runtime("online", words) for words in ("Four", " five")),
        runtime("offline", "Four five."),
        {"mode": "2pass-offline", "text": "", "is_end": True},
    ],
)
TALKS = {
    "fun-asr": FUN_ASR,
    "qwen-asr": QWEN_ASR,
    "qwen-omni": QWEN_OMNI,
    "openai-realtime": OPENAI,
    "vllm": VLLM,
    "funasr": RUNTIME,
}
EACH = pytest.mark.parametrize("talk", TALKS.values(), ids=TALKS)


def places(message: Message) -> Iterator[tuple[str, ...]]:
    """Where in a message a null can stand."""
    for name, value in message.items():
        if name not in KINDS:
            yield (name,)
        if isinstance(value, dict):
            yield from ((name, *rest) for rest in places(value))


def nulled(message: Message, *paths: tuple[str, ...]) -> Message:
    found = copy.deepcopy(message)
    for *path, last in paths:
        inner = found
        for name in path:
            inner = inner.get(name) or {}
        if last in inner:
            inner[last] = None
    return found


def events_of(talk: Talk, messages: list[Message]) -> list[object]:
    one, events = talk.dialect(), list[object]()
    for message in messages:
        try:
            events += one.receive(json.dumps(message))
        except CaptionError as error:
            raise AssertionError(f"a null is no failure: {error}") from error
    return events


def finals(events: list[object]) -> list[str]:
    return [one.text for one in events if isinstance(one, Final)]


def check_nothing_vanished(events: list[object]) -> None:
    shown: dict[int, str] = {}
    for one in events:
        if isinstance(one, Partial | Final):
            before = shown.get(one.utterance, "")
            assert one.text or not before, f"{before!r} vanished"
            shown[one.utterance] = one.text
    over = {one.utterance for one in events if isinstance(one, Final)}
    assert {number for number, words in shown.items() if words} <= over


@EACH
def test_without_nulls_the_sentences_are_these(talk: Talk) -> None:
    assert tuple(filter(None, finals(events_of(talk, talk.messages)))) == talk.finals


@pytest.mark.parametrize("name", TALKS)
@settings(max_examples=50)
@given(data=st.data())
def test_wherever_the_nulls_are_no_word_that_was_shown_vanishes(name: str, data: st.DataObject) -> None:
    talk = TALKS[name]
    every = [(number, path) for number, one in enumerate(talk.messages) for path in places(one)]
    drawn = data.draw(st.lists(st.sampled_from(every), max_size=len(every), unique=True))
    messages = [
        nulled(one, *(path for index, path in drawn if index == number))
        for number, one in enumerate(talk.messages)
    ]
    check_nothing_vanished(events_of(talk, messages))


@pytest.mark.parametrize("name", sorted(TALKS.keys() - {"vllm"}))
def test_one_null_anywhere_leaves_a_word_of_each_sentence(name: str) -> None:
    # What an increment of vLLM held is told nowhere else before the end.
    talk = TALKS[name]
    for number, message in enumerate(talk.messages):
        for path in places(message):
            messages = [*talk.messages[:number], nulled(message, path), *talk.messages[number + 1 :]]
            events = events_of(talk, messages)
            check_nothing_vanished(events)
            told = " ".join(finals(events)).lower()
            assert all(word in told for word in ("one", "four")), f"{path} of message {number}: {told!r}"


@pytest.mark.parametrize("name", ["fun-asr", "qwen-asr", "qwen-omni", "openai-realtime"])
def test_a_service_without_ids_and_times_gives_the_same_sentences(name: str) -> None:
    talk = TALKS[name]
    gone = ("item_id", "sentence_id", "begin_time", "audio_start_ms", "audio_end_ms", "response_id")
    messages = [
        nulled(one, *(path for path in places(one) if path[-1] in gone), ("response", "id"))
        for one in talk.messages
    ]
    assert tuple(filter(None, finals(events_of(talk, messages)))) == talk.finals


def test_a_name_that_comes_late_is_that_of_what_had_none() -> None:
    messages = [nulled(QWEN_ASR.messages[0], ("item_id",)), *QWEN_ASR.messages[1:]]
    assert finals(events_of(QWEN_ASR, messages)) == list(QWEN_ASR.finals)


@pytest.mark.parametrize(
    "message",
    [
        completed("a", ""),
        fun_asr(1, 100, "", 900),
    ],
)
def test_an_empty_text_still_says_that_nothing_was_said(message: Message) -> None:
    talk = FUN_ASR if "header" in message else QWEN_ASR
    one = talk.dialect()
    hear(one, *talk.messages[:3])
    (final,) = (event for event in hear(one, message) if isinstance(event, Final))
    assert (final.text, final.hole) == ("", None)


FAILED = event(f"{ITEM}.failed", "a", error={"code": "x", "message": "y"})
UNTOLD = {
    "qwen-asr": [completed("a", "") | {"transcript": None}],
    "qwen-asr failed": [FAILED],
    "qwen-asr over": [{"type": "session.finished"}],
    "openai-realtime": [completed("a", "") | {"transcript": 7}],
    "openai-realtime failed": [FAILED],
    "qwen-omni": [completed("a", "") | {"transcript": None}, *response("r", "")],
    "qwen-omni failed": [FAILED, {"type": "response.done", "response": {"id": "r", "status": "failed"}}],
    "qwen-omni over": [{"type": "session.finished"}],
    "fun-asr": [fun_asr(1, 100, "", 2000)],
    "fun-asr over": [{"header": {"event": "task-finished"}, "payload": {"output": {}}}],
}
"""How a service says that it does not know what was said in the first sentence."""


def untold(name: str, *, shown: bool) -> list[Final]:
    """The finals of a first sentence of which the service does not know what was said."""
    talk = TALKS[name.split()[0]]
    first = {"qwen-omni": 5, "qwen-asr": 6, "openai-realtime": 5, "fun-asr": 3}[name.split()[0]]
    words = ("text", "stash", "delta")
    before = [
        one for one in talk.messages[:first] if shown or not ("header" in one or any(map(one.get, words)))
    ]
    last = [nulled(one, ("payload", "output", "sentence", "text")) for one in UNTOLD[name]]
    last = [nulled(one, ("payload", "output", "sentence", "words")) for one in last]
    return [one for one in events_of(talk, [*before, *last]) if isinstance(one, Final)]


@pytest.mark.parametrize("name", sorted(UNTOLD.keys() - {"fun-asr over"}))
def test_a_sentence_without_words_has_a_hole(name: str) -> None:
    (final,) = untold(name, shown=False)
    assert final.text == ""
    assert final.hole == Gap(final.start, final.end, UNWORDED)
    assert final.hole.end >= 2.0


@pytest.mark.parametrize("name", UNTOLD)
def test_a_sentence_that_is_not_finished_keeps_its_words_and_may_have_a_hole(name: str) -> None:
    (final,) = untold(name, shown=True)
    assert final.text.lower().startswith("one two")
    assert final.hole == Gap(final.start, final.end, UNWORDED)


def test_what_the_service_never_began_may_be_anywhere_behind_the_last_words() -> None:
    one = QWEN_ASR.dialect()
    first, second = (
        event
        for event in hear(
            one, *QWEN_ASR.messages[:6], *UNTOLD["qwen-asr"], completed("b", "") | {"transcript": None}
        )
        if isinstance(event, Final)
    )
    assert second.end == 5.0
    assert second.hole == Gap(first.end, 5.0, UNWORDED)


@EACH
def test_a_sentence_that_is_told_has_no_hole(talk: Talk) -> None:
    assert not any(one.hole for one in events_of(talk, talk.messages) if isinstance(one, Final))


def test_what_the_model_wrote_stands_where_the_recognizer_beside_it_failed() -> None:
    one = QWEN_OMNI.dialect()
    failed = event(f"{ITEM}.failed", "a", error=None)
    assert finals(hear(one, *started("a", 1), *stopped("a", 9), failed, *response("r", "One."))) == ["One."]
