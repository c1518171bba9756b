"""OpenAI's realtime transcription and the servers that speak nearly the same."""

from __future__ import annotations

import base64
import itertools
import json

import pytest

from app.dialects.base import Done, Ready, Reply, Service
from app.dialects.openai_realtime import OpenAiRealtime
from app.domain.errors import AccessError, RefusedError
from app.domain.events import Event, Final, Partial
from app.domain.request import Cut, Hotword, RecognitionRequest
from app.domain.secret import Secret
from app.engines.continuity import Continuity
from tests.dialects.wire import frame, hear, ids, kind, said, service

MODEL = "gpt-4o-transcribe"
TRANSCRIPTION = "conversation.item.input_audio_transcription"


def dialect(model: str = MODEL, **request: object) -> OpenAiRealtime:
    return OpenAiRealtime(RecognitionRequest(**request), service(model), ids())  # type: ignore[arg-type]


def setup(created: dict[str, object], **request: object) -> dict[str, object]:
    (reply,) = hear(dialect(**request), created)
    assert isinstance(reply, Reply)
    return json.loads(reply.messages[0])


def ready(**request: object) -> OpenAiRealtime:
    one = dialect(**request)
    hear(one, {"type": "session.created", "session": {"type": "transcription"}})
    assert hear(one, {"type": "session.updated"}) == [Ready()]
    one.audio(frame(0.0, 30.0, 24_000))
    return one


def committed(item: str, previous: str | None = None) -> dict[str, object]:
    return {"type": "input_audio_buffer.committed", "item_id": item, "previous_item_id": previous}


def completed(item: str, text: str) -> dict[str, object]:
    return {"type": f"{TRANSCRIPTION}.completed", "item_id": item, "transcript": text}


def started(item: str, at: int = 100) -> dict[str, object]:
    return {"type": "input_audio_buffer.speech_started", "item_id": item, "audio_start_ms": at}


def stopped(item: str, at: int = 900) -> dict[str, object]:
    return {"type": "input_audio_buffer.speech_stopped", "item_id": item, "audio_end_ms": at}


def finals(events: list[object]) -> list[tuple[int, str]]:
    return [(event.utterance, event.text) for event in events if isinstance(event, Final)]


def test_only_openai_itself_wants_no_model_in_the_address() -> None:
    openai = OpenAiRealtime(RecognitionRequest(), Service("wss://api.openai.com", MODEL, Secret("sk-x")))
    assert openai.handshake().url == "wss://api.openai.com/v1/realtime?intent=transcription"
    assert openai.handshake().headers == {"Authorization": "Bearer sk-x"}
    other = OpenAiRealtime(RecognitionRequest(), Service("ws://127.0.0.1:8000/v1", "whisper"))
    assert other.handshake().url == "ws://127.0.0.1:8000/v1/realtime?intent=transcription&model=whisper"
    assert other.handshake().headers == {}


def test_the_new_shape_is_the_documented_one() -> None:
    request = {
        "language": "en-US",
        "hotwords": (Hotword("Boutique"),),
        "context": "About banks.",
        "vad_silence": 0.5,
    }
    update = setup({"type": "session.created", "session": {"type": "transcription", "audio": {}}}, **request)
    assert (update["type"], update["session"]) == (
        "session.update",
        {
            "type": "transcription",
            "audio": {
                "input": {
                    "format": {"type": "audio/pcm", "rate": 24000},
                    "transcription": {"model": MODEL, "language": "en", "prompt": "Boutique\n\nAbout banks."},
                    "turn_detection": {
                        "type": "server_vad",
                        "threshold": 0.5,
                        "prefix_padding_ms": 300,
                        "silence_duration_ms": 500,
                    },
                }
            },
        },
    )


def test_servers_of_the_old_shape_are_spoken_to_in_it() -> None:
    beta = setup({"type": "transcription_session.created", "session": {}})
    assert beta["type"] == "transcription_session.update"
    assert beta["session"]["input_audio_format"] == "pcm16"
    clone = setup({"type": "session.created", "session": {"input_audio_format": "pcm16"}})
    assert clone["type"] == "session.update"
    # What it has, and some refuse to be told, is left out: the format, and sound before the speech.
    assert clone["session"] == {
        "modalities": ["text"],
        "input_audio_transcription": {"model": MODEL},
        "turn_detection": {
            "type": "server_vad",
            "threshold": 0.5,
            "silence_duration_ms": beta["session"]["turn_detection"]["silence_duration_ms"],
            "create_response": False,
        },
    }
    silent = setup({"type": "session.created", "session": {"input_audio_format": "pcm16"}}, cut=Cut.MANUAL)
    assert silent["session"]["turn_detection"] is None


def test_manual_is_a_null() -> None:
    update = setup({"type": "session.created", "session": {}}, cut=Cut.MANUAL)
    assert update["session"]["audio"]["input"]["turn_detection"] is None


def test_sound_is_24_khz() -> None:
    one = dialect()
    assert one.rate == 24_000
    (message,) = said(one.audio(frame(rate=24_000)))
    assert len(base64.b64decode(message["audio"])) == 4800


def test_increments_are_added_up_and_the_transcript_replaces_them() -> None:
    delta = {"type": f"{TRANSCRIPTION}.delta", "item_id": "a", "content_index": 0}
    events = hear(
        ready(),
        started("a"),
        {**delta, "delta": "Hello"},
        {**delta, "delta": " world"},
        stopped("a"),
        committed("a"),
        completed("a", "Hello, world."),
    )
    assert [event.text for event in events if isinstance(event, Partial)] == ["Hello", "Hello world"]
    assert events[-1] == Final(1, 0.1, 0.9, "Hello, world.")


def test_items_that_arrive_out_of_order_keep_the_order_of_their_sounds() -> None:
    events = hear(
        ready(), started("a", 100), started("b", 2000), completed("b", "two"), completed("a", "one")
    )
    assert sorted(finals(events)) == [(1, "one"), (2, "two")]


LINKS = {"a": None, "b": "a", "c": "b", "d": "c"}


@pytest.mark.parametrize("told", [*itertools.permutations("abcd")])
@pytest.mark.parametrize("over", ["abcd", "dcba", "cbda"])
def test_items_without_times_follow_what_they_are_said_to_follow(told: str, over: str) -> None:
    one = ready()
    events = hear(one, *(committed(item, LINKS[item]) for item in told))
    events += hear(one, *(completed(item, item) for item in over))
    said_for_good: list[Event] = []
    continuity = Continuity(said_for_good.append)
    for event in events:
        continuity.take(event)  # type: ignore[arg-type]
    ends = [event for event in said_for_good if isinstance(event, Final)]
    assert [event.text for event in ends] == ["a", "b", "c", "d"]
    assert all(before.end <= after.start for before, after in itertools.pairwise(ends))


def test_segments_of_sglang_are_sentences() -> None:
    def segment(number: int, text: str | None, final: bool) -> dict[str, object]:
        return {"type": "transcription.segment", "segment_id": number, "text": text, "is_final": final}

    events = hear(
        ready(),
        segment(0, "Hello", False),
        segment(0, None, False),
        segment(0, "Hello there.", True),
        segment(1, "Bye", False),
        segment(1, None, True),
        {"type": "transcription.completed", "text": "Hello there. Bye"},
    )
    assert [event.text for event in events if isinstance(event, Partial)] == ["Hello", "Bye"]
    assert finals(events) == [(1, "Hello there."), (2, "Bye")]


def test_an_item_that_follows_one_of_the_past_waits_for_nothing() -> None:
    one = ready()
    events = hear(one, committed("c", "gone"), completed("c", "Third"))
    assert finals(events) == [(1, "Third")]


def finish(one: OpenAiRealtime) -> str:
    """Ends the sound; returns the id of what is to be answered."""
    return str(said(one.finish())[-1]["event_id"])


UPDATED = {"type": "session.updated"}


@pytest.mark.parametrize(
    ("created", "update", "unchanged"),
    [
        ({"type": "session.created", "session": {}}, "session.update", {"type": "transcription"}),
        (
            {"type": "session.created", "session": {"input_audio_format": "pcm16"}},
            "session.update",
            {"modalities": ["text"]},
        ),
        (
            {"type": "transcription_session.created", "session": {}},
            "transcription_session.update",
            {"input_audio_format": "pcm16"},
        ),
    ],
)
def test_silence_before_the_end_lets_the_server_end_the_last_sentence_and_nothing_takes_it_away(
    created: dict[str, object], update: str, unchanged: dict[str, object]
) -> None:
    one = dialect()
    (reply,) = hear(one, created)
    hear(one, UPDATED)
    *silence, last = said(one.finish())
    assert [kind(message) for message in silence] == ["input_audio_buffer.append"] * 2
    assert (last["type"], last["session"]) == (update, unchanged)
    # No more than it was set up with.
    assert isinstance(reply, Reply)
    assert unchanged.items() <= json.loads(reply.messages[0])["session"].items()


def test_the_end_after_silence_comes_at_once() -> None:
    one = ready()
    finish(one)
    assert hear(one, UPDATED) == [Done()]


def test_a_server_that_refuses_what_is_asked_at_the_end_answers_with_an_error() -> None:
    one = ready()
    error = {"type": "invalid_request_error", "message": "unknown event", "event_id": finish(one)}
    assert hear(one, {"type": "error", "error": error}) == [Done()]


def test_the_end_waits_for_every_sentence() -> None:
    one = ready()
    hear(one, started("a"))
    finish(one)
    assert Done() not in hear(one, stopped("a"), committed("a"), UPDATED)
    events = hear(one, completed("a", "one"))
    assert (finals(events), events[-1]) == ([(1, "one")], Done())


@pytest.mark.parametrize("begun", [[started("a")], [started("a"), stopped("a")]])
def test_what_has_begun_is_waited_for_whatever_is_answered(begun: list[dict[str, object]]) -> None:
    one = ready()
    finish(one)
    assert Done() not in hear(one, *begun, UPDATED, {"type": "input_audio_buffer.cleared"})
    events = hear(one, completed("a", "one"))
    assert (finals(events), events[-1]) == ([(1, "one")], Done())


def test_in_manual_mode_the_end_waits_for_what_was_committed() -> None:
    one = ready(cut=Cut.MANUAL)
    assert [kind(message) for message in said(one.commit())] == ["input_audio_buffer.commit"]
    finish(one)
    assert Done() not in hear(one, committed("a"), UPDATED)
    events: list[Event] = hear(one, completed("a", "one"))
    assert (finals(events), events[-1]) == ([(1, "one")], Done())


def test_in_manual_mode_without_a_sentence_the_end_comes_at_once() -> None:
    one = ready(cut=Cut.MANUAL)
    finish(one)
    assert hear(one, UPDATED) == [Done()]


def test_a_failed_sentence_does_not_hold_the_end_back() -> None:
    one = ready(cut=Cut.MANUAL)
    one.commit()
    finish(one)
    failed = {"type": f"{TRANSCRIPTION}.failed", "item_id": "a", "error": {"code": "x", "message": "y"}}
    events = hear(one, committed("a"), UPDATED, failed)
    assert events[-1] == Done()


def test_an_error_before_the_session_stands_is_told_and_later_ones_pass() -> None:
    error = {
        "type": "error",
        "error": {"type": "invalid_request_error", "code": "unknown_parameter", "message": "x"},
    }
    with pytest.raises(RefusedError):
        hear(dialect(), error)
    assert hear(ready(), error) == []


def test_quota_is_a_matter_of_the_account() -> None:
    error = {
        "code": "insufficient_quota",
        "message": "You exceeded your current quota, check your plan and billing.",
    }
    with pytest.raises(AccessError, match="charged"):
        hear(ready(), {"type": "error", "error": error})
