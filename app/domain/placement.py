"""Where an entry belongs among others, which are in order of their start."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from math import inf

from app.domain.events import Gap
from app.domain.request import LANE_NOTE
from app.domain.rewording import within
from app.domain.segment import Entry, Segment


def begin_of(entry: Entry) -> float:
    """What entries are ordered by."""
    return entry.start


def place_of(entries: Sequence[Entry], entry: Entry, hint: int | None = None) -> tuple[int, Entry]:
    """Where the entry belongs, and the entry with its times bent to what its lane has free there.

    Of the indices that keep the order it is `hint`, where that is one of them.
    """
    place = _slot(entries, entry.start, hint)
    if isinstance(entry, Gap) or entry.lane == LANE_NOTE:
        return place, entry
    fitting = within(entry, *free_time(entries, entry.lane, place, place))
    if fitting.start != entry.start:
        following = _beside(entries, entry.lane, place, place)[1]
        place = min(bisect_right(entries, fitting.start, key=begin_of), following)
    return place, fitting


def free_time(entries: Sequence[Entry], lane: str, first: int, stop: int) -> tuple[float, float]:
    """The time between the segments of the lane around the entries `first` to `stop`."""
    if lane == LANE_NOTE:
        return -inf, inf
    before, after = _beside(entries, lane, first, stop)
    return (
        entries[before].end if before >= 0 else -inf,
        entries[after].start if after < len(entries) else inf,
    )


def _slot(entries: Sequence[Entry], start: float, hint: int | None) -> int:
    """An index that keeps the order: the hint where it does, else behind all that begins as early."""
    if (
        hint is not None
        and hint <= len(entries)
        and (hint == 0 or entries[hint - 1].start <= start)
        and (hint == len(entries) or start <= entries[hint].start)
    ):
        return hint
    return bisect_right(entries, start, key=begin_of)


def _beside(entries: Sequence[Entry], lane: str, first: int, stop: int) -> tuple[int, int]:
    """The nearest entries of the lane before `first` and from `stop` on; -1 and the length where none is."""
    before, after = first - 1, stop
    while before >= 0 and not _on(lane, entries[before]):
        before -= 1
    while after < len(entries) and not _on(lane, entries[after]):
        after += 1
    return before, after


def _on(lane: str, entry: Entry) -> bool:
    return isinstance(entry, Segment) and entry.lane == lane
