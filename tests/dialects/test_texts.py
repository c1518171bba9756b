"""What of a service's text reaches captions and files."""

from __future__ import annotations

import unicodedata

import pytest

from app.dialects.frames import text_of
from app.dialects.fun_asr import FunAsr
from app.domain.events import Final
from app.domain.request import RecognitionRequest
from tests.dialects.wire import frame, hear, service

OVERRIDES = [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]


@pytest.mark.parametrize("code", OVERRIDES)
def test_nothing_turns_the_rest_of_a_line_around(code: int) -> None:
    assert text_of(f"left {chr(code)}right") == "left right"


def test_no_control_character_is_left() -> None:
    controls = "".join(map(chr, [*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029]))
    assert not [one for one in text_of(f"a{controls}b") if unicodedata.category(one) in {"Cc", "Zl", "Zp"}]
    assert text_of("one\x00\x1b\x9ftwo") == "onetwo"


def test_line_ends_and_tabs_part_words() -> None:
    assert text_of("one\ntwo\tthree\rfour\u2028five\x85six") == "one two three four five six"


@pytest.mark.parametrize(
    "text",
    [
        "שלום לכולם, הפגישה ב-10:30 (Zoom).",
        "مرحبًا بكم في اجتماع اليوم، الساعة ١٠:٣٠.",
        "می\u200cخواهم",
        "क्\u200dष 👩\u200d💻",
        "שלום\u200e C++\u200f \u061cא",
    ],
)
def test_honest_texts_stay_as_they_are(text: str) -> None:
    assert text_of(text) == text


def test_a_caption_and_its_words_hold_no_overrides() -> None:
    one = FunAsr(RecognitionRequest(), service("fun-asr-realtime"))
    one.audio(frame(0.0, 5.0))
    sentence = {
        "sentence_id": 1,
        "begin_time": 0,
        "end_time": 900,
        "text": "\u202eone\x00 two\u2069",
        "words": [
            {"text": "\u202eone", "begin_time": 0, "end_time": 400},
            {"text": "\x00two\u2069", "begin_time": 400, "end_time": 900},
        ],
        "sentence_end": True,
    }
    message = {"header": {"event": "result-generated"}, "payload": {"output": {"sentence": sentence}}}
    (final,) = [event for event in hear(one, message) if isinstance(event, Final)]
    assert (final.text, [word.text for word in final.words]) == ("one two", ["one", "two"])
