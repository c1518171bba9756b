"""Qwen-ASR-Realtime, against what the official client says and hears."""

from __future__ import annotations

import base64

import pytest

from app.dialects.base import Done, Ready
from app.dialects.qwen_asr import QwenAsr
from app.domain.errors import AccessError, RefusedError, ServiceError
from app.domain.events import Final, Partial, SpeechStarted
from app.domain.request import Cut, Hotword, RecognitionRequest
from tests.dialects.wire import KEY, frame, golden, hear, ids, kind, replay, said, service, without

MODEL = "qwen3-asr-flash-realtime"
TEXT = "conversation.item.input_audio_transcription.text"
COMPLETED = "conversation.item.input_audio_transcription.completed"
# Documented as unneeded; `prefix_padding_ms` is not in this service's documentation at all.
OMITTED = ("modalities", "voice", "output_audio_format")


def dialect(**request: object) -> QwenAsr:
    return QwenAsr(RecognitionRequest(**request), service(MODEL), ids())  # type: ignore[arg-type]


def ready(**request: object) -> QwenAsr:
    one = dialect(**request)
    hear(one, {"type": "session.updated"})
    one.audio(frame(0.0, 30.0))
    return one


def test_the_handshake_is_the_official_clients() -> None:
    log, ours = golden("rt_manual"), dialect().handshake()
    assert ours.url == f"wss://host.example{log.path}"
    assert ours.headers == {"Authorization": f"Bearer {KEY}"}
    assert sorted(ours.headers) == log.headers


@pytest.mark.parametrize(("name", "cut"), [("rt_vad", Cut.VAD), ("rt_manual", Cut.MANUAL)])
def test_the_session_is_the_official_clients(name: str, cut: Cut) -> None:
    request = {"language": "zh", "context": "Bulge Bracket, Boutique", "vad_threshold": 0.2, "cut": cut}
    ours = said(dialect(**request).open())[0]
    theirs = golden(name).sent("session.update")[0]
    if theirs["session"]["turn_detection"]:
        theirs["session"]["turn_detection"].pop("prefix_padding_ms")
    assert ours["session"] == without(theirs["session"], *OMITTED)
    assert len(ours["event_id"]) == len(theirs["event_id"])


def test_manual_says_an_explicit_null() -> None:
    session = said(dialect(cut=Cut.MANUAL).open())[0]["session"]
    assert session["turn_detection"] is None


def test_hotwords_stand_in_front_of_the_context() -> None:
    session = said(dialect(hotwords=(Hotword("Arms"), Hotword("Boutique")), context="Banks.").open())[0][
        "session"
    ]
    assert session["input_audio_transcription"]["corpus"]["text"] == "Arms, Boutique\n\nBanks."


def test_context_is_cut_to_what_the_service_takes() -> None:
    session = said(dialect(context="语" * 20_000).open())[0]["session"]
    assert 0 < len(session["input_audio_transcription"]["corpus"]["text"]) <= 10_000


def test_sound_is_base64_of_the_same_length_as_the_official_clients() -> None:
    (ours,) = said(dialect().audio(frame(level=0.5)))
    theirs = golden("rt_vad").sent("input_audio_buffer.append")[0]
    assert set(ours) == set(theirs)
    assert len(base64.b64decode(ours["audio"])) == 3200


def test_commit_and_finish_are_the_official_clients() -> None:
    one = dialect(cut=Cut.MANUAL)
    one.audio(frame())
    log = golden("rt_manual")
    for ours, name in ((one.commit(), "input_audio_buffer.commit"), (one.finish(), "session.finish")):
        assert without(said(ours)[0], "event_id") == without(log.sent(name)[0], "event_id")


def test_nothing_is_committed_where_nothing_was_said_or_the_service_cuts() -> None:
    manual = dialect(cut=Cut.MANUAL)
    assert manual.commit() == []
    manual.audio(frame())
    assert [kind(one) for one in said(manual.commit())] == ["input_audio_buffer.commit"]
    assert manual.commit() == []
    vad = dialect()
    vad.audio(frame())
    assert vad.commit() == []


def test_a_recorded_session_becomes_a_caption_with_the_times_of_the_voice_detector() -> None:
    events = list(replay(dialect(), golden("rt_vad"), start=50.0))
    assert events == [
        Ready(),
        SpeechStarted(1, pytest.approx(50.1)),
        Partial(1, pytest.approx(50.1), pytest.approx(50.3), "今天", 0),
        Partial(1, pytest.approx(50.1), pytest.approx(50.4), "今天天气怎么", 2),
        Partial(1, pytest.approx(50.1), pytest.approx(50.4), "今天天气怎么样？", 4),
        Final(1, pytest.approx(50.1), pytest.approx(50.4), "今天天气怎么样？", (), "zh", "neutral"),
        Done(),
    ]


def test_a_recorded_manual_session_has_the_times_of_the_sound_committed() -> None:
    events = list(replay(dialect(cut=Cut.MANUAL), golden("rt_manual"), start=50.0))
    assert [type(event) for event in events] == [Ready, SpeechStarted, Partial, Final, Done]
    assert (events[3].start, events[3].end) == (50.0, pytest.approx(50.6))


def test_manual_sentences_begin_where_somebody_spoke() -> None:
    one = dialect(cut=Cut.MANUAL)
    one.audio(frame(0.0, 2.0))
    one.audio(frame(2.0, 1.0, level=0.3))
    one.audio(frame(3.0, 1.0))
    one.commit()
    one.audio(frame(4.0, 1.0))
    one.commit()
    events = hear(
        one,
        {"type": "input_audio_buffer.committed", "item_id": "a"},
        {"type": "input_audio_buffer.committed", "item_id": "b"},
        {"type": COMPLETED, "item_id": "b", "transcript": "two"},
        {"type": COMPLETED, "item_id": "a", "transcript": "one"},
    )
    finals = {event.text: event for event in events if isinstance(event, Final)}
    assert (finals["one"].utterance, finals["two"].utterance) == (1, 2)
    assert (finals["one"].start, finals["one"].end) == (
        pytest.approx(2.0, abs=0.05),
        pytest.approx(3.0, abs=0.05),
    )
    assert (finals["two"].start, finals["two"].end) == (4.0, 5.0)


def test_items_may_overlap() -> None:
    events = hear(
        ready(),
        {"type": TEXT, "item_id": "a", "text": "", "stash": "one"},
        {"type": TEXT, "item_id": "b", "text": "two", "stash": ""},
        {"type": COMPLETED, "item_id": "b", "transcript": "two."},
        {"type": TEXT, "item_id": "a", "text": "one", "stash": " more"},
        {"type": COMPLETED, "item_id": "a", "transcript": "one more."},
    )
    finals = [(event.utterance, event.text) for event in events if isinstance(event, Final)]
    assert finals == [(2, "two."), (1, "one more.")]


@pytest.mark.parametrize("odd", [None, 7, "", "e\nn", "<b>", "x" * 100, ["en"]])
def test_what_is_no_language_and_no_emotion_is_not_told(odd: object) -> None:
    (final,) = hear(
        ready(), {"type": COMPLETED, "item_id": "a", "transcript": "x", "language": odd, "emotion": odd}
    )[1:]
    assert isinstance(final, Final)
    assert (final.language, final.emotion) == (None, None)


def test_an_empty_transcript_takes_back_what_was_shown() -> None:
    one = ready()
    hear(one, {"type": TEXT, "item_id": "a", "text": "", "stash": "hm"})
    (final,) = hear(one, {"type": COMPLETED, "item_id": "a", "transcript": ""})
    assert final.text == ""


def test_a_sentence_that_failed_keeps_what_was_shown() -> None:
    one = ready()
    hear(one, {"type": TEXT, "item_id": "a", "text": "so", "stash": " far"})
    failed = {
        "type": "conversation.item.input_audio_transcription.failed",
        "item_id": "a",
        "error": {"code": "x"},
    }
    (final,) = hear(one, failed)
    assert final.text == "so far"


def test_a_complaint_about_one_message_does_not_end_the_session() -> None:
    error = {
        "type": "error",
        "error": {"type": "invalid_request_error", "code": "invalid_value", "message": "no"},
    }
    assert hear(ready(), error) == []


def test_a_complaint_about_the_setup_does() -> None:
    with pytest.raises(RefusedError, match="invalid_value Invalid value: 'xx'"):
        list(replay(dialect(), golden("rt_error")))


def test_a_failure_of_the_session_ends_it_at_any_time() -> None:
    with pytest.raises(AccessError):
        hear(
            ready(),
            {"type": "error", "error": {"code": "InvalidApiKey", "message": "Invalid API-key provided."}},
        )
    with pytest.raises(ServiceError):
        hear(ready(), {"type": "error", "error": {"type": "server_error", "message": "gone"}})


def test_the_end_before_anybody_spoke_is_an_end() -> None:
    one = ready()
    one.finish()
    assert hear(one, {"type": "session.finished"}) == [Done()]


def test_what_is_open_at_the_end_becomes_final() -> None:
    one = ready()
    hear(one, {"type": TEXT, "item_id": "a", "text": "so", "stash": " far"})
    final, done = hear(one, {"type": "session.finished"})
    assert (final.text, done) == ("so far", Done())
