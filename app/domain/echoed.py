"""Whether a sentence of one lane is another lane's, heard once more through the loudspeaker."""

from __future__ import annotations

import re
from collections.abc import Iterable
from math import ceil, floor
from typing import Protocol

LEAST_WORDS = 4
"""Shorter sentences are not taken for an echo: people do say `yes, of course` after one another."""
_MOST_WRONG = 0.25
"""How much of a sentence may have been heard otherwise, as an echo is heard badly."""
_BEFORE = 0.5
_AFTER = 1.0
"""An echo lies within what it is the echo of, give or take what recognizers are off, in seconds. Who repeats
a sentence does it when it is over."""
_COVERED = 0.75
"""How much of the time of a sentence must be within."""
_ASTRAY = 3.0
"""Seconds by which a word may be off, where its moment is reckoned from its place in the sentence."""
_FIRST = 0.2
"""Seconds by which what was said first may seem to begin later than its echo."""

_INVENTED = ["you"]
"""What the embedded recognizer hears in the little that now and then is left of an echo. Nobody says that
alone, in so short a time, while others talk."""
_INVENTED_SECONDS = 0.7

# A character of a language without blanks is as much as a word.
_WORDS = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+"
)


class Said(Protocol):
    """A sentence and when it was said, in seconds on the session clock."""

    @property
    def start(self) -> float:
        """When it began."""

    @property
    def end(self) -> float:
        """When it was over."""

    @property
    def text(self) -> str:
        """Its words."""


def is_echo(mine: Said, theirs: Iterable[Said]) -> bool:
    """Whether `mine` is nothing but what was said on the other lane at the same time, or what is left of it.

    Careful: a sentence of one's own that is dropped is lost, an echo that stays is only a nuisance.

    Args:
        mine: a sentence of the microphone.
        theirs: sentences of the speakers' lane, in order; those far away do no harm.
    """
    words = _words(mine.text)
    invented = words == _INVENTED and mine.end - mine.start <= _INVENTED_SECONDS
    if len(words) < LEAST_WORDS and not invented:
        return False
    near = [one for one in theirs if one.text and beside(mine, one)]
    if _covered(mine, near) < _COVERED:
        return False
    if invented:
        return True
    spoken = [word for one in near for word in _said_near(mine, one)]
    return _wrong(words, spoken) <= _MOST_WRONG * len(words)


def is_late_echo(mine: Said, theirs: Iterable[Said]) -> bool:
    """Whether `mine`, which was written before the others were known to say it, is an echo of them.

    They must have begun first: else it is they who overhear the user, as in a call without a canceller.
    """
    near = [one for one in theirs if one.text and beside(mine, one)]
    return any(one.start <= mine.start + _FIRST for one in near) and is_echo(mine, near)


def beside(mine: Said, other: Said) -> bool:
    """Whether both were said at about the same time, so that `mine` may hold an echo of the other."""
    return other.start - _BEFORE < mine.end and mine.start < other.end + _AFTER


def _words(text: str) -> list[str]:
    return _WORDS.findall(text.casefold().replace("'", "").replace("’", ""))


def _said_near(mine: Said, other: Said) -> list[str]:
    """The words of `other` that may have been said at the time of `mine`; it may be a speech of minutes."""
    words = _words(other.text)
    rate = len(words) / max(other.end - other.start, 0.1)
    first = (mine.start - other.start - _ASTRAY) * rate
    last = (mine.end - other.start + _ASTRAY) * rate
    return words[max(0, floor(first)) : max(0, ceil(last))]


def _covered(mine: Said, theirs: Iterable[Said]) -> float:
    """The part of the time of `mine` during which the others spoke."""
    length = mine.end - mine.start
    reached, seconds = mine.start, 0.0
    for start, end in sorted((one.start - _BEFORE, one.end + _AFTER) for one in theirs):
        begin, stop = max(start, reached), min(end, mine.end)
        if stop > begin:
            seconds += stop - begin
            reached = stop
    return seconds / length if length > 0 else 0.0


def _wrong(words: list[str], spoken: list[str]) -> int:
    """Words to change, drop or add until `words` is a stretch of `spoken`; wherever it begins and ends."""
    row = [0] * (len(spoken) + 1)
    for number, word in enumerate(words, 1):
        before, row = row, [number]
        for place, other in enumerate(spoken):
            row.append(min(before[place] + (word != other), before[place + 1] + 1, row[place] + 1))
    return min(row)
