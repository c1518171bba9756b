"""No server can make a dialect raise anything but a sentence for the user."""

from __future__ import annotations

import contextlib
import json
import math
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.dialects.base import Dialect, Message, Service
from app.dialects.frames import LONGEST_TEXT
from app.dialects.fun_asr import FunAsr
from app.dialects.funasr_runtime import FunAsrRuntime
from app.dialects.openai_realtime import OpenAiRealtime
from app.dialects.qwen_asr import QwenAsr
from app.dialects.qwen_omni import QwenOmni
from app.dialects.vllm import Vllm
from app.domain.captions import Stabilizer
from app.domain.errors import CaptionError, RefusedError
from app.domain.events import Event, Final, Partial, SpeechStarted
from app.domain.request import Cut, RecognitionRequest
from app.domain.transcript import Transcript
from tests.dialects.wire import FOLDER, frame, golden

Make = Callable[[RecognitionRequest, Service], Dialect]
DIALECTS: list[Make] = [FunAsr, QwenAsr, QwenOmni, OpenAiRealtime, Vllm, FunAsrRuntime]

TRANSCRIPTION = "conversation.item.input_audio_transcription"
WORDS = st.sampled_from(
    [
        *("task-started", "result-generated", "task-finished", "task-failed", "error", "a", "b"),
        *("session.created", "session.updated", "session.finished", "transcription_session.created"),
        *(
            f"input_audio_buffer.{name}"
            for name in ("speech_started", "speech_stopped", "committed", "cleared")
        ),
        *(f"{TRANSCRIPTION}.{name}" for name in ("text", "delta", "completed", "failed")),
        *(f"response.{name}" for name in ("created", "output_item.added", "text.delta", "text.done", "done")),
        "conversation.item.created",
        *(
            "transcription.segment",
            "transcription.delta",
            "transcription.done",
            "2pass-online",
            "2pass-offline",
        ),
    ]
)
SENTENCE_NAMES = ["sentence_id", "begin_time", "end_time", "text", "words", "sentence_end", "heartbeat"]
EVENT_NAMES = [
    *("item_id", "text", "stash", "delta", "transcript", "error", "response", "response_id", "session"),
    *("audio_start_ms", "audio_end_ms", "item", "previous_item_id", "segment_id"),
]
RUNTIME_NAMES = ["text", "timestamp", "is_final", "is_end", "start_time", "end_time"]
NAMES = st.sampled_from(
    [
        *("header", "event", "payload", "output", "sentence", "type", "mode", "code", "message", "id"),
        *("status", "event_id", "error_code", "error_message", "punctuation"),
        *SENTENCE_NAMES,
        *EVENT_NAMES,
        *RUNTIME_NAMES,
    ]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | WORDS | st.just(10**400),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(NAMES | st.text(max_size=3), inner, max_size=6)
    ),
    max_leaves=12,
)


def objects(names: list[str], **known: object) -> st.SearchStrategy[dict[str, object]]:
    """Objects with `known` members, and any of `names` with any values."""
    return st.fixed_dictionaries(known, optional=dict.fromkeys(names, VALUES))  # type: ignore[arg-type]


MESSAGES = (
    st.dictionaries(NAMES, VALUES, max_size=8)
    | objects(EVENT_NAMES, type=WORDS)
    | objects(RUNTIME_NAMES, mode=WORDS)
    | objects(
        [],
        header=objects(["error_code", "error_message"], event=WORDS),
        payload=objects([], output=objects([], sentence=objects(SENTENCE_NAMES))),
    )
)


KEPT = {"type", "header", "event", "payload", "output", "sentence"}


def beginning(make: Make, cut: Cut) -> Dialect:
    dialect = make(RecognitionRequest(cut=cut), Service("wss://host.example", "fun-asr-realtime"))
    dialect.handshake()
    dialect.open()
    dialect.audio(frame(5.0, 2.0, dialect.rate, level=0.2))
    return dialect


def check(events: list[object]) -> None:
    """Whatever comes out can be shown, written down and put on a clock."""
    stabilizer, transcript = Stabilizer("x"), Transcript()
    for event in events:
        if isinstance(event, Partial | Final):
            assert 5.0 <= event.start <= event.end <= 8.0
            assert isinstance(event.text, str)
            assert "\n" not in event.text
            event.text.encode("utf-8")
            stabilizer.apply(event)
        if isinstance(event, Final):
            assert all(5.0 <= word.start <= word.end <= 8.0 for word in event.words)
            transcript.apply("x", event)
        if isinstance(event, SpeechStarted):
            assert math.isfinite(event.start)


def one_final_each(events: list[object]) -> None:
    over: set[int] = set()
    for event in events:
        if isinstance(event, SpeechStarted | Partial | Final):
            assert event.utterance not in over
        if isinstance(event, Final):
            over.add(event.utterance)


# One draw for all dialects: making the messages up costs far more than reading them.
@settings(max_examples=50)
@given(messages=st.lists(MESSAGES, max_size=12), cut=st.sampled_from(Cut), cuts=st.integers(0, 12))
def test_any_object_gives_events_or_a_sentence(messages: list[object], cut: Cut, cuts: int) -> None:
    for make in DIALECTS:
        dialect = beginning(make, cut)
        events: list[object] = []
        for number, message in enumerate(messages):
            if number == cuts:
                dialect.commit()
                dialect.finish()
            with contextlib.suppress(CaptionError):
                events += dialect.receive(json.dumps(message))
        check(events)
        one_final_each(events)


@settings(max_examples=50)
@given(message=st.text() | st.binary() | VALUES.map(json.dumps))
def test_any_message_gives_events_or_a_sentence(message: Message) -> None:
    for make in DIALECTS:
        with contextlib.suppress(CaptionError):
            beginning(make, Cut.VAD).receive(message)


@pytest.mark.parametrize("make", DIALECTS)
@pytest.mark.parametrize(
    "message",
    ["", "hello", b"\x00\xff\xfe", "[1,2]", "null", '{"type":', "[" * 100_000, "9" * 10_000, '{"a":' * 9000],
)
def test_what_is_no_object_is_told_once(make: Make, message: Message) -> None:
    with pytest.raises(RefusedError, match="does not understand"):
        beginning(make, Cut.VAD).receive(message)


@pytest.mark.parametrize("make", DIALECTS)
@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.jsonl")))
def test_nulls_everywhere_do_no_harm(make: Make, name: str) -> None:
    dialect = beginning(make, Cut.VAD)
    for message in golden(name).received():
        with contextlib.suppress(CaptionError):
            dialect.receive(json.dumps(_nulled(json.loads(message))))


def _nulled(value: object) -> object:
    """Every value but those that say what the message is becomes null."""
    if not isinstance(value, dict):
        return None
    known = {
        name: value[name] if isinstance(value[name], str) else _nulled(value[name])
        for name in KEPT & set(value)
    }
    return dict.fromkeys(value) | known


@pytest.mark.parametrize("make", DIALECTS)
def test_a_server_that_opens_sentences_without_end_takes_no_memory_without_end(make: Make) -> None:
    dialect = beginning(make, Cut.VAD)
    events: list[Event] = []
    for number in range(600):
        item = f"i{number}"
        sentence = {"sentence_id": number, "begin_time": number, "text": "x"}
        for message in (
            {"type": "input_audio_buffer.speech_started", "item_id": item, "audio_start_ms": number},
            {"type": "input_audio_buffer.committed", "item_id": item},
            {"type": f"{TRANSCRIPTION}.text", "item_id": item, "text": "x", "stash": "y"},
            {"type": "response.created", "response": {"id": f"r{number}"}},
            {"header": {"event": "result-generated"}, "payload": {"output": {"sentence": sentence}}},
        ):
            events += dialect.receive(json.dumps(message))
    assert _largest(dialect) < 600
    one_final_each(events)


def test_an_answer_without_end_grows_to_a_limit() -> None:
    dialect = beginning(QwenOmni, Cut.VAD)
    piece = "x" * (LONGEST_TEXT // 4)
    delta = json.dumps({"type": "response.text.delta", "response_id": "r", "delta": piece})
    events: list[Event] = []
    for message in ('{"type": "input_audio_buffer.committed", "item_id": "a"}', *[delta] * 100):
        events += dialect.receive(message)
    shown = [event.text for event in events if isinstance(event, Partial)]
    assert [len(text) for text in shown] == [len(piece) * count for count in (1, 2, 3, 4)]
    events = dialect.receive('{"type": "response.done", "response": {"id": "r"}}')
    events += dialect.receive('{"type": "session.finished"}')
    assert [len(event.text) for event in events if isinstance(event, Final)] == [LONGEST_TEXT]


def _largest(dialect: Dialect) -> int:
    """Length of the largest collection the dialect holds, itself or in its parts."""
    parts = [part for part in (dialect, *vars(dialect).values()) if hasattr(part, "__dict__")]
    held = [value for part in parts for value in vars(part).values()]
    return max((len(value) for value in held if hasattr(value, "__len__")), default=0)


def test_long_finals_lose_no_word_and_what_may_come_any_number_of_times_is_short() -> None:
    words = "word " * 10_000
    item = {"item_id": "a"}
    qwen = beginning(QwenAsr, Cut.VAD)
    (_, partial) = qwen.receive(json.dumps({"type": f"{TRANSCRIPTION}.text", **item, "stash": words}))
    (final,) = qwen.receive(json.dumps({"type": f"{TRANSCRIPTION}.completed", **item, "transcript": words}))
    assert isinstance(partial, Partial)
    assert isinstance(final, Final)
    assert len(partial.text) == LONGEST_TEXT
    assert final.text == words.strip()
    sentence = {"text": words, "sentence_end": True}
    told = {"header": {"event": "result-generated"}, "payload": {"output": {"sentence": sentence}}}
    (_, final) = beginning(FunAsr, Cut.VAD).receive(json.dumps(told))
    assert isinstance(final, Final)
    assert final.text == words.strip()


def test_increments_without_end_are_shown_no_further() -> None:
    one = beginning(OpenAiRealtime, Cut.VAD)
    piece = {"type": f"{TRANSCRIPTION}.delta", "item_id": "a", "delta": "x" * 9000}
    shown = [
        event for _ in range(5) for event in one.receive(json.dumps(piece)) if isinstance(event, Partial)
    ]
    assert [len(event.text) for event in shown] == [9000, 18_000, LONGEST_TEXT]
