"""What an engine may say. Times are seconds on the session clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Word:
    """A word and when it was said."""

    text: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """Somebody began to speak; no words yet.

    Attributes:
        utterance: number of the utterance within its lane, growing through the session.
    """

    utterance: int
    start: float


@dataclass(frozen=True, slots=True)
class Partial:
    """The whole utterance as understood so far; replaces the partial before it.

    Attributes:
        settled: how many leading characters of `text` the engine itself promises to keep.
    """

    utterance: int
    start: float
    end: float
    text: str
    settled: int = 0


@dataclass(frozen=True, slots=True)
class Final:
    """The utterance is over and will not change. `text` may be empty: nothing was said after all."""

    utterance: int
    start: float
    end: float
    text: str
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Gap:
    """Sound that nobody could hear, and why, in words for the user."""

    start: float
    end: float
    reason: str


@dataclass(frozen=True, slots=True)
class Advice:
    """Something that the user should know although recognition goes on, in one plain sentence or two."""

    sentence: str


Event: TypeAlias = SpeechStarted | Partial | Final | Gap | Advice
