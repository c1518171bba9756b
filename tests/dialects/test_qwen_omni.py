"""Qwen-Omni as a recognizer, against what the official client says and hears."""

from __future__ import annotations

import pytest

from app.dialects.base import Done, Ready
from app.dialects.qwen_omni import QwenOmni
from app.domain.errors import ServiceError
from app.domain.events import Final, Partial
from app.domain.request import Cut, Hotword, RecognitionRequest
from tests.dialects.wire import frame, golden, hear, ids, kind, replay, said, service, without

MODEL = "qwen3-omni-flash-realtime"
TRANSCRIPTION = "conversation.item.input_audio_transcription"
# Documented as unneeded; instructions and format are worded differently and checked on their own.
OMITTED = ("voice", "output_audio_format", "instructions", "input_audio_format")


def dialect(model: str = MODEL, **request: object) -> QwenOmni:
    return QwenOmni(RecognitionRequest(**request), service(model), ids())  # type: ignore[arg-type]


def ready(**request: object) -> QwenOmni:
    one = dialect(**request)
    hear(one, {"type": "session.updated"})
    one.audio(frame(0.0, 30.0))
    return one


def committed(item: str) -> dict[str, object]:
    return {"type": "input_audio_buffer.committed", "item_id": item}


def completed(item: str, text: str) -> dict[str, object]:
    return {"type": f"{TRANSCRIPTION}.completed", "item_id": item, "transcript": text}


def response(name: str, text: str, status: str = "completed") -> list[dict[str, object]]:
    return [
        {"type": "response.created", "response": {"id": name}},
        {"type": "response.text.delta", "response_id": name, "delta": text[:3]},
        {"type": "response.text.delta", "response_id": name, "delta": text[3:]},
        {"type": "response.text.done", "response_id": name, "text": text},
        {"type": "response.done", "response": {"id": name, "status": status}},
    ]


def finals(events: list[object]) -> list[tuple[int, str]]:
    return [(event.utterance, event.text) for event in events if isinstance(event, Final)]


def test_the_handshake_names_the_model() -> None:
    assert dialect().handshake().url == f"wss://host.example{golden('rt_omni_vad').path}"


def test_a_manual_session_is_the_official_clients() -> None:
    ours = said(dialect(cut=Cut.MANUAL).open())[0]["session"]
    theirs = golden("rt_omni_manual").sent("session.update")[0]["session"]
    assert without(ours, *OMITTED) == without(theirs, *OMITTED)
    assert ours["input_audio_format"] in ("pcm", "pcm16")


def test_a_session_with_voice_detection_is_the_official_clients() -> None:
    ours = said(dialect("qwen3.5-omni-flash-realtime", vad_threshold=0.5, vad_silence=0.4).open())[0][
        "session"
    ]
    theirs = golden("rt_omni_vad").sent("session.update")[0]["session"]
    theirs["turn_detection"].pop("prefix_padding_ms")
    assert without(ours, *OMITTED) == without(theirs, *OMITTED)


def test_words_to_expect_are_in_the_instructions() -> None:
    request = {"hotwords": (Hotword("Boutique"),), "context": "About banks.", "language": "zh"}
    instructions = said(dialect(**request).open())[0]["session"]["instructions"]
    assert all(part in instructions for part in ("Boutique", "About banks.", "zh"))


def test_a_manual_sentence_is_committed_and_asked_for_as_the_official_client_does() -> None:
    one = dialect(cut=Cut.MANUAL)
    one.audio(frame())
    theirs = golden("rt_omni_manual").sent("input_audio_buffer.commit", "response.create")
    assert [kind(message) for message in said(one.commit())] == [kind(message) for message in theirs]
    assert one.commit() == []


@pytest.mark.parametrize(("name", "cut"), [("rt_omni_vad", Cut.VAD), ("rt_omni_manual", Cut.MANUAL)])
def test_a_recorded_session_becomes_one_caption(name: str, cut: Cut) -> None:
    events = list(replay(dialect(cut=cut), golden(name)))
    assert events[0] == Ready()
    assert finals(events) == [(1, "今天天气怎么样？")]
    assert events[-1] == Done()


def test_what_the_model_writes_is_final_since_it_knows_the_words_to_expect() -> None:
    events = hear(ready(), committed("a"), completed("a", "Bird Rock"), *response("r", "Bulge Bracket"))
    assert finals(events) == [(1, "Bulge Bracket")]


def test_the_transcript_may_come_after_the_response() -> None:
    events = hear(ready(), committed("a"), *response("r", "Bulge Bracket"), completed("a", "Bird Rock"))
    assert finals(events) == [(1, "Bulge Bracket")]


def test_both_kinds_of_partials_are_understood() -> None:
    text = {"type": f"{TRANSCRIPTION}.text", "item_id": "a", "text": "one", "stash": " tw"}
    snapshot = {"type": f"{TRANSCRIPTION}.delta", "item_id": "a", "text": "one two", "stash": " th"}
    increment = {"type": f"{TRANSCRIPTION}.delta", "item_id": "a", "delta": "ree"}
    events = hear(ready(), text, snapshot, increment)
    assert [event.text for event in events if isinstance(event, Partial)] == [
        "one tw",
        "one two th",
        "one two three",
    ]


def test_noise_that_the_model_describes_is_no_caption() -> None:
    events = hear(ready(), committed("a"), completed("a", ""), *response("r", "(keyboard sounds)"))
    assert finals(events) in ([], [(1, "")])


@pytest.mark.parametrize("status", ["cancelled", "failed", "incomplete"])
def test_the_transcript_is_final_where_the_model_failed(status: str) -> None:
    events = hear(ready(), committed("a"), *response("r", "Bul", status), completed("a", "Bulge Bracket"))
    assert finals(events) == [(1, "Bulge Bracket")]


def test_a_model_without_transcripts_still_gives_finals() -> None:
    one = ready()
    events = hear(one, committed("a"), *response("r", "one"), committed("b"), *response("s", "two"))
    assert finals(events) == [(1, "one")]
    assert finals(hear(one, {"type": "session.finished"})) == [(2, "two")]


def test_responses_belong_to_sentences_in_their_order() -> None:
    events = hear(
        ready(), committed("a"), committed("b"), *response("r", "one"), *response("s", "two"),
        completed("b", "2"), completed("a", "1"),
    )  # fmt: skip
    assert sorted(finals(events)) == [(1, "one"), (2, "two")]


def test_late_words_of_a_finished_sentence_take_no_place_in_the_queue() -> None:
    one = ready()
    hear(one, committed("a"), completed("a", "1"), *response("r", "one"), completed("a", "1"))
    assert finals(hear(one, committed("b"), completed("b", "2"), *response("s", "two"))) == [(2, "two")]


def test_a_model_that_refuses_to_be_finished_is_done_when_its_sentences_are() -> None:
    one = ready()
    hear(one, committed("a"))
    one.finish()
    refusal = {
        "type": "error",
        "error": {"type": "invalid_request_error", "message": "Invalid event session.finish"},
    }
    assert hear(one, refusal) == []
    events = hear(one, completed("a", "1"), *response("r", "one"))
    assert (finals(events), events[-1]) == ([(1, "one")], Done())


def test_silence_before_the_end_lets_the_service_end_the_last_sentence() -> None:
    one = ready()
    assert [kind(message) for message in said(one.finish())] == [
        "input_audio_buffer.append",
        "session.finish",
    ]


def test_an_idle_session_can_be_started_again() -> None:
    with pytest.raises(ServiceError) as caught:
        hear(ready(), {"type": "error", "error": {"code": "response_idle_timeout", "message": "idle"}})
    assert caught.value.retryable


def test_responses_without_names_belong_to_the_latest() -> None:
    one = ready()
    hear(one, committed("a"), completed("a", "1"), {"type": "response.created", "response": {"id": "r"}})
    events = hear(
        one, {"type": "response.text.done", "text": "one"}, {"type": "response.done", "response": None}
    )
    assert finals(events) == [(1, "one")]
