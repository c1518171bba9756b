"""What is said about where sound goes is true."""

from __future__ import annotations

import pytest

from app.engines.services import SERVICES
from app.settings import ServiceChoice
from app.ui import whereabouts
from app.ui.surroundings import RecognizerRow
from tests.fakes.service import FakeTraits

ROWS = {row.id: RecognizerRow(row.id, row.title, row.traits, row) for row in SERVICES}

SINGAPORE = "wss://dashscope-intl.aliyuncs.com"


@pytest.mark.parametrize(
    ("engine", "endpoint", "title", "privacy"),
    [
        ("qwen-asr", "", "Qwen-ASR (Alibaba Cloud) · China (Beijing)", "to Qwen-ASR (Alibaba Cloud) · China"),
        ("qwen-asr", SINGAPORE, "Qwen-ASR (Alibaba Cloud) · Singapore", "Singapore"),
        ("qwen-asr", "ws://127.0.0.1:9", "Qwen-ASR (Alibaba Cloud) · this computer", "nothing leaves it"),
        ("openai-realtime", "", "OpenAI or a server like it · OpenAI", "goes to OpenAI."),
        ("vllm", "", "A vLLM server of your own · this computer", "nothing leaves it"),
        ("vllm", "wss://box.lan:8000/x", "A vLLM server of your own · box.lan", "and goes to box.lan."),
        ("vllm", "wss://[", "A vLLM server of your own", "leaves this computer"),
    ],
)  # fmt: skip
def test_where_sound_goes(engine: str, endpoint: str, title: str, privacy: str) -> None:
    choice = ServiceChoice(engine, endpoint=endpoint)
    assert whereabouts.title(ROWS[engine], choice) == title
    assert privacy in whereabouts.privacy(ROWS[engine], choice)


def test_with_the_embedded_recognizer_nothing_leaves_the_computer() -> None:
    row = RecognizerRow("moonshine", "Embedded", FakeTraits())
    assert whereabouts.title(row, ServiceChoice("moonshine")) == "Embedded"
    assert whereabouts.privacy(row, ServiceChoice("moonshine")) == "Nothing leaves this computer."
