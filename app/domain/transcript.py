"""The written record of a session, edited by the engine and the user at the same time."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import count
from math import inf

from app.domain.events import Final, Gap
from app.domain.history import Edit, History
from app.domain.placement import begin_of, free_time, place_of
from app.domain.request import LANE_NOTE
from app.domain.rewording import begun_by, edited_spans, merge, reword, split, within
from app.domain.segment import Change, Entry, Segment

__all__ = ["Change", "Entry", "Segment", "Transcript", "edited_spans"]


class Transcript:
    """Entries in order of their start; every operation returns the change it made, or None.

    Segments of one lane never overlap. Notes are moments without a length.
    """

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self.load(entries)

    def load(self, entries: Iterable[Entry] = ()) -> None:
        """Begin anew with `entries`; nothing before it can be undone."""
        self._entries = sorted(entries, key=begin_of)
        self._segments = {entry.id: entry for entry in self._entries if isinstance(entry, Segment)}
        self._ids = count(max(self._segments, default=0) + 1)
        self._said: dict[tuple[str, int], Segment] = {}
        self._history = History()

    def __len__(self) -> int:
        return len(self._entries)

    def __getitem__(self, index: int) -> Entry:
        return self._entries[index]

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All entries, in order."""
        return tuple(self._entries)

    def apply(self, lane: str, event: Final | Gap) -> Change | None:
        """Take what an engine said for good. A segment that the user has touched stays as it is.

        A second final of an utterance takes the place of the first. One that lies elsewhere in time
        is another utterance under a number used twice, and is kept beside it.
        """
        if isinstance(event, Gap):
            return self._replace(bisect_right(self._entries, event.start, key=begin_of), 0, event)
        text = " ".join(event.text.splitlines()).strip()
        if not text:
            return None
        said = Segment(
            id=0,
            lane=lane,
            start=event.start,
            end=max(event.start, event.end),
            text=text,
            heard=text,
            words=event.words,
            language=event.language,
            emotion=event.emotion,
        )
        before = self._said.get((lane, event.utterance))
        if before is not None and said.start <= before.end and before.start <= said.end:
            said = replace(said, id=before.id)
            change = self._revise(said)
        else:
            said = replace(said, id=next(self._ids))
            place, entry = place_of(self._entries, said)
            change = self._replace(place, 0, entry)
        if change is not None:
            self._said[lane, event.utterance] = said
        return change

    def retract(self, lane: str, utterance: int) -> Change | None:
        """Remove what an engine said for good and nobody did say. What the user has touched stays."""
        said = self._said.get((lane, utterance))
        old = self._segments.get(said.id) if said is not None else None
        index = None if old is None or old.edited else self._find(old)
        if index is None:
            return None
        del self._said[lane, utterance]
        return self._replace(index, 1)

    def rewrite(self, index: int, count: int, texts: Sequence[str]) -> Change | None:
        """The user put `texts`, each without line breaks, in the place of `count` segments from `index` on.

        One operation for all edits: a changed word (1 -> 1), a split (1 -> 2), a merge (2 -> 1),
        a removal (n -> 0), pasted lines (1 -> n), lines of one's own between others (0 -> n).
        Segments at either end whose text is the same are not touched. Times are shared out by the
        words' own times where they are known, else by length, and bent where they would break
        the order of the entries: what the user put in a place stays in that place.

        Raises:
            ValueError: there are no such entries, or a gap is among them.
        """
        if not 0 <= index <= index + count <= len(self._entries):
            raise ValueError(f"no entries {index} to {index + count}")
        old = self._entries[index : index + count]
        skipped, old, texts = _without_same_ends(old, list(texts))
        segments = [entry for entry in old if isinstance(entry, Segment)]
        if len(segments) != len(old):
            raise ValueError("a gap can't be rewritten")
        if not segments and not texts:
            return None
        index += skipped
        added = self._reworded(index, segments, texts) if segments else self._notes(index, texts)
        return self._edit(index, len(old), added)

    def add_note(self, now: float) -> Change:
        """Add an empty line of the user's own at `now` seconds."""
        note = Segment(next(self._ids), LANE_NOTE, now, now, "", edited=True)
        return self._edit(bisect_right(self._entries, now, key=begin_of), 0, [note])

    def clear(self) -> Change | None:
        """Remove everything."""
        self._said.clear()
        return self._edit(0, len(self._entries), []) if self._entries else None

    @property
    def can_undo(self) -> bool:
        """Whether there is an edit to take back."""
        return self._history.can_undo

    @property
    def can_redo(self) -> bool:
        """Whether there is an edit to do again."""
        return self._history.can_redo

    def undo(self) -> Change | None:
        """Take back the user's latest edit, whatever engines have added since."""
        edit = self._history.take_undo()
        if edit is None:
            return None
        change, inverse = self._take_back(edit)
        self._history.undone(inverse)
        return change

    def redo(self) -> Change | None:
        """Do again what was taken back last."""
        edit = self._history.take_redo()
        if edit is None:
            return None
        change, inverse = self._take_back(edit)
        self._history.redone(inverse)
        return change

    def splice(self, change: Change) -> None:
        """Make a change that is known to fit: one told by a transcript of the same entries."""
        self._replace(change.index, len(change.removed), *change.added)
        largest = max((entry.id for entry in change.added if isinstance(entry, Segment)), default=0)
        self._ids = count(max(largest + 1, next(self._ids)))

    def _replace(self, index: int, count: int, *added: Entry) -> Change:
        removed = tuple(self._entries[index : index + count])
        self._entries[index : index + count] = added
        for entry in removed:
            if isinstance(entry, Segment):
                self._segments.pop(entry.id, None)
        for entry in added:
            if isinstance(entry, Segment):
                self._segments[entry.id] = entry
        return Change(index, removed, added)

    def _edit(self, index: int, count: int, added: Sequence[Entry]) -> Change:
        change = self._replace(index, count, *added)
        self._history.record(Edit(index, change.removed, change.added))
        return change

    def _revise(self, said: Segment) -> Change | None:
        old = self._segments.get(said.id)
        index = None if old is None or old.edited else self._find(old)
        if old is None or index is None:
            return None
        self._replace(index, 1)
        place, new = place_of(self._entries, said, index)
        self._replace(place, 0, new)
        if new == old:
            return None
        first, last = min(index, place), max(index, place)
        added = tuple(self._entries[first : last + 1])
        removed = (old, *added[:-1]) if place > index else (*added[1:], old)
        return Change(first, removed, added)

    def _reworded(self, index: int, segments: Sequence[Segment], texts: Sequence[str]) -> list[Entry]:
        if not texts:
            return []
        pairs = min(len(segments), len(texts)) - 1
        added = [reword(segment, text) for segment, text in zip(segments[:pairs], texts, strict=False)]
        rest, rest_texts = segments[pairs:], texts[pairs:]
        stop = index + len(segments)
        if len(rest_texts) > 1:
            following = self._entries[stop].start if stop < len(self._entries) else inf
            return [*added, *begun_by(following, split(rest[0], rest_texts, self._ids))]
        if len(rest) > 1:
            merged = merge(rest, rest_texts[0])
            return [*added, within(merged, *free_time(self._entries, merged.lane, index + pairs, stop))]
        return [*added, reword(rest[0], rest_texts[0])]

    def _notes(self, index: int, texts: Sequence[str]) -> list[Entry]:
        before = self._entries[index - 1].end if index else 0.0
        after = self._entries[index].start if index < len(self._entries) else before
        moment = min(before, after) if index else after
        return [Segment(next(self._ids), LANE_NOTE, moment, moment, text, edited=True) for text in texts]

    def _take_back(self, edit: Edit) -> tuple[Change | None, Edit]:
        before = list(self._entries)
        places = [place for entry in edit.added if (place := self._find(entry)) is not None]
        removed = tuple(before[place] for place in places)
        for place in sorted(places, reverse=True):
            self._replace(place, 1)
        first = place = min(places, default=edit.index)
        added = []
        for entry in edit.removed:
            place, fitting = place_of(self._entries, entry, place)
            self._replace(place, 0, fitting)
            added.append(fitting)
            place += 1
        return _difference(before, self._entries), Edit(first, removed, tuple(added))

    def _find(self, entry: Entry) -> int | None:
        """Where the entry stands now; a segment is known by its id, whatever became of it."""
        current = self._segments.get(entry.id) if isinstance(entry, Segment) else entry
        if current is None:
            return None
        index = bisect_left(self._entries, current.start, key=begin_of)
        while index < len(self._entries) and self._entries[index].start == current.start:
            if self._entries[index] is current:
                return index
            index += 1
        return None


def _without_same_ends(old: list[Entry], texts: list[str]) -> tuple[int, list[Entry], list[str]]:
    """Leave out the entries at both ends that the texts leave alone; also says how many at the front."""
    first = 0
    while first < min(len(old), len(texts)) and _text(old[first]) == texts[first]:
        first += 1
    last = 0
    while last < min(len(old), len(texts)) - first and _text(old[-1 - last]) == texts[-1 - last]:
        last += 1
    return first, old[first : len(old) - last], texts[first : len(texts) - last]


def _text(entry: Entry) -> str | None:
    return entry.text if isinstance(entry, Segment) else None


def _difference(before: Sequence[Entry], after: Sequence[Entry]) -> Change | None:
    shorter = min(len(before), len(after))
    first = next((index for index in range(shorter) if before[index] is not after[index]), shorter)
    last = 0
    while last < shorter - first and before[-1 - last] is after[-1 - last]:
        last += 1
    removed, added = before[first : len(before) - last], after[first : len(after) - last]
    return Change(first, tuple(removed), tuple(added)) if removed or added else None
