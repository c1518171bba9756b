"""FunASR's own server in two passes, as its Python and its C++ edition speak."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.dialects.base import Done, Service
from app.dialects.funasr_runtime import FunAsrRuntime
from app.domain.events import Final, Partial
from app.domain.request import Hotword, RecognitionRequest
from tests.dialects.wire import frame, hear, said


def dialect(**request: object) -> FunAsrRuntime:
    return FunAsrRuntime(RecognitionRequest(**request), Service("wss://host.example:10095", ""))  # type: ignore[arg-type]


def sounding(seconds: float = 30.0) -> FunAsrRuntime:
    one = dialect()
    one.audio(frame(0.0, seconds))
    return one


def online(text: str, **more: object) -> dict[str, object]:
    return {"mode": "2pass-online", "text": text, "wav_name": "x", "is_final": False, **more}


def offline(text: str, **more: object) -> dict[str, object]:
    return {"mode": "2pass-offline", "text": text, "wav_name": "x", **more}


def test_the_first_message_is_the_documented_one() -> None:
    one = dialect(hotwords=(Hotword("阿里巴巴"), Hotword("Arms", 5)))
    assert one.handshake().subprotocols == ("binary",)
    assert one.handshake().url == "wss://host.example:10095"
    assert not one.greets
    (config,) = said(one.open())
    assert (config["mode"], config["is_speaking"], config["audio_fs"]) == ("2pass", True, 16_000)
    assert json.loads(config["hotwords"]) == {"阿里巴巴": 20, "Arms": 50}


def test_sound_is_binary_and_the_end_is_told_in_both_ways() -> None:
    one = dialect()
    assert one.audio(frame()) == [bytes(3200)]
    assert said(one.finish()) == [{"is_speaking": False, "is_end": True}]


def test_quick_words_are_added_up_and_the_corrected_sentence_replaces_them() -> None:
    events = hear(sounding(), online("今天"), online("天气"), offline("今天天气怎么样？"), online("明天"))
    assert [event.text for event in events if isinstance(event, Partial)] == ["今天", "今天天气", "明天"]
    (final,) = [event for event in events if isinstance(event, Final)]
    assert (final.utterance, final.text) == (1, "今天天气怎么样？")
    assert events[-1].utterance == 2


@pytest.mark.parametrize(
    ("pieces", "shown"),
    [
        (("hello", "world"), "hello world"),
        (("hello", " world", "."), "hello world."),
        (("Über", "20", "Läufe"), "Über 20 Läufe"),
        (("用", "iPhone", "吗"), "用iPhone吗"),
    ],
)
def test_quick_words_of_a_language_with_blanks_stand_apart(pieces: tuple[str, ...], shown: str) -> None:
    events = hear(sounding(), *map(online, pieces))
    assert [event.text for event in events if isinstance(event, Partial)][-1] == shown


def test_an_empty_corrected_sentence_is_passed_over() -> None:
    assert hear(sounding(), offline("", is_final=True)) == []


@pytest.mark.parametrize("stamps", ["[[500,700],[700,900]]", [[500, 700], [700, 900]]])
def test_times_come_as_text_or_as_a_list(stamps: object) -> None:
    (_, final) = hear(sounding(), offline("今天。", timestamp=stamps))
    assert (final.start, final.end) == (0.5, 0.9)
    assert [(word.text, word.start) for word in final.words] == [("今", 0.5), ("天。", 0.7)]


@pytest.mark.parametrize("stamps", [None, "", "[[", "null", "3", [[None, 1]], [[1]], {}, [1, 2]])
def test_times_that_make_no_sense_are_passed_over(stamps: object) -> None:
    (_, final) = hear(sounding(), offline("今天。", timestamp=stamps))
    assert final.text == "今天。"


def test_times_that_start_anew_with_each_sentence_are_not_the_sessions() -> None:
    one = sounding(10.0)
    hear(one, offline("one", timestamp=[[8000, 9000]]))
    one.audio(frame(10.0, 5.0))
    (_, final) = hear(one, offline("two", timestamp=[[0, 500]]))
    assert final.start >= 9.0


def test_a_server_that_confirms_the_end_is_done_then() -> None:
    one = sounding()
    one.finish()
    assert hear(one, offline("今天。", is_final=True))[-1] != Done()
    assert hear(one, {"is_end": True, "wav_name": "x"}) == [Done()]


def test_a_server_that_calls_only_the_end_final_is_done_then() -> None:
    one = sounding()
    hear(one, offline("今天。", is_final=False))
    one.finish()
    assert hear(one, offline("明天。", is_final=True))[-1] == Done()


def test_sound_that_has_run_ahead_is_not_taken_for_what_is_being_recognized() -> None:
    one = dialect()
    for second in range(0, 40, 2):
        one.audio(frame(float(second), 1.5, level=0.3))
        one.audio(frame(second + 1.5, 0.5))
    events = []
    for number, second in enumerate(range(0, 8, 2)):
        stamps = [[1000 * second, 1000 * second + 1500]]
        events += hear(one, online(f"w{number}"), offline(f"w{number}.", timestamp=stamps))
    finals = [event for event in events if isinstance(event, Final)]
    assert [event.start for event in finals] == [pytest.approx(start, abs=0.1) for start in (0, 2, 4, 6)]
    assert [event.end for event in finals] == [pytest.approx(end) for end in (1.5, 3.5, 5.5, 7.5)]


def speaking(one: FunAsrRuntime, *stretches: tuple[float, float]) -> None:
    """Sends sound with speech in these stretches, and a second of silence after each."""
    now = 0.0
    for start, end in stretches:
        one.audio(frame(now, start - now))
        one.audio(frame(start, end - start, level=0.2))
        one.audio(frame(end, 1.0))
        now = end + 1.0


SPOKEN = [(5.0, 8.0), (9.5, 11.5), (13.0, 14.0)]
STAMPS = [[(200, 1500), (1500, 2800)], [(100, 900), (900, 1900)], [(100, 500), (500, 900)]]


@pytest.mark.parametrize("quick", [True, False])
@pytest.mark.parametrize("relative", [True, False])
@pytest.mark.parametrize("told", [True, False])
def test_stamps_count_from_the_first_sound_or_from_the_sentence(
    quick: bool, relative: bool, told: bool
) -> None:
    one = dialect()
    now = 0.0
    for (start, end), stamps in zip(SPOKEN, STAMPS, strict=True):
        one.audio(frame(now, start - now))
        one.audio(frame(start, end - start, level=0.2))
        one.audio(frame(end, 1.0))
        now = end + 1.0
        if quick:
            hear(one, online("很"))
        shift = 0 if relative else round(start * 1000)
        pairs = [[first + shift, last + shift] for first, last in stamps]
        more = {"start_time": shift, "end_time": pairs[-1][1]} if told else {}
        (final,) = [
            event for event in hear(one, offline("很好", timestamp=pairs, **more)) if isinstance(event, Final)
        ]
        times = [(word.start, word.end) for word in final.words]
        wanted = [(start + first / 1000, start + last / 1000) for first, last in stamps]
        assert times == [pytest.approx(pair, abs=0.1) for pair in wanted]
        assert (final.start, final.end) == (times[0][0], times[-1][1])


@given(
    stamps=st.lists(st.lists(st.tuples(st.integers(-500, 20_000), st.integers(-500, 20_000)), max_size=4)),
    times=st.none() | st.integers(-100, 20_000),
)
def test_whatever_the_stamps_are_words_lie_within_sentences_that_follow_one_another(
    stamps: list[list[tuple[int, int]]], times: int | None
) -> None:
    one = dialect()
    speaking(one, *SPOKEN)
    before = 0.0
    for pairs in stamps:
        events = hear(one, offline("word " * len(pairs) + ".", timestamp=pairs, start_time=times))
        (final,) = [event for event in events if isinstance(event, Final)]
        moments = [moment for word in final.words for moment in (word.start, word.end)]
        assert [final.start, *moments, final.end] == sorted([final.start, *moments, final.end])
        assert final.start >= before
        assert final.end <= 15.0
        before = final.end


def test_quick_words_go_where_the_correction_is_empty() -> None:
    events = hear(sounding(), online("嗯"), offline("", is_final=True), online("今天"), offline("今天好。"))
    shown = [(event.utterance, event.text) for event in events if isinstance(event, Partial | Final)]
    assert shown == [(1, "嗯"), (1, ""), (2, "今天"), (2, "今天好。")]
    assert not any(event.hole for event in events if isinstance(event, Final))


def test_quick_words_stand_by_themselves_where_the_correction_is_missing() -> None:
    events = hear(sounding(), online("嗯"), offline("x") | {"text": None}, online("今天"))
    shown = [(event.utterance, event.text) for event in events if isinstance(event, Partial | Final)]
    assert shown == [(1, "嗯"), (1, "嗯"), (2, "今天")]
    (final,) = [event for event in events if isinstance(event, Final)]
    assert final.hole is not None
