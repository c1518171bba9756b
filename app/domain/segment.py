"""What a transcript is made of, and how a change to it is told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from app.domain.events import Gap, Word


@dataclass(frozen=True, slots=True)
class Segment:
    """One paragraph of the transcript.

    Attributes:
        id: unique within the session, never used again.
        heard: what the engine said; differs from `text` where the user changed it.
        words: when each word was said, where the engine knows and `text` still holds just these words.
        edited: the user has touched it, so the engine never will again.
        language: code of the language it was said in, where the engine tells.
        emotion: how it was said, such as `happy`, where the engine tells.
    """

    id: int
    lane: str
    start: float
    end: float
    text: str
    heard: str = ""
    words: tuple[Word, ...] = ()
    edited: bool = False
    language: str | None = None
    emotion: str | None = None


Entry: TypeAlias = Segment | Gap


@dataclass(frozen=True, slots=True)
class Change:
    """A splice: `removed` stood at `index`, `added` stands there now."""

    index: int
    removed: tuple[Entry, ...]
    added: tuple[Entry, ...]


def most_heard(entries: Iterable[Entry]) -> str | None:
    """The language that was spoken longest; None where no engine told any."""
    seconds: dict[str, float] = {}
    for entry in entries:
        if isinstance(entry, Segment) and entry.language:
            seconds[entry.language] = seconds.get(entry.language, 0.0) + entry.end - entry.start
    return max(seconds, key=lambda language: seconds[language], default=None)
