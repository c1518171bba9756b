"""What each family of the inference protocol can do (Fun-ASR, Paraformer, Qwen-Audio), told by its name."""

from __future__ import annotations

from typing import Final

from app.domain.audio import SPEECH_RATE

TELEPHONE_RATE: Final = 8_000
PARAFORMER_LANGUAGES: Final = ("zh", "en", "ja", "yue", "ko", "de", "fr", "ru")


def rate_of(model: str) -> int:
    """Samples a second that the model hears."""
    return TELEPHONE_RATE if "8k" in model.lower() else SPEECH_RATE


def takes_context(model: str) -> bool:
    """Whether the model takes context messages."""
    return model.endswith("-streaming") or model in ("fun-asr-realtime", "fun-asr-realtime-2025-11-07")


def takes_inline_words(model: str) -> bool:
    """Whether hotwords go along with the task, without a list that is kept at the service."""
    return model.startswith("qwen-audio")


def languages_of(model: str) -> tuple[str, ...]:
    """Languages the model can be told to expect; empty where the service names none."""
    return PARAFORMER_LANGUAGES if model.startswith("paraformer") and "v2" in model else ()
