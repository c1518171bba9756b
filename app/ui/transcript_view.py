"""The transcript on screen: engine and user write in it at the same time."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QWidget

from app.domain.captions import Caption
from app.domain.transcript import Change, Segment, Transcript
from app.ui.theme import Appearance
from app.ui.transcript_editor import TranscriptEditor
from app.ui.transcript_rows import Row, is_blank, is_protected, qt_length, row_text, same_start
from app.ui.transcript_speaker import SpeakerAtCursor

_PASSING = (
    Qt.FocusReason.ActiveWindowFocusReason,
    Qt.FocusReason.PopupFocusReason,
    Qt.FocusReason.MenuBarFocusReason,
)
"""Reasons to lose the focus that bring it back."""


class TranscriptView(TranscriptEditor):
    """Shows a transcript and the captions being spoken, and lets the user edit what has been said.

    Block n shows entry n; behind the entries stand the live captions. Engine's changes come in
    through `apply_change` at once, in the order in which they were made.

    Args:
        now: seconds on the session clock.
    """

    edited = Signal(object)
    """The user made a `Change`."""

    def __init__(
        self,
        transcript: Transcript,
        appearance: Appearance,
        now: Callable[[], float],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(appearance, parent)
        self._transcript = transcript
        self._now = now
        self._changed: tuple[int, int] | None = None
        self._blank: set[int] = set()
        self._typed_in = 0
        self._speaker = SpeakerAtCursor(self)
        self._sweeping = QTimer(self, singleShot=True, interval=0)
        self._sweeping.timeout.connect(self._sweep)
        self.setAccessibleName(self.tr("Transcript"))
        # A recording dropped here is for the window; text moved by dragging could tear rows apart.
        self.setAcceptDrops(False)
        self.viewport().setAcceptDrops(False)
        self._page.contentsChange.connect(self._note_change)
        self._page.contentsChanged.connect(self._take_change)
        self.cursorPositionChanged.connect(self._cursor_moved)
        self.reload()

    def reload(self) -> None:
        """Show the transcript as it is now; nothing is being spoken."""
        self._blank.clear()
        self._fill(self._transcript.entries)
        self._tell_speaker(aloud=False)

    def apply_change(self, change: Change) -> None:
        """Show what an engine changed."""
        self._splice(change.index, len(change.removed), change.added)

    def show_caption(self, caption: Caption) -> None:
        """Show an utterance as it stands; once it is final its segment has come, and it goes away."""
        place = self._live_place(caption)
        known = place < len(self._page.rows) and _same_utterance(self._page.rows[place], caption)
        shown = [] if caption.final or not caption.text.strip() else [caption]
        if known or shown:
            self._splice(place, int(known), shown)

    def end_captions(self) -> None:
        """Nobody speaks any more: captions whose final never came go away."""
        count = len(self._page.rows) - self._entry_count
        if count:
            self._splice(self._entry_count, count, [])

    def name_lanes(self, title: Callable[[str], str]) -> None:
        """Call the lanes so."""
        super().name_lanes(title)
        self._speaker.name_lanes(title)

    def add_note(self) -> None:
        """Begin a line of the user's own at the current time, with the cursor in it."""
        self._sweep(leaving=True)
        change = self._transcript.add_note(self._now())
        self._splice(change.index, 0, change.added)
        self._put_cursor(change.index, 0)
        self._watch_blank(change.index)
        self.setFocus()
        self.edited.emit(change)

    @property
    def can_undo(self) -> bool:
        """Whether there is an edit to take back."""
        return self._transcript.can_undo

    @property
    def can_redo(self) -> bool:
        """Whether there is an edit to do again."""
        return self._transcript.can_redo

    def undo_edit(self) -> None:
        """Take back the user's latest edit."""
        self._show_edit(self._transcript.undo())

    def redo_edit(self) -> None:
        """Do again what was taken back."""
        self._show_edit(self._transcript.redo())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """An empty line vanishes when the user goes elsewhere in the window."""
        super().focusOutEvent(event)
        if event.reason() not in _PASSING:
            self._release()
            self._sweep(leaving=True)

    def _splice(self, index: int, count: int, rows: Sequence[Row]) -> None:
        super()._splice(index, count, rows)
        self._tell_speaker(aloud=False)

    def _tell_speaker(self, *, aloud: bool) -> None:
        row = self._cursor_row()
        shown = self._page.rows[row] if row < len(self._page.rows) else None
        self._speaker.show(shown, several=self._speakers.width > 0, aloud=aloud)

    def _note_change(self, position: int, _removed: int, added: int) -> None:
        if self._rendering:
            return
        start, rest = self._changed or (position, self._page.characterCount())
        behind = max(0, self._page.characterCount() - position - added)
        self._changed = min(start, position), min(rest, behind)

    def _take_change(self) -> None:
        if self._rendering or self._changed is None:
            return
        (start, rest), self._changed = self._changed, None
        page = self._page
        first = page.findBlock(start).blockNumber()
        last = page.findBlock(min(page.characterCount() - rest, page.characterCount() - 1)).blockNumber()
        texts = [page.findBlockByNumber(number).text() for number in range(first, last + 1)]
        old = page.rows[first : first + len(texts) - (page.blockCount() - len(page.rows))]
        if not page.rows and texts == [""]:
            return
        first, old, texts = _without_same_ends(first, old, texts)
        if first > self._entry_count or any(map(is_protected, old)):
            with self._untouched():
                page.restore(first, len(texts), old)
        elif (change := self._transcript.rewrite(first, len(old), texts)) is not None:
            page.adopt(change.index, len(change.removed), change.added)
            self._edited(change)

    def _edited(self, change: Change) -> None:
        """The user made a change that the document shows already."""
        row = self._cursor_row()
        # A line in the middle stays where it is under the typing hands; at the end the view goes on.
        self._held = row < self._entry_count - 1
        self._typed_in = self._id_of(row)
        self._speakers.learn(change.added)
        self._watch_blank(row)
        self._settle()
        self._tell_speaker(aloud=self.hasFocus())
        self.edited.emit(change)

    def _show_edit(self, change: Change | None) -> None:
        if change is None:
            return
        self._splice(change.index, len(change.removed), change.added)
        self._put_cursor(*_end_of(change))
        self._edited(change)

    def _put_cursor(self, row: int, column: int) -> None:
        cursor = self.textCursor()
        cursor.setPosition(self._position(min(row, self._page.blockCount() - 1), column))
        self.setTextCursor(cursor)
        self.ensureCursorVisible()

    def _cursor_row(self) -> int:
        return self.textCursor().blockNumber()

    def _cursor_moved(self) -> None:
        if self._rendering or self._changed is not None:
            return
        self._tell_speaker(aloud=self.hasFocus())
        row = self._cursor_row()
        if self.textCursor().hasSelection():
            self._held = True
        elif self._id_of(row) != self._typed_in:
            self._release()
        self._watch_blank(row)
        if self._blank - {self._id_of(row)}:
            self._sweeping.start()

    def _watch_blank(self, row: int) -> None:
        if row < self._entry_count and is_blank(self._page.rows[row]):
            self._blank.add(self._id_of(row))

    def _id_of(self, row: int) -> int:
        entry = self._page.rows[row] if row < len(self._page.rows) else None
        return entry.id if isinstance(entry, Segment) else 0

    def _sweep(self, leaving: bool = False) -> None:
        """Remove the lines that the user left empty."""
        here = 0 if leaving else self._id_of(self._cursor_row())
        for key in self._blank - {here}:
            self._blank.discard(key)
            row = next((n for n in range(self._entry_count) if self._id_of(n) == key), None)
            if row is not None and is_blank(self._page.rows[row]):
                change = self._transcript.rewrite(row, 1, [])
                if change is not None:
                    self._splice(change.index, 1, [])
                    self.edited.emit(change)

    @property
    def _entry_count(self) -> int:
        count = len(self._page.rows)
        while count and isinstance(self._page.rows[count - 1], Caption):
            count -= 1
        return count

    def _live_place(self, caption: Caption) -> int:
        """Where the caption stands among the live ones, or belongs by its start."""
        rows = self._page.rows
        live = range(self._entry_count, len(rows))
        known = next((n for n in live if _same_utterance(rows[n], caption)), None)
        if known is not None:
            return known
        return next((n for n in live if rows[n].start > caption.start), len(rows))


def _same_utterance(row: Row, caption: Caption) -> bool:
    return isinstance(row, Caption) and (row.lane, row.utterance) == (caption.lane, caption.utterance)


def _without_same_ends(first: int, old: list[Row], texts: list[str]) -> tuple[int, list[Row], list[str]]:
    """Leave out rows at both ends that show what they showed before."""
    while old and texts and row_text(old[0]) == texts[0]:
        first, old, texts = first + 1, old[1:], texts[1:]
    while old and texts and row_text(old[-1]) == texts[-1]:
        old, texts = old[:-1], texts[:-1]
    return first, old, texts


def _end_of(change: Change) -> tuple[int, int]:
    """Row and column at the end of what changed."""
    if not change.added:
        return change.index, 0
    text = row_text(change.added[-1])
    old = row_text(change.removed[-1]) if change.removed else ""
    same = same_start(old[::-1], text[::-1])
    return change.index + len(change.added) - 1, qt_length(text[: len(text) - same])
