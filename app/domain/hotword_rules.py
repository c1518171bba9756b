"""What recognizers take as hotwords, and why they don't take one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.domain.request import Hotword

LONGEST_QUOTE: Final = 40
"""Characters of a hotword that are shown where it can't be taken."""
MOST_REASONS: Final = 3
"""Hotwords whose reasons are told at once."""


@dataclass(frozen=True, slots=True)
class HotwordRules:
    """The limits of one recognizer; None where it has none.

    Attributes:
        most: hotwords altogether.
        pieces: words of one hotword that is plain ASCII.
        characters: characters of one hotword that is not.
        weights: the lowest and the highest weight.
    """

    most: int | None = None
    pieces: int | None = None
    characters: int | None = None
    weights: tuple[int, int] | None = None

    def problem(self, word: Hotword) -> str:
        """Why `word` is left out, in one plain sentence; empty where it is taken."""
        limit = self._weight_problem(word.weight) or self._length_problem(word.text)
        return f"{quoted(word.text)} is left out: {limit}" if limit else ""

    def taken(self, words: Sequence[Hotword]) -> tuple[Hotword, ...]:
        """Those of `words` that the recognizer takes."""
        return tuple(word for word in words[: self.most] if not self.problem(word))

    def left_out(self, words: Sequence[Hotword]) -> str:
        """What to tell about those that it does not take; empty where it takes all."""
        problems = [problem for word in words[: self.most] if (problem := self.problem(word))]
        told, untold = problems[:MOST_REASONS], len(problems[MOST_REASONS:])
        if untold:
            told.append(f"{untold} more {'is' if untold == 1 else 'are'} left out for such reasons.")
        beyond = len(words[self.most :]) if self.most is not None else 0
        if beyond:
            told.append(f"This recognizer takes {self.most} hotwords: the last {beyond} are left out.")
        return " ".join(told)

    def _weight_problem(self, weight: int | None) -> str:
        if weight is None or self.weights is None or self.weights[0] <= weight <= self.weights[1]:
            return ""
        low, high = self.weights
        return f"its weight is {weight}, this recognizer takes {low} to {high}."

    def _length_problem(self, text: str) -> str:
        count = len(text.split()) if text.isascii() else len(text)
        limit = self.pieces if text.isascii() else self.characters
        if limit is None or count <= limit:
            return ""
        if text.isascii():
            return f"it has {count} words, this recognizer takes {limit}."
        return f"it has {count} characters; outside plain English, this recognizer takes {limit}."


def quoted(text: str) -> str:
    """`text` as it stands in a sentence, cut where it is long."""
    return f"“{text}”" if len(text) <= LONGEST_QUOTE else f"“{text[:LONGEST_QUOTE].rstrip()}…”"
