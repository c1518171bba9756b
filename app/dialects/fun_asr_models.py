"""What each family of the inference protocol can do (Fun-ASR, Paraformer, Qwen-Audio), told by its name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from app.domain.audio import SPEECH_RATE
from app.domain.context_rules import ContextRules
from app.domain.hotword_rules import HotwordRules
from app.domain.request import Hotword, base_language

TELEPHONE_RATE: Final = 8_000
CHINESE: Final = ("zh",)
PARAFORMER_LANGUAGES: Final = ("zh", "en", "ja", "yue", "ko", "de", "fr", "ru")
MANY_LANGUAGES: Final = tuple(
    "zh en ja ko vi th id ms tl hi ar fr de es pt ru it nl sv da fi no el pl cs hu ro bg hr sk".split()  # noqa: SIM905  # 30 quotes less
)
_LANGUAGES: Final = {
    "fun-asr-realtime": MANY_LANGUAGES,
    "fun-asr-realtime-2025-11-07": MANY_LANGUAGES,
    "qwen-audio-3.0-asr-flash-streaming": MANY_LANGUAGES,
    "fun-asr-realtime-2025-09-15": ("zh", "en"),
    "fun-asr-realtime-2026-02-28": ("zh", "en", "ja"),
    "paraformer-realtime-v1": CHINESE,
}

LIST: Final = HotwordRules(most=500, pieces=7, characters=15, weights=(1, 5))
"""Hotwords in a list that the service keeps."""
INLINE: Final = replace(LIST, most=2000)
"""Hotwords that go along with the task."""
USUAL_WEIGHT: Final = 4
TURNS: Final = 5
CONTEXT: Final = ContextRules(characters=400, turns=TURNS)
"""Context is taken as that many messages of that length."""


def rate_of(model: str) -> int:
    """Samples a second that the model hears."""
    return TELEPHONE_RATE if "8k" in model.lower() else SPEECH_RATE


def advice(model: str, language: str | None, rate: int) -> str:
    """What the user should know where `model` is to hear a source of `rate`; empty for nothing.

    Models for telephones understand Chinese alone.
    """
    chinese = language is None or base_language(language) == "zh"
    if rate != TELEPHONE_RATE or rate_of(model) == TELEPHONE_RATE or not chinese:
        return ""
    better = "paraformer-realtime-8k-v2" if model.startswith("paraformer") else "fun-asr-flash-8k-realtime"
    return (
        f"This is telephone sound (8 kHz). If Chinese is spoken, the model {better} is made for it; "
        "the service has it in Beijing."
    )


def context_of(model: str, *, apart: bool = True) -> ContextRules | None:
    """How much context `model` takes; None for none.

    Where hotwords do not reach it by a way of their own (`apart`), they take their share of it.
    """
    takes = model.endswith("-streaming") or model in ("fun-asr-realtime", "fun-asr-realtime-2025-11-07")
    return replace(CONTEXT, hotwords=not apart) if takes else None


def hotwords_of(model: str) -> HotwordRules:
    """Which hotwords the model takes."""
    return INLINE if _takes_inline(model) else LIST


def listed(model: str, words: Iterable[Hotword]) -> dict[str, int]:
    """The hotwords that have to be in a list which the service keeps, each with its weight."""
    return {} if _takes_inline(model) else _weighted(words)


def inline(model: str, words: Iterable[Hotword]) -> dict[str, int]:
    """The hotwords that go along with the task, each with its weight."""
    return _weighted(words) if _takes_inline(model) else {}


def takes_language(model: str) -> bool:
    """Whether the model can be told which language is spoken."""
    return "8k" not in model and takes_silence(model)


def takes_silence(model: str) -> bool:
    """Whether the model can be told how much silence ends a sentence."""
    first_paraformer = model.startswith("paraformer") and "v2" not in model
    return not first_paraformer and not model.endswith("-message")


def takes_semantic(model: str) -> bool:
    """Whether the model can end sentences by what is said instead of at pauses."""
    return takes_silence(model)


def takes_threshold(model: str) -> bool:
    """Whether the model can be told how sure it must be that it hears speech."""
    return takes_silence(model) and not model.startswith("paraformer")


def languages_of(model: str) -> tuple[str, ...]:
    """Languages the model understands, as its maker publishes them; empty where they are not published."""
    if "8k" in model:
        return CHINESE
    if model in _LANGUAGES:
        return _LANGUAGES[model]
    return PARAFORMER_LANGUAGES if model.startswith("paraformer") and "v2" in model else ()


def _weighted(words: Iterable[Hotword]) -> dict[str, int]:
    return {word.text: word.weight or USUAL_WEIGHT for word in words}


def _takes_inline(model: str) -> bool:
    return model.startswith("qwen-audio")
