"""Which models there are, and what each takes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Model:
    """A model of the inference protocol.

    Attributes:
        rates: sample rates it understands; empty for any.
        context: takes `payload.input.context`.
        inline: takes `parameters.vocabulary`.
        extra: parameters beside those that all take.
    """

    rates: tuple[int, ...] = (16_000,)
    context: bool = False
    inline: bool = False
    extra: frozenset[str] = frozenset()


EVERY: Final = frozenset({"format", "sample_rate", "vocabulary_id"})
CUTTING: Final = frozenset(
    {
        "semantic_punctuation_enabled",
        "max_sentence_silence",
        "multi_threshold_mode_enabled",
        "heartbeat",
        "language_hints",
    }
)
_FUN: Final = CUTTING | {"speech_noise_threshold", "special_word_filter"}
_PARAFORMER: Final = frozenset({"punctuation_prediction_enabled", "disfluency_removal_enabled"})
_PARAFORMER_2: Final = _PARAFORMER | CUTTING | {"inverse_text_normalization_enabled"}
_STREAMING: Final = _FUN | {"vocabulary"}

INFERENCE: Final = {
    "fun-asr-realtime": Model(context=True, extra=_FUN),
    "fun-asr-realtime-2025-11-07": Model(context=True, extra=_FUN),
    "fun-asr-realtime-2026-02-28": Model(extra=_FUN),
    "fun-asr-realtime-2025-09-15": Model(extra=_FUN),
    "fun-asr-flash-8k-realtime": Model((8_000,), extra=_FUN),
    "fun-asr-flash-8k-realtime-2026-01-28": Model((8_000,), extra=_FUN),
    "paraformer-realtime-v2": Model((), extra=_PARAFORMER_2),
    "paraformer-realtime-v1": Model(extra=_PARAFORMER),
    "paraformer-realtime-8k-v2": Model((8_000,), extra=_PARAFORMER_2),
    "paraformer-realtime-8k-v1": Model((8_000,), extra=_PARAFORMER),
    "qwen-audio-3.0-asr-flash-streaming": Model(context=True, inline=True, extra=_STREAMING),
    "qwen-audio-3.1-asr-flash-streaming": Model(
        context=True, inline=True, extra=_STREAMING | {"vad_model", "keep_dialect"}
    ),
    "qwen-audio-3.1-asr-flash-message": Model(
        inline=True,
        extra=frozenset(
            {
                "vocabulary",
                "intermediate_result_enabled",
                "disfluency_removal_enabled",
                "heartbeat",
                "max_sentence_silence",
            }
        ),
    ),
}

MESSAGE_MODEL: Final = "qwen-audio-3.1-asr-flash-message"
"""Gives partials only where it is asked to."""

_QWEN_ASR: Final = re.compile(r"qwen3-asr-flash-realtime(-\d{4}-\d\d-\d\d)?")
_TRANSCRIBERS: Final = re.compile(
    r"whisper-1|gpt-realtime-whisper|gpt-(4o-|4o-mini-|live-)?transcribe(-\d{4}-\d\d-\d\d)?"
)
_OMNI: Final = re.compile(r"qwen3(\.\d)?-omni(-[a-z]+)?-realtime(-\d{4}-\d\d-\d\d)?")


def is_qwen_asr(model: str) -> bool:
    """Whether the realtime protocol knows it as a recognizer."""
    return _QWEN_ASR.fullmatch(model) is not None


def is_transcriber(model: str) -> bool:
    """Whether OpenAI transcribes with it."""
    return _TRANSCRIBERS.fullmatch(model) is not None


def is_omni(model: str) -> bool:
    """Whether the realtime protocol knows it as a model that talks."""
    return _OMNI.fullmatch(model) is not None
