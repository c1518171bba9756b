"""Reads `session` of a session.update as strictly as the service does."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

MOST_TOKENS: Final = 10_000
FORMATS: Final = frozenset({"pcm", "pcm16", "opus"})
RATES: Final = frozenset({8_000, 16_000})
LANGUAGES: Final = frozenset(
    {"zh", "yue", "en", "ja", "de", "ko", "ru", "fr", "pt", "ar", "it", "es", "hi", "id"}
    | {"th", "tr", "uk", "vi", "cs", "da", "fil", "fi", "is", "ms", "no", "pl", "sv"}
)


class Invalid(Exception):  # noqa: N818  # an answer of the service, no error of ours
    """A setting is refused.

    Attributes:
        param: its path.
    """

    def __init__(self, message: str, param: str) -> None:
        super().__init__(message)
        self.param = param


def check_settings(settings: Any, *, omni: bool) -> None:
    """Refuse what the service refuses.

    Raises:
        Invalid: a setting is of the wrong type or out of range.
    """
    if not isinstance(settings, Mapping):
        raise Invalid("session must be an object.", "session")
    _check_sound(settings)
    _check_transcription(settings.get("input_audio_transcription"), omni=omni)
    _check_turn_detection(settings.get("turn_detection"), omni=omni)
    modalities = settings.get("modalities", ["text"])
    if not isinstance(modalities, list) or "text" not in modalities or set(modalities) - {"text", "audio"}:
        raise Invalid("modalities must be ['text'] or ['text', 'audio'].", "session.modalities")
    if not isinstance(settings.get("instructions", ""), str | None):
        raise Invalid("instructions must be a string.", "session.instructions")


def hints(settings: Mapping[str, Any]) -> str:
    """The context that acts."""
    transcription = settings.get("input_audio_transcription") or {}
    corpus = transcription.get("corpus") or {}
    return "\n".join(text for text in (corpus.get("text"), settings.get("instructions")) if text)


def _check_sound(settings: Mapping[str, Any]) -> None:
    if settings.get("input_audio_format", "pcm") not in FORMATS:
        raise Invalid("input_audio_format is not supported.", "session.input_audio_format")
    if settings.get("sample_rate", 16_000) not in RATES:
        raise Invalid("sample_rate must be 8000 or 16000.", "session.sample_rate")


def _check_transcription(given: Any, *, omni: bool) -> None:
    where = "session.input_audio_transcription"
    if given is None:
        return
    if not isinstance(given, Mapping):
        raise Invalid("input_audio_transcription must be an object.", where)
    language = given.get("language")
    if language is not None and (omni or language not in LANGUAGES):
        raise Invalid(f"language {language!r} is not supported.", f"{where}.language")
    corpus = given.get("corpus")
    if corpus is None:
        return
    text = corpus.get("text") if isinstance(corpus, Mapping) else None
    if not isinstance(text, str):
        raise Invalid("corpus.text must be a string.", f"{where}.corpus.text")
    if too_long(text):
        raise Invalid(f"corpus.text exceeds {MOST_TOKENS} tokens.", f"{where}.corpus.text")


def _check_turn_detection(given: Any, *, omni: bool) -> None:
    where = "session.turn_detection"
    if given is None:
        return
    kinds = {"server_vad", "semantic_vad"} if omni else {"server_vad"}
    if not isinstance(given, Mapping) or given.get("type", "server_vad") not in kinds:
        raise Invalid("turn_detection.type is not supported.", where)
    threshold, silence = given.get("threshold", 0.2), given.get("silence_duration_ms", 800)
    if isinstance(threshold, bool) or not isinstance(threshold, int | float) or not -1 <= threshold <= 1:
        raise Invalid("threshold must be in [-1, 1].", f"{where}.threshold")
    if type(silence) is not int or not 200 <= silence <= 6_000:
        raise Invalid("silence_duration_ms must be in [200, 6000].", f"{where}.silence_duration_ms")


def too_long(text: str) -> bool:
    """Whether a context has more tokens than the service takes, by the vendor's own tokenizer."""
    if len(text.encode()) <= MOST_TOKENS:
        # A token is one byte at least.
        return False
    return len(_tokenizer().encode(text)) > MOST_TOKENS


@lru_cache
def _tokenizer() -> Any:
    # Reads megabytes of merges: only for a text that may be too long.
    from dashscope.tokenizers import get_tokenizer

    return get_tokenizer("qwen-turbo")
