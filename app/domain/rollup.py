"""Captions laid out in a few lines that roll up: what has settled never moves sideways."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from app.domain.captions import Caption
from app.domain.line_breaking import Token, glyphs, needs_blank, tokens, widest_form
from app.domain.rollup_rows import Row, paragraphs

NEW_LINE_AFTER = 20.0
"""Seconds from one utterance's start to the next one's that earn a line of its own."""

_ROWS_KEPT = 32
_OPEN_KEPT = 16
_FINISHED_KEPT = 64

Measure: TypeAlias = Callable[[str], float]
"""How wide a text is, in the unit of the line's width."""


@dataclass(frozen=True, slots=True)
class Run:
    """Text of one kind."""

    text: str
    soft: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A visible line.

    Attributes:
        number: counts lines since the start; the same line keeps its number while it rolls up.
        label: the lane's name where the lane differs from that of the line above, else empty.
    """

    number: int
    lane: str
    label: str
    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        """All words of the line."""
        return "".join(run.text for run in self.runs)


@dataclass(slots=True, eq=False)
class _Strand:
    """An utterance on its way to the screen.

    Attributes:
        rows: the rows it writes on, from the one with its last settled word on.
        laid: how many characters of it have their place for good.
    """

    caption: Caption
    rows: list[Row] = field(default_factory=list)
    laid: int = 0


class RollUp:
    """A few lines of captions; the newest are at the bottom and push older ones up and out.

    Args:
        measure: width of a text in the unit of `width`.
        width: room for a line, above zero.
        lines: how many lines are visible, one or more.
    """

    def __init__(self, measure: Measure, width: float, lines: int = 2) -> None:
        self._measure = measure
        self._width = width
        self._count = lines
        self._next_number = 0
        self._rows: deque[Row] = deque(maxlen=max(lines, _ROWS_KEPT))
        self._open: dict[tuple[str, int], _Strand] = {}
        self._finished: deque[tuple[str, int]] = deque(maxlen=_FINISHED_KEPT)

    @property
    def lines(self) -> tuple[Line, ...]:
        """The visible lines from top to bottom; none before the first word."""
        made: list[Line] = []
        above = ""
        for row in self._visible():
            label = row.lane if row.text and row.lane != above else ""
            above = label or above
            runs = tuple(run for run in (Run(row.settled), Run(row.soft, soft=True)) if run.text)
            made.append(Line(row.number, row.lane, label, runs))
        return tuple(made)

    def show(self, caption: Caption) -> None:
        """Take an utterance as it stands now; one that was final is not taken again."""
        key = (caption.lane, caption.utterance)
        if key in self._finished:
            return
        strand = self._open.setdefault(key, _Strand(caption))
        strand.caption = caption
        self._lay(strand)
        if caption.final:
            del self._open[key]
            self._finished.append(key)
        elif len(self._open) > _OPEN_KEPT:
            self._lift(self._open.pop(next(iter(self._open))))

    def clear(self) -> None:
        """Empty the screen and forget all utterances: a new session begins."""
        self._rows.clear()
        self._open.clear()
        self._finished.clear()

    def resize(self, width: float, measure: Measure | None = None) -> None:
        """Lay out anew what is on screen, and as much of what was before as fits."""
        self._width = width
        self._measure = measure or self._measure
        before = list(self._rows)
        self._rows.clear()
        moved = self._lay_again(before)
        for strand in list(self._open.values()):
            pen = strand.rows[:1]
            strand.rows = [moved[row.number] for row in pen if row.number in moved]
            self._lay(strand)

    def _lay_again(self, rows: Sequence[Row]) -> dict[int, Row]:
        """Lay settled words anew; returns where each row's last word went, by the row's old number."""
        moved: dict[int, Row] = {}
        for paragraph in paragraphs(row for row in rows if row.settled):
            first = paragraph.rows[0]
            strand = _Strand(Caption(first.lane, 0, first.start, "", ""))
            strand.rows = [self._blank_row(strand)]
            cursor = laid = 0
            for token in paragraph.words(rows[0].number):
                cursor = self._place(strand, cursor, token, blank=token.blank, soft=False)
                while laid < len(paragraph.stops) and paragraph.stops[laid] <= token.stop:
                    row = strand.rows[cursor]
                    row.start = paragraph.rows[laid].start
                    moved[paragraph.rows[laid].number] = row
                    laid += 1
        return moved

    def _visible(self) -> list[Row]:
        return [row for row in list(self._rows)[-self._count :] if self._in_sight(row)]

    def _in_sight(self, row: Row) -> bool:
        return row.number >= self._next_number - self._count

    def _lay(self, strand: _Strand) -> None:
        """Lay the words that have no place for good yet."""
        caption = strand.caption
        settled = len(caption.text) if caption.final else len(caption.settled)
        self._lift(strand)
        cursor = pen = 0
        first = strand.laid == 0
        for token in tokens(caption.text, strand.laid):
            soft = token.stop > settled
            cursor = self._place(strand, cursor, token, blank=None if first else token.blank, soft=soft)
            first = False
            if not soft:
                strand.laid, pen = token.stop, cursor
        del strand.rows[:pen]

    def _lift(self, strand: _Strand) -> None:
        """Take the strand's soft words off its rows, and remember those a reader has seen go."""
        for row in strand.rows:
            if not self._in_sight(row):
                row.roll_out()
            row.soft = ""

    def _place(self, strand: _Strand, cursor: int, token: Token, *, blank: bool | None, soft: bool) -> int:
        """Write a token on the strand's first row from `cursor` on that has room; returns that row's index.

        A `blank` of None leaves it to what the row ends with.
        """
        for piece in self._pieces(token.text):
            while True:
                if cursor == len(strand.rows):
                    strand.rows.append(self._next_row(strand))
                row = strand.rows[cursor]
                spaced = needs_blank(row.text, piece) if blank is None else blank
                text = " " + piece if spaced and row.text else piece
                if self._fits(row, text):
                    break
                if row.text:
                    # The line break stands for the blank that would have been here.
                    blank = spaced
                cursor += 1
            if not row.text:
                row.joint = " " if spaced else ""
                row.follows = strand.rows[cursor - 1].number if cursor else None
            row.write(text, soft=soft)
            blank = False
        return cursor

    def _pieces(self, word: str) -> list[str]:
        """The word whole, or cut hard where it is wider than a line."""
        if self._measure(word) <= self._width:
            return [word]
        pieces: list[str] = []
        rest = glyphs(word)
        while rest:
            count = self._fitting(rest)
            pieces.append("".join(rest[:count]))
            rest = rest[count:]
        return pieces

    def _fitting(self, parts: Sequence[str]) -> int:
        """How many parts fill a line; at least one. Doubling first: a word may be thousands of glyphs."""

        def width(count: int) -> float:
            return self._measure("".join(parts[:count]))

        high = 1
        while high < len(parts) and width(high) <= self._width:
            high *= 2
        return max(1, bisect_right(range(1, min(high, len(parts)) + 1), self._width, key=width))

    def _fits(self, row: Row, text: str) -> bool:
        """Whether the row takes the text; a row out of sight takes only what it showed."""
        if not self._in_sight(row):
            return row.has_shown(row.text + text)
        if not row.text:
            return True
        line = row.text + text
        reserve = row.text + widest_form(text)
        return self._measure(line) <= self._width and self._measure(reserve) <= self._width

    def _next_row(self, strand: _Strand) -> Row:
        if not strand.rows and (row := self._row_to_continue(strand.caption)):
            return row
        return self._blank_row(strand)

    def _row_to_continue(self, caption: Caption) -> Row | None:
        """The last line, where the same lane goes on after a short pause."""
        row = next((row for row in reversed(self._visible()) if row.text), None)
        if row is None or row.lane != caption.lane or caption.start - row.start >= NEW_LINE_AFTER:
            return None
        if any(row in strand.rows for strand in self._open.values()):
            return None
        row.start = caption.start
        return row

    def _blank_row(self, strand: _Strand) -> Row:
        """The first empty row at the bottom, whoever left it, or a new one that pushes the others up."""
        row: Row | None = None
        for candidate in reversed(self._visible()):
            if candidate.text:
                break
            row = candidate
        if row is None:
            row = Row(self._next_number, "", 0.0)
            self._next_number += 1
            self._rows.append(row)
        for other in self._open.values():
            if row in other.rows:
                other.rows.remove(row)
        row.lane, row.start = strand.caption.lane, strand.caption.start
        return row
