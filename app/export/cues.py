"""Segments to subtitle cues: two lines of 42 columns, shown for 5/6 to 7 seconds.

The figures are the usual ones of broadcasters and streaming services for prepared subtitles.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import inf
from typing import NamedTuple

from app.domain.events import Word
from app.domain.line_breaking import tokens

LINE_COLUMNS = 42.0
WIDE_COLUMNS = 42 / 16
"""A Chinese line holds 16 characters."""
SHORTEST = 5 / 6
LONGEST = 7.0
SPACE_BETWEEN = 0.083
"""Two frames at 24 a second."""
LINGER = 1.5
"""How long a cue may stay after its last word where that makes it readable."""
COLUMNS_PER_SECOND = 17.0

_SENTENCE_END = ".?!…。？！"
_CLAUSE_END = ",;:，；：、—"


@dataclass(frozen=True, slots=True)
class Cue:
    """One subtitle.

    Attributes:
        lines: one or two.
        named: the same behind the name of who speaks; empty where nobody is named.
    """

    start: float
    end: float
    lines: tuple[str, ...]
    named: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Unit:
    """A piece of text that is never broken: a word, or one wide character with its punctuation."""

    text: str
    blank: bool
    start: float
    end: float


def columns(text: str) -> float:
    """Width of `text`, a Latin letter being one."""
    # Asked some hundred times a caption, of thousands of captions at once.
    return float(len(text)) if text.isascii() else sum(map(_columns, text))


@lru_cache(4096)
def _columns(char: str) -> float:
    return WIDE_COLUMNS if unicodedata.east_asian_width(char) in "WF" else 1.0


def cut(text: str, start: float, end: float, words: Sequence[Word] = (), name: str = "") -> list[Cue]:
    """Cut what was said from `start` to `end` into cues that fit, each with the name of who said it."""
    units = _timed(text, start, end, words)
    title = [_Unit(token.text, token.blank, start, start) for token in tokens(f"{name}:")] if name else []
    return [_cue(title, part) for part in _split(title, units)] if units else []


def settle(cues: Sequence[Cue]) -> list[Cue]:
    """Give every cue of one lane, in order, the time to be read, without touching the next.

    Of several that begin at one moment, as lines of the user's own may, each follows the one before.
    """
    cues = _one_by_one(cues)
    settled = []
    for cue, following in zip(cues, [*cues[1:], None], strict=True):
        wanted = max(SHORTEST, sum(map(columns, cue.lines)) / COLUMNS_PER_SECOND)
        end = max(cue.end, min(cue.start + wanted, cue.end + LINGER))
        end = min(max(end, cue.start + SHORTEST), cue.start + LONGEST)
        if following is not None:
            end = min(
                end, max(following.start - SPACE_BETWEEN, cue.start + (following.start - cue.start) / 2)
            )
        settled.append(replace(cue, end=end))
    return settled


def _one_by_one(cues: Sequence[Cue]) -> list[Cue]:
    apart: list[Cue] = []
    for cue in cues:
        start = cue.start
        if apart and start <= apart[-1].start:
            start = apart[-1].start + SHORTEST
        apart.append(replace(cue, start=start, end=max(cue.end, start)))
    return apart


def _timed(text: str, start: float, end: float, words: Sequence[Word]) -> list[_Unit]:
    found = list(tokens(text))
    if len(words) == len(found):
        times = [(word.start, word.end) for word in words]
    else:
        times = list(_by_length([columns(token.text) for token in found], start, end))
    return [_Unit(token.text, token.blank, *time) for token, time in zip(found, times, strict=True)]


def _by_length(widths: Sequence[float], start: float, end: float) -> Iterator[tuple[float, float]]:
    total = sum(widths) or 1.0
    done = 0.0
    for width in widths:
        yield start + (end - start) * done / total, start + (end - start) * (done + width) / total
        done += width


def _split(title: Sequence[_Unit], units: Sequence[_Unit]) -> Iterator[Sequence[_Unit]]:
    if len(units) < 2 or (units[-1].end - units[0].start <= LONGEST and _fits(_headed(title, units))):
        yield units
        return
    at = _best_break(units)
    yield from _split(title, units[:at])
    yield from _split(title, units[at:])


def _headed(title: Sequence[_Unit], units: Sequence[_Unit]) -> list[_Unit]:
    """The units behind the name of who says them."""
    return [*title, replace(units[0], blank=True), *units[1:]]


def _fits(units: Sequence[_Unit]) -> bool:
    return all(columns(line) <= LINE_COLUMNS for line in _lines(units))


def _best_break(units: Sequence[_Unit]) -> int:
    """Where to break: near the middle, best after a sentence, else after a clause."""
    ends = []
    done = 0.0
    for unit in units:
        done += columns(unit.text) + unit.blank
        ends.append(done)

    def cost(at: int) -> float:
        last = units[at - 1].text[-1]
        bonus = 0.35 if last in _SENTENCE_END else 0.2 if last in _CLAUSE_END else 0.0
        return abs(ends[at - 1] / done - 0.5) - bonus

    return min(range(1, len(units)), key=cost)


def _lines(units: Sequence[_Unit]) -> tuple[str, ...]:
    text = _text(units)
    places = list(_places(units))
    width = places[-1].after_columns
    if width <= LINE_COLUMNS or len(units) < 2:
        return (text,)

    def cost(at: int) -> float:
        """How uneven the lines are where the second begins with this unit; infinity where one is too long."""
        first, second = places[at - 1].after_columns, width - places[at].before_columns
        if max(first, second) > LINE_COLUMNS:
            return inf
        return abs(first - second) - 8 * (units[at - 1].text[-1] in _CLAUSE_END + _SENTENCE_END)

    best = min(range(1, len(units)), key=cost)
    if cost(best) == inf:
        return (text,)
    return text[: places[best - 1].after], text[places[best].before :]


class _Place(NamedTuple):
    """Where a unit stands in the text of all of them: in characters, and in columns."""

    before: int
    before_columns: float
    after: int
    after_columns: float


def _places(units: Sequence[_Unit]) -> Iterator[_Place]:
    length, width = 0, 0.0
    for place, unit in enumerate(units):
        blank = unit.blank and place > 0
        before, before_columns = length + blank, width + blank
        length, width = before + len(unit.text), before_columns + columns(unit.text)
        yield _Place(before, before_columns, length, width)


def _text(units: Sequence[_Unit]) -> str:
    return "".join((" " if unit.blank and place else "") + unit.text for place, unit in enumerate(units))


def _cue(title: Sequence[_Unit], units: Sequence[_Unit]) -> Cue:
    named = _lines(_headed(title, units)) if title else ()
    return Cue(units[0].start, units[-1].end, _lines(units), named)
