"""The inference protocol, against what the official client says and hears."""

from __future__ import annotations

import json

import pytest

from app.dialects.base import Done, Ready
from app.dialects.fun_asr import FunAsr
from app.dialects.utterances import UNWORDED
from app.domain.errors import AccessError, BusyError, CaptionError, RefusedError, ServiceError
from app.domain.events import Final, Gap, Partial, SpeechStarted, Word
from app.domain.request import Cut, Hotword, RecognitionRequest
from tests.dialects.wire import KEY, frame, golden, hear, ids, replay, said, service

OURS_ALONE = {
    "semantic_punctuation_enabled",
    "max_sentence_silence",
    "multi_threshold_mode_enabled",
    "heartbeat",
}


def dialect(
    model: str = "fun-asr-realtime", request: RecognitionRequest | None = None, **facts: str
) -> FunAsr:
    return FunAsr(request or RecognitionRequest(), service(model, **facts), ids())


def result(**sentence: object) -> dict[str, object]:
    return {"header": {"event": "result-generated"}, "payload": {"output": {"sentence": sentence}}}


def sounding(seconds: float = 60.0, start: float = 0.0) -> FunAsr:
    one = dialect()
    one.audio(frame(start, seconds))
    return one


def test_the_handshake_is_the_official_clients() -> None:
    log = golden("infer_ok")
    handshake = dialect(workspace="ws-probe").handshake()
    assert handshake.url == f"wss://host.example{log.path}"
    assert handshake.headers == {"Authorization": f"Bearer {KEY}", "X-DashScope-WorkSpace": "ws-probe"}
    assert sorted(handshake.headers) == log.headers


def test_the_key_is_not_shown_by_the_handshake() -> None:
    assert KEY not in repr(dialect().handshake())


def test_the_task_is_the_official_clients() -> None:
    theirs = golden("infer_ok").sent("run-task")[0]
    ours = said(dialect(request=RecognitionRequest("zh"), vocabulary="vocab-probe").open())[0]
    assert without_parameters(ours) == without_parameters(theirs)
    # The client of the log was told of one option more than a recognizer for captions needs.
    theirs["payload"]["parameters"].pop("punctuation_prediction_enabled")
    ours["payload"]["parameters"].pop("multi_threshold_mode_enabled")
    assert ours["payload"]["parameters"] == theirs["payload"]["parameters"]


def test_only_parameters_beyond_the_official_clients_are_those_for_long_meetings() -> None:
    theirs = golden("infer_phrase_ctx").sent("run-task")[0]["payload"]["parameters"]
    ours = said(dialect().open())[0]["payload"]["parameters"]
    assert {name: value for name, value in ours.items() if name not in OURS_ALONE} == theirs


def test_a_service_that_ends_sentences_by_meaning_is_told_no_silence() -> None:
    theirs = golden("infer_ok").sent("run-task")[0]["payload"]["parameters"]
    for silence in ("max_sentence_silence", "punctuation_prediction_enabled"):
        theirs.pop(silence)
    request = RecognitionRequest("zh", cut=Cut.SEMANTIC, vad_silence=2.0)
    ours = said(dialect(request=request, vocabulary="vocab-probe").open())[0]["payload"]["parameters"]
    assert ours == theirs | {"semantic_punctuation_enabled": True}


def without_parameters(message: dict[str, dict[str, object]]) -> dict[str, object]:
    header = {name: value for name, value in message["header"].items() if name != "task_id"}
    return {
        "header": header,
        **{name: value for name, value in message["payload"].items() if name != "parameters"},
    }


def test_an_emotion_is_told_with_the_sentence() -> None:
    sentence = {"sentence_id": 1, "begin_time": 0, "end_time": 900, "text": "好", "sentence_end": True}
    final = hear(sounding(), result(**sentence, emo_tag="positive"))[-1]
    assert final == Final(1, 0.0, 0.9, "好", emotion="positive")


def test_the_end_is_the_official_clients() -> None:
    one = dialect()
    task = said(one.open())[0]["header"]["task_id"]
    ours, theirs = said(one.finish())[0], golden("infer_ok").sent("finish-task")[0]
    assert ours["header"]["task_id"] == task
    assert without_parameters(ours) == without_parameters(theirs)


def test_context_has_the_shape_of_the_official_clients() -> None:
    theirs = golden("infer_phrase_ctx").sent("continue-task")[0]["payload"]["input"]
    ours = said(dialect(request=RecognitionRequest(context="Bulge Bracket")).open())[0]["payload"]["input"]
    assert ours == theirs


def test_long_context_is_told_in_turns_that_the_service_takes_whole() -> None:
    text = " ".join(f"word{number}" for number in range(1000))
    turns = said(dialect(request=RecognitionRequest(context=text)).open())[0]["payload"]["input"]["context"]
    texts = [turn["content"][0]["text"] for turn in turns]
    assert len(texts) == 5
    assert all(len(one) <= 400 for one in texts)
    assert text.startswith(" ".join(texts))


@pytest.mark.parametrize(
    "model", ["fun-asr-realtime-2026-02-28", "paraformer-realtime-v2", "fun-asr-flash-8k-realtime"]
)
def test_models_without_context_get_an_empty_input(model: str) -> None:
    request = RecognitionRequest(context="Bulge Bracket", hotwords=(Hotword("Boutique"),))
    assert said(dialect(model, request).open())[0]["payload"]["input"] == {}


def test_qwen_audio_takes_hotwords_inline() -> None:
    request = RecognitionRequest(hotwords=(Hotword("Boutique"), Hotword("Arms", 5)))
    payload = said(dialect("qwen-audio-3.1-asr-flash-streaming", request).open())[0]["payload"]
    assert payload["parameters"]["vocabulary"] == {"Boutique": 4, "Arms": 5}
    assert payload["input"] == {}


def test_hotwords_without_a_list_at_the_service_go_into_the_context() -> None:
    request = RecognitionRequest(hotwords=(Hotword("Boutique"),), context="About banks.")
    turns = said(dialect(request=request).open())[0]["payload"]["input"]["context"]
    assert turns[0]["content"][0]["text"] == "Boutique  About banks.".replace("  ", "\n\n")


@pytest.mark.parametrize(
    ("model", "rate"),
    [
        ("fun-asr-realtime", 16_000),
        ("fun-asr-flash-8k-realtime", 8_000),
        ("paraformer-realtime-8k-v2", 8_000),
    ],
)
def test_telephone_models_hear_8_khz(model: str, rate: int) -> None:
    one = dialect(model, RecognitionRequest("zh"))
    assert one.rate == rate
    parameters = said(one.open())[0]["payload"]["parameters"]
    assert parameters["sample_rate"] == rate


def test_old_and_single_sentence_models_are_told_nothing_they_do_not_know() -> None:
    old = said(dialect("paraformer-realtime-v1", RecognitionRequest("zh")).open())[0]["payload"]["parameters"]
    assert old == {"format": "pcm", "sample_rate": 16_000}
    message = said(dialect("qwen-audio-3.1-asr-flash-message").open())[0]["payload"]["parameters"]
    assert message == {"format": "pcm", "sample_rate": 16_000, "intermediate_result_enabled": True}


def test_sound_is_binary_and_in_packets_the_service_takes() -> None:
    messages = dialect().audio(frame(seconds=1.0, level=0.5))
    assert all(isinstance(one, bytes) and len(one) <= 12_800 for one in messages)
    assert b"".join(one for one in messages if isinstance(one, bytes)) != bytes(32_000)
    assert sum(map(len, messages)) == 32_000


def test_a_recorded_session_becomes_a_caption_with_word_times() -> None:
    events = list(replay(dialect(), golden("infer_ok"), start=100.0))
    assert events == [
        Ready(),
        SpeechStarted(1, pytest.approx(100.17)),
        Partial(1, pytest.approx(100.17), pytest.approx(100.3), "好"),
        Partial(1, pytest.approx(100.17), pytest.approx(100.4), "好，我"),
        Final(1, pytest.approx(100.17), pytest.approx(100.5), "好，我知道了。", events[4].words),
        Done(),
    ]
    assert [word.text for word in events[4].words] == ["好，", "我", "知道了。"]


def test_times_never_lie_beyond_the_sound_that_was_sent() -> None:
    one = sounding(2.0, start=10.0)
    (_, final) = hear(one, result(sentence_id=1, begin_time=-5, end_time=9e99, text="a", sentence_end=True))
    assert (final.start, final.end) == (10.0, 12.0)


def test_a_sentence_without_a_number_is_known_by_when_it_began() -> None:
    one = sounding()
    events = hear(
        one,
        result(begin_time=500, end_time=None, text="one"),
        result(begin_time=500, end_time=900, text="one two"),
        result(begin_time=1500, end_time=None, text="three"),
    )
    assert [type(event) for event in events] == [SpeechStarted, Partial, Final, SpeechStarted, Partial]
    assert [event.utterance for event in events] == [1, 1, 1, 2, 2]


def test_a_final_that_lost_its_number_ends_the_sentence_that_began_then() -> None:
    one = sounding()
    hear(one, result(sentence_id=7, begin_time=500, end_time=None, text="one", sentence_end=False))
    (final,) = hear(one, result(begin_time=500, end_time=900, text="one."))
    assert (final.utterance, final.text) == (1, "one.")


def test_end_time_does_not_end_a_sentence_that_is_said_to_go_on() -> None:
    one = sounding()
    events = hear(one, result(sentence_id=1, begin_time=0, end_time=900, text="one", sentence_end=False))
    assert [type(event) for event in events] == [SpeechStarted, Partial]


def test_a_second_final_of_a_sentence_is_not_heard() -> None:
    one = sounding()
    final = result(sentence_id=1, begin_time=0, end_time=900, text="one", sentence_end=True)
    assert len(hear(one, final)) == 2
    assert hear(one, final) == []
    assert hear(one, result(sentence_id=1, begin_time=0, text="late", sentence_end=False)) == []


def test_heartbeats_say_nothing() -> None:
    assert hear(sounding(), result(sentence_id=0, begin_time=0, text="", heartbeat=True)) == []


BEAT = {"sentence_id": 0, "begin_time": None, "end_time": None, "text": "", "words": []}


@pytest.mark.parametrize(
    "other",
    [
        {"heartbeat": None},
        {"heartbeat": False},
        {"text": None, "words": None},
        {"text": " "},
        {"begin_time": 0, "end_time": 0},
        {"begin_time": 0, "sentence_end": False},
    ],
)
def test_a_heartbeat_that_only_its_number_tells_takes_no_words_away(other: dict[str, object]) -> None:
    one = sounding()
    hear(one, result(sentence_id=1, begin_time=0, end_time=None, text="one", sentence_end=False))
    assert hear(one, result(**BEAT | other)) == []
    (final,) = hear(one, result(sentence_id=1, begin_time=0, end_time=900, text="one.", sentence_end=True))
    assert (final.utterance, final.text) == (1, "one.")


@pytest.mark.parametrize("number", [{}, {"sentence_id": None}, {"sentence_id": 0}])
def test_a_sentence_without_a_number_that_counts_is_heard_and_can_be_taken_back(
    number: dict[str, object],
) -> None:
    one = sounding()
    told = hear(one, result(**number, begin_time=0, end_time=None, text="one"))
    assert [type(event) for event in told] == [SpeechStarted, Partial]
    (final,) = hear(one, result(**number, begin_time=0, end_time=900, text="", sentence_end=True))
    assert (final.utterance, final.text) == (1, "")


@pytest.mark.parametrize(
    "words", [None, [], [{"text": None}], [3], "words", [{"text": "x", "begin_time": 1, "end_time": 2}]]
)
def test_words_that_make_no_sense_cost_only_the_words(words: object) -> None:
    (_, final) = hear(
        sounding(),
        result(sentence_id=1, begin_time=0, end_time=900, text="one", sentence_end=True, words=words),
    )
    assert (final.text, final.words) == ("one", ())


def test_word_times_never_run_backwards() -> None:
    words = [
        {"text": "one", "punctuation": ",", "begin_time": 500, "end_time": 400},
        {"text": "two", "begin_time": 100, "end_time": 900},
    ]
    (_, final) = hear(
        sounding(),
        result(sentence_id=1, begin_time=0, end_time=900, text="one, two", sentence_end=True, words=words),
    )
    assert final.words == (Word("one,", 0.5, 0.5), Word("two", 0.5, 0.9))


@pytest.mark.parametrize(
    ("spoken", "text"),
    [
        ([("Hi", ","), ("it's", ""), ("me", ".")], "Hi, it's me."),
        ([(" Hi ", ","), (" there ", None)], "Hi, there"),
        ([("好", "，"), ("我", ""), ("知道了", "。")], "好，我知道了。"),
    ],
)
def test_where_only_the_words_of_a_sentence_are_told_they_are_its_text(
    spoken: list[tuple[str, str | None]], text: str
) -> None:
    words = [
        {"text": word, "punctuation": mark, "begin_time": 100 * place, "end_time": 100 * place + 90}
        for place, (word, mark) in enumerate(spoken)
    ]
    (_, final) = hear(
        sounding(),
        result(sentence_id=1, begin_time=0, end_time=900, text=None, sentence_end=True, words=words),
    )
    assert (final.text, final.hole, len(final.words)) == (text, None, len(spoken))


@pytest.mark.parametrize("words", [None, [], [3], [{"text": "half"}, {"text": None}], "words"])
def test_words_that_are_not_all_there_are_no_text(words: object) -> None:
    (_, final) = hear(
        sounding(),
        result(sentence_id=1, begin_time=0, end_time=900, text=None, sentence_end=True, words=words),
    )
    assert (final.text, final.hole) == ("", Gap(0.0, 0.9, UNWORDED))


def test_a_result_whose_sentence_is_missing_says_that_somebody_speaks() -> None:
    event = {"event": "result-generated"}
    assert hear(sounding(), {"header": event, "payload": {"output": {}, "usage": {"duration": 3}}}) == []
    one = sounding()
    (started,) = hear(one, {"header": event, "payload": None}, {"header": event, "payload": {"output": None}})
    assert isinstance(started, SpeechStarted)
    (final, done) = hear(one, {"header": {"event": "task-finished"}, "payload": None})
    assert final.hole is not None
    assert (final.text, final.hole.start, done) == ("", 0.0, Done())


def test_results_after_the_end_still_count_and_what_was_open_becomes_final() -> None:
    one = sounding()
    one.finish()
    events = hear(
        one,
        result(sentence_id=1, begin_time=0, end_time=900, text="one.", sentence_end=True),
        result(sentence_id=2, begin_time=1000, end_time=None, text="two", sentence_end=False),
        {"header": {"event": "task-finished"}, "payload": {"output": {}, "usage": None}},
    )
    assert [event.text for event in events if isinstance(event, Final)] == ["one.", "two"]
    assert events[-1] == Done()


@pytest.mark.parametrize(
    ("code", "message", "kind", "retryable"),
    [
        ("CLIENT_ERROR", "request timeout after 23 seconds.", ServiceError, True),
        ("ResponseTimeout", "Response timeout!", ServiceError, True),
        ("NO_VALID_AUDIO_ERROR", "NO_VALID_AUDIO_ERROR", RefusedError, False),
        ("InvalidParameter", "task can not be null", RefusedError, False),
        ("InvalidParameter", "Model not found", AccessError, False),
        (
            "Arrearage",
            "Access denied, please make sure your account is in good standing.",
            AccessError,
            False,
        ),
        ("Throttling.RateQuota", "Requests rate limit exceeded", BusyError, True),
        ("InternalError.Algo", "oops", ServiceError, True),
    ],
)
def test_a_failed_task_is_an_error_that_knows_whether_to_retry(
    code: str, message: str, kind: type[CaptionError], retryable: bool
) -> None:
    failed = {"header": {"event": "task-failed", "error_code": code, "error_message": message}, "payload": {}}
    with pytest.raises(kind) as caught:
        hear(sounding(), failed)
    assert caught.value.retryable is retryable
    assert caught.value.remedy


def test_the_recorded_failure_is_told() -> None:
    with pytest.raises(ServiceError, match="heard nothing from us"):
        list(replay(dialect(), golden("infer_fail")))


def test_unknown_events_and_keys_are_passed_over() -> None:
    assert (
        hear(sounding(), {"header": {"event": "task-paused", "x": [1]}}, {"no": "header"}, {"header": None})
        == []
    )


def test_json_in_binary_messages_is_understood() -> None:
    assert dialect().receive(json.dumps({"header": {"event": "task-started"}}).encode()) == [Ready()]
