"""How the simulator understands sound: one seam, three ways behind it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING, Protocol

from app.domain.events import Event, Final, Word

if TYPE_CHECKING:
    from app.domain.audio import Samples

_PIECE = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff][^\w\s]*|[^\s\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+\s*"
)
_MARKS = re.compile(r"[^\w\s]+$")


class Ear(Protocol):
    """Hears one stream of sound. Times in its events are seconds of that stream."""

    async def hear(self, samples: Samples) -> list[Event]:
        """Take the next sound, shape (n,), at the rate the ear was made for."""

    async def commit(self) -> list[Event]:
        """The client ends the sentence: what is open becomes final."""

    async def finish(self) -> list[Event]:
        """No more sound."""

    def close(self) -> None:
        """Let go of what the ear holds."""


class Recognition(Protocol):
    """Makes ears, and holds what they share."""

    async def prepare(self) -> None:
        """Load what takes time, before the first connection."""

    def ear(self, rate: int, hints: str) -> Ear:
        """A fresh ear for sound at `rate`; `hints` is all the context and hotwords the client gave."""

    def close(self) -> None:
        """Let go of what the ears share."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a script.

    Attributes:
        start, end: seconds since the stream began.
        misheard: what is written instead of a phrase when no hint contains it.
    """

    text: str
    start: float
    end: float
    misheard: Mapping[str, str] = field(default_factory=dict)

    def written(self, hints: str) -> str:
        """The text as it is recognized with these hints."""
        text = self.text
        for phrase, instead in self.misheard.items():
            if phrase.casefold() not in hints.casefold():
                text = text.replace(phrase, instead)
        return text


def pieces(text: str) -> list[str]:
    """Words with the blanks behind them; each Chinese or Japanese character is one of its own."""
    return _PIECE.findall(text)


def timed_words(final: Final) -> Sequence[Word]:
    """The words of a final, their times shared out by length where the recognizer gave none."""
    if final.words:
        return final.words
    parts = pieces(final.text)
    lengths = [0, *accumulate(len(part) for part in parts)]
    scale = (final.end - final.start) / max(lengths[-1], 1)
    edges = [final.start + length * scale for length in lengths]
    return [Word(part.strip(), edges[i], edges[i + 1]) for i, part in enumerate(parts)]


def without_mark(word: str) -> tuple[str, str]:
    """A word and the punctuation behind it."""
    found = _MARKS.search(word)
    return (word, "") if found is None else (word[: found.start()], found.group())


def agreed(before: str, after: str) -> str:
    """The words that two partials in a row begin with, but never the newest one of the second."""
    kept = 0
    first, second = pieces(before), pieces(after)
    for one, other in zip(first, second[:-1], strict=False):
        if one.strip() != other.strip():
            break
        kept += len(other)
    return after[:kept]
