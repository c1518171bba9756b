"""vLLM's endless text, cut into captions."""

from __future__ import annotations

import numpy as np
import pytest

from app.dialects.base import Done, Ready, Service
from app.dialects.vllm import Vllm
from app.domain.audio import AudioFrame
from app.domain.errors import AccessError, ServiceError
from app.domain.events import Final, Partial
from app.domain.request import RecognitionRequest
from app.domain.secret import Secret
from tests.dialects.wire import frame, hear, said
from tests.engines.sound import speech

MODEL = "mistralai/Voxtral-Mini-4B-Realtime-2602"


def dialect(key: Secret | None = None) -> Vllm:
    return Vllm(RecognitionRequest(), Service("ws://127.0.0.1:8000", MODEL, key))


def delta(text: str) -> dict[str, str]:
    return {"type": "transcription.delta", "delta": text}


def finals(events: list[object]) -> list[str]:
    return [event.text for event in events if isinstance(event, Final)]


def test_the_conversation_is_the_documented_one() -> None:
    one = dialect()
    assert one.handshake().url == "ws://127.0.0.1:8000/v1/realtime"
    assert said(one.open()) == [
        {"type": "session.update", "model": MODEL},
        {"type": "input_audio_buffer.commit"},
    ]
    assert hear(one, {"type": "session.created", "id": "x", "created": 1}) == [Ready()]
    assert said(one.audio(frame()))[0]["type"] == "input_audio_buffer.append"
    assert one.commit() == []
    assert said(one.finish()) == [{"type": "input_audio_buffer.commit", "final": True}]


def test_a_key_is_sent_only_where_there_is_one() -> None:
    assert dialect().handshake().headers == {}
    assert dialect(Secret("k")).handshake().headers == {"Authorization": "Bearer k"}


def test_captions_end_at_full_stops() -> None:
    one = dialect()
    one.audio(frame(0.0, 10.0))
    pieces = ["It was", " the best of times", ".", " It was the worst", " of times, it is 3.14", " now."]
    events = hear(one, *map(delta, pieces))
    assert finals(events) == ["It was the best of times."]
    events = hear(one, {"type": "transcription.done", "text": "".join(pieces)})
    assert finals(events) == ["It was the worst of times, it is 3.14 now."]
    assert events[-1] == Done()


def test_chinese_captions_end_at_once() -> None:
    one = dialect()
    one.audio(frame(0.0, 10.0))
    assert finals(hear(one, delta("今天天气怎么样？明天呢"))) == ["今天天气怎么样？"]


def test_titles_do_not_end_a_caption() -> None:
    one = dialect()
    one.audio(frame(0.0, 10.0))
    assert finals(hear(one, *map(delta, ["Dr.", " Smith", " is here", ". Come"]))) == ["Dr. Smith is here."]


def test_captions_end_where_somebody_paused() -> None:
    one = dialect()
    one.audio(frame(0.0, 1.0))
    one.audio(frame(1.0, 1.0, level=0.3))
    hear(one, delta("hello"), delta(" there"))
    for tenth in range(12):
        one.audio(frame(2.0 + tenth / 10, 0.1))
    assert finals(hear(one, delta(" friend"))) == []
    one.audio(frame(3.2, 0.5, level=0.3))
    (final, *_) = hear(one, delta(" welcome"))
    assert (final.text, final.start, final.end) == (
        "hello there friend",
        pytest.approx(1.0, abs=0.05),
        pytest.approx(2.0, abs=0.05),
    )


def test_speech_without_stops_is_cut_at_a_breath() -> None:
    one = dialect()
    one.audio(frame(0.0, 60.0))
    words = [delta(f" word{number}{',' if number == 20 else ''}") for number in range(60)]
    texts = finals(hear(one, *words))
    assert texts[0].endswith("word20,")


def test_no_words_are_lost_or_doubled_by_cutting() -> None:
    one = dialect()
    one.audio(frame(0.0, 60.0))
    text = " ".join(f"word{number}" + "." * (number % 7 == 0) for number in range(300))
    events = hear(one, *[delta(text[at : at + 5]) for at in range(0, len(text), 5)])
    events += hear(one, {"type": "transcription.done", "text": text})
    assert " ".join(finals(events)) == text


@pytest.mark.parametrize("piece", [".", ".'", "…”", "，", "。", " ", ", ", "a"])
def test_a_text_without_end_takes_a_time_that_grows_with_its_length(piece: str) -> None:
    """A step back for each stop would take minutes here."""
    one = dialect()
    one.audio(frame(0.0, 60.0))
    text = piece * (10_000 // len(piece))
    events = hear(one, *[delta(text)] * 20, {"type": "transcription.done", "text": ""})
    assert "".join(finals(events)).replace(" ", "") == text.replace(" ", "") * 20


def test_captions_that_come_at_once_share_the_time_in_which_they_were_said() -> None:
    one = dialect()
    one.audio(AudioFrame(0, np.concatenate((speech(2.0, 1.0), speech(2.0, 1.0)))))
    events = hear(one, delta("It was the best one. It was the last one. And"))
    times = [(event.start, event.end) for event in events if isinstance(event, Final)]
    assert times[0] == (pytest.approx(0.0, abs=0.1), pytest.approx(1.8, abs=0.3))
    assert times[1] == (pytest.approx(times[0][1], abs=0.1), pytest.approx(4.6, abs=0.4))


def test_partials_belong_to_the_caption_that_is_open() -> None:
    one = dialect()
    one.audio(frame(0.0, 10.0))
    events = hear(one, delta("It was the best."), delta(" It was"))
    assert [(event.utterance, event.text) for event in events if isinstance(event, Partial)] == [
        (1, "It was the best."),
        (2, "It was"),
    ]


def test_a_server_without_increments_tells_all_in_the_end() -> None:
    one = dialect()
    one.audio(frame(0.0, 10.0))
    events = hear(
        one, {"type": "transcription.done", "text": "It was the best. It was the worst.", "usage": None}
    )
    assert finals(events) == ["It was the best.", "It was the worst."]


def test_a_server_that_tells_an_hour_at_once_loses_no_word() -> None:
    one = dialect()
    one.audio(frame(0.0, 30.0, level=0.2))
    whole = "Hello there my friend. " * 2000
    events = hear(one, {"type": "transcription.done", "text": whole})
    assert " ".join(finals(events)) == whole.strip()


def test_errors_are_strings_here() -> None:
    with pytest.raises(AccessError, match="does not have the model"):
        hear(dialect(), {"type": "error", "error": "Model not validated", "code": "model_not_validated"})
    with pytest.raises(ServiceError, match="CUDA"):
        hear(dialect(), {"type": "error", "error": "CUDA out of memory", "code": "processing_error"})
