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
class Gap:
    """Sound that nobody could hear, and why, in words for the user.

    Attributes:
        lane: whose sound; empty where only one lane was heard.
    """

    start: float
    end: float
    reason: str
    lane: str = ""


@dataclass(frozen=True, slots=True)
class Final:
    """The utterance is over and will not change. `text` may be empty: nothing was said after all.

    Attributes:
        language: code of the language it was said in, where the engine tells.
        emotion: how it was said, such as `happy`, where the engine tells.
        hole: speech in it that the engine has no words for. It belongs to the utterance so that it goes
            with it, where all of it is heard again.
    """

    utterance: int
    start: float
    end: float
    text: str
    words: tuple[Word, ...] = ()
    language: str | None = None
    emotion: str | None = None
    hole: Gap | None = None


@dataclass(frozen=True, slots=True)
class Advice:
    """Something that the user should know although recognition goes on, in one plain sentence or two."""

    sentence: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """What keeps a lane from being heard, in words for the user; empty once that is over.

    Attributes:
        absent: why there is no device to hear, without what to do about it; empty where there is one.
    """

    sentence: str
    absent: str = ""


@dataclass(frozen=True, slots=True)
class Understood:
    """All words said before this moment are out: the sound can be forgotten."""

    until: float


@dataclass(frozen=True, slots=True)
class Connected:
    """The service hears us."""


@dataclass(frozen=True, slots=True)
class Disconnected:
    """The service does not hear us; what is said meanwhile is kept for it.

    Attributes:
        reason: why, in words for the user.
        remedy: what the user can do about it; empty where waiting may do.
    """

    reason: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class StandIn:
    """From here on another engine recognizes in the place of the service.

    Attributes:
        engine: what people call it.
        reason: why, in words for the user; empty where the user wanted it so.
        remedy: what the user can do about it; empty where waiting may do.
    """

    engine: str
    reason: str = ""
    remedy: str = ""


Utterance: TypeAlias = SpeechStarted | Partial | Final
"""What is said of one utterance, by its number."""
LineNews: TypeAlias = Connected | Disconnected | StandIn
"""Who hears us now."""
Event: TypeAlias = Utterance | Gap | Advice | Trouble | Understood | LineNews
