"""The rows of the captions that roll up, and the texts that were broken into them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.domain.line_breaking import Token, needs_blank, tokens


@dataclass(slots=True, eq=False)
class Row:
    """A line while it is being written.

    Attributes:
        follows: number of the row that the text came from; None where a paragraph begins.
        joint: the blank, if any, that the line break stands for.
        seen: what it showed when it rolled out of sight.
        stops: where words end in that.
    """

    number: int
    lane: str
    start: float
    settled: str = ""
    soft: str = ""
    follows: int | None = None
    joint: str = ""
    seen: str | None = None
    stops: frozenset[int] = frozenset()

    @property
    def text(self) -> str:
        """All that stands on it."""
        return self.settled + self.soft

    def write(self, text: str, *, soft: bool) -> None:
        """Put `text` behind what is there."""
        if soft:
            self.soft += text
        else:
            self.settled += text

    def roll_out(self) -> None:
        """The row rolled out of sight."""
        if self.seen is None:
            self.seen = self.text
            self.stops = frozenset(token.stop for token in tokens(self.seen))

    def has_shown(self, text: str) -> bool:
        """Whether the row rolled out of sight with these words on it."""
        if self.seen is None or not self.seen.startswith(text):
            return False
        return self.seen == text or len(text) in self.stops


@dataclass(slots=True, eq=False)
class Paragraph:
    """Rows that are one text, as it was before it was broken into lines.

    Attributes:
        stops: where in `text` each row ends.
    """

    rows: list[Row]
    text: str
    stops: list[int]

    def add(self, row: Row) -> None:
        """Go on with `row`."""
        self.rows.append(row)
        self.text += row.joint + row.settled
        self.stops.append(len(self.text))

    def words(self, oldest: int) -> Iterator[Token]:
        """All but the rest of a word that began before row number `oldest`."""
        found, first = tokens(self.text), self.rows[0]
        begun = first.follows is not None and first.follows < oldest and not first.joint
        if begun and needs_blank("a", self.text):
            next(found)
        return found


def paragraphs(rows: Iterable[Row]) -> Iterator[Paragraph]:
    """The texts that were broken into `rows`, which have words each, in the order of their beginnings."""
    paragraph: Paragraph | None = None
    for row in rows:
        if paragraph is not None and row.follows == paragraph.rows[-1].number:
            paragraph.add(row)
            continue
        if paragraph is not None:
            yield paragraph
        paragraph = Paragraph([row], row.settled, [len(row.settled)])
    if paragraph is not None:
        yield paragraph
