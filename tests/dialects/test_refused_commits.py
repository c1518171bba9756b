"""Sentences that the user ends, of which the service refuses some."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.dialects.openai_realtime import OpenAiRealtime
from app.dialects.qwen_asr import QwenAsr
from app.dialects.qwen_omni import QwenOmni
from app.domain.events import Final, Gap
from app.domain.request import Cut, RecognitionRequest
from tests.dialects.wire import frame, hear, ids, said, service, talk

Spoken = QwenAsr | OpenAiRealtime | QwenOmni
DIALECTS = [QwenAsr, OpenAiRealtime]
LENGTH = 4.0
"""Seconds from one sentence to the next; each is half as long."""
TOO_SHORT = "Error committing input audio buffer: buffer too small."


def ready(kind: type[Spoken]) -> Spoken:
    one = kind(RecognitionRequest(cut=Cut.MANUAL), service("m"), ids())
    hear(one, {"type": "session.updated"})
    return one


def speak(one: Spoken, number: int) -> str:
    """Say the sentence and end it; gives the id of the commit."""
    one.audio(talk(number * LENGTH, LENGTH / 2, one.rate))
    one.audio(frame(number * LENGTH + LENGTH / 2, LENGTH / 2, one.rate))
    return str(said(one.commit())[0]["event_id"])


def refused(event: str | None, code: str | None = "invalid_value", message: str = "no") -> dict[str, Any]:
    error = {"type": "invalid_request_error", "code": code, "message": message, "event_id": event}
    return {"type": "error", "error": error}


def heard(number: int) -> list[dict[str, Any]]:
    item = f"item_{number}"
    completed = "conversation.item.input_audio_transcription.completed"
    return [
        {"type": "input_audio_buffer.committed", "item_id": item},
        {"type": completed, "item_id": item, "transcript": f"sentence {number}"},
    ]


def finals(events: list[Any]) -> list[Final]:
    return [event for event in events if isinstance(event, Final)]


def place(one: Final | Gap) -> tuple[float, float]:
    return round(one.start), round(one.end)


def of(number: int) -> tuple[float, float]:
    return round(number * LENGTH), round(number * LENGTH + LENGTH / 2)


@pytest.mark.parametrize("kind", DIALECTS)
@given(takes=st.lists(st.booleans(), min_size=1, max_size=4), behind=st.booleans())
def test_sentences_keep_their_times_and_those_that_are_refused_are_marked(
    kind: type[Spoken], takes: list[bool], behind: bool
) -> None:
    one, events, answers = ready(kind), [], []
    for number, taken in enumerate(takes):
        event = speak(one, number)
        answers += heard(number) if taken else [refused(event)]
        if not behind:
            events += hear(one, *answers)
            answers = []
    events += hear(one, *answers)
    told = [(place(final), final.text, final.hole is not None) for final in finals(events)]
    assert told == [
        (of(number), f"sentence {number}" if taken else "", not taken) for number, taken in enumerate(takes)
    ]
    assert all(place(final.hole) == place(final) for final in finals(events) if final.hole)


@pytest.mark.parametrize("kind", DIALECTS)
@pytest.mark.parametrize(
    "error",
    [
        refused(None, "input_audio_buffer_commit_empty"),
        refused(None, None, TOO_SHORT),
        {"type": "error", "error": TOO_SHORT},
    ],
)
def test_an_error_that_says_no_id_but_speaks_of_committing_is_about_the_oldest_commit(
    kind: type[Spoken], error: dict[str, Any]
) -> None:
    one = ready(kind)
    speak(one, 0)
    speak(one, 1)
    first, second = finals(hear(one, error, *heard(1)))
    assert (place(first), first.text) == (of(0), "")
    assert (place(second), second.text) == (of(1), "sentence 1")


@pytest.mark.parametrize("kind", DIALECTS)
@pytest.mark.parametrize("event", [None, "event_of_somebody_else"])
def test_an_error_about_something_else_moves_no_sentence(kind: type[Spoken], event: str | None) -> None:
    one = ready(kind)
    speak(one, 0)
    (only,) = finals(hear(one, refused(event), *heard(0)))
    assert (place(only), only.text) == (of(0), "sentence 0")


def test_what_omni_does_not_take_is_marked_as_well() -> None:
    one = ready(QwenOmni)
    (only,) = finals(hear(one, refused(speak(one, 0))))
    assert (place(only), only.text, only.hole is not None) == (of(0), "", True)
