"""The user's edits, to be taken back and done again."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.segment import Entry, Segment


@dataclass(frozen=True, slots=True)
class Edit:
    """What one edit of the user did at `index`. Taking it back gives an edit too: the opposite one."""

    index: int
    removed: tuple[Entry, ...]
    added: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class _Stroke:
    """One typed or deleted character: the cursor stood at `before` and stands at `after`."""

    before: int
    after: int
    word_begins: bool


class History:
    """Two stacks. Typing within a word is one edit, as in any editor."""

    def __init__(self) -> None:
        self._undo: list[Edit] = []
        self._redo: list[Edit] = []
        self._stroke: _Stroke | None = None

    @property
    def can_undo(self) -> bool:
        """Whether there is an edit to take back."""
        return bool(self._undo)

    @property
    def can_redo(self) -> bool:
        """Whether there is an edit to do again."""
        return bool(self._redo)

    def record(self, edit: Edit) -> None:
        """The user made a new edit: nothing is left to do again."""
        self._redo.clear()
        stroke, self._stroke = self._stroke, _stroke(edit)
        last = self._undo[-1] if self._undo else None
        if last is not None and _cancel_out(last, edit):
            # A line that was added and never filled leaves no trace.
            self._undo.pop()
        elif last is not None and last.added == edit.removed and _continues(stroke, self._stroke):
            self._undo[-1] = Edit(edit.index, last.removed, edit.added)
        else:
            self._undo.append(edit)

    def take_undo(self) -> Edit | None:
        """The edit to take back, if there is one."""
        return self._undo.pop() if self._undo else None

    def take_redo(self) -> Edit | None:
        """The opposite of the edit to do again, if there is one."""
        return self._redo.pop() if self._redo else None

    def undone(self, inverse: Edit) -> None:
        """An edit was taken back; `inverse` would do it again when taken back itself."""
        self._stroke = None
        self._redo.append(inverse)

    def redone(self, inverse: Edit) -> None:
        """An edit was done again; `inverse` is the edit as it was done."""
        self._stroke = None
        self._undo.append(inverse)


def _cancel_out(last: Edit, edit: Edit) -> bool:
    blank = all(isinstance(entry, Segment) and not entry.text.strip() for entry in edit.removed)
    return blank and not last.removed and not edit.added and last.added == edit.removed


def _stroke(edit: Edit) -> _Stroke | None:
    match edit.removed, edit.added:
        case ((Segment(id=old_id, text=old),), (Segment(id=new_id, text=new),)) if old_id == new_id:
            at = next((i for i, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1]), None)
            at = min(len(old), len(new)) if at is None else at
            if len(new) == len(old) + 1 and new[:at] + new[at + 1 :] == old:
                return _Stroke(at, at + 1, not new[at].isspace() and new[:at][-1:].isspace())
            if len(new) == len(old) - 1 and old[:at] + old[at + 1 :] == new:
                return _Stroke(at + 1, at, word_begins=False)
    return None


def _continues(before: _Stroke | None, after: _Stroke | None) -> bool:
    if before is None or after is None or after.word_begins:
        return False
    same_way = (before.after > before.before) == (after.after > after.before)
    return same_way and before.after == after.before
