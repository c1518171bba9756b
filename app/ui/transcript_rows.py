"""What one line of the transcript view stands for."""

from __future__ import annotations

from typing import TypeAlias

from app.domain.captions import Caption
from app.domain.events import Gap
from app.domain.request import LANE_NOTE
from app.domain.transcript import Segment

Row: TypeAlias = Segment | Gap | Caption
"""A segment, a gap, or a caption that is still being spoken."""

_LINE_BREAKS = dict.fromkeys(map(ord, "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"), " ")


def row_text(row: Row) -> str:
    """The row as one line; no character is added or left out."""
    return (row.reason if isinstance(row, Gap) else row.text).translate(_LINE_BREAKS)


def is_protected(row: Row) -> bool:
    """Whether the user can't type in it."""
    return not isinstance(row, Segment)


def is_note(row: Row) -> bool:
    """Whether it is the user's own line."""
    return isinstance(row, Segment) and row.lane == LANE_NOTE


def is_blank(row: Row) -> bool:
    """Whether it is a line that nobody has filled."""
    return isinstance(row, Segment) and not row.text.strip()


def looks_alike(one: Row, other: Row) -> bool:
    """Whether both are shown with the same beside their text, and behind it."""
    return type(one) is type(other) and (one.start, one.lane) == (other.start, other.lane)


def speaker(row: Row) -> str | None:
    """Whose words they are; None for gaps and the user's own lines."""
    return None if isinstance(row, Gap) or is_note(row) else row.lane


def qt_length(text: str) -> int:
    """How many characters Qt counts: two for each that lies beyond U+FFFF."""
    # A fifteenth of the time that looking at each takes: this is done for every word that comes.
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def same_start(one: str, other: str) -> int:
    """How many characters both texts begin with."""
    shorter = min(len(one), len(other))
    return next((n for n in range(shorter) if one[n] != other[n]), shorter)
