"""What all services are told, and what they have to have heard."""

from __future__ import annotations

import re
import wave
from typing import TYPE_CHECKING, Final

from app.audio.bundled import sample_path

if TYPE_CHECKING:
    from pathlib import Path

OPENING: Final = "it was the best of times it was the worst of times it was the age of wisdom"
KEY: Final = "sk-0123456789abcdef0123456789abcdef"
ENVIRONMENT: Final = {"DASHSCOPE_API_KEY": KEY, "OPENAI_API_KEY": KEY, "VLLM_API_KEY": KEY}
SECONDS: Final = 8


def words(text: str) -> str:
    """`text` as it sounds: small letters, no punctuation."""
    return " ".join(re.findall(r"[a-z']+", text.lower()))


def write_talk(path: Path) -> None:
    """The first sentences of the sample."""
    with wave.open(str(sample_path())) as source, wave.open(str(path), "wb") as target:
        target.setparams(source.getparams())
        target.writeframes(source.readframes(SECONDS * source.getframerate()))
