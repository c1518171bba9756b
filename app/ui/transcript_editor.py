"""Editing by keyboard, input method and mouse, within what is the user's to edit."""

from __future__ import annotations

from abc import abstractmethod

from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QContextMenuEvent, QInputMethodEvent, QKeyEvent, QMouseEvent, QTextCursor
from PySide6.QtWidgets import QMenu

from app.domain.captions import Caption
from app.ui.transcript_keys import Stroke, joint, stroke_of
from app.ui.transcript_mouse import aligned
from app.ui.transcript_page import TranscriptPage
from app.ui.transcript_rows import is_protected


class TranscriptEditor(TranscriptPage):
    """A page whose segments can be edited, and whose gaps and live captions can't."""

    @abstractmethod
    def add_note(self) -> None:
        """Begin a line of the user's own and put the cursor into it."""

    @abstractmethod
    def undo_edit(self) -> None:
        """Take back the user's latest edit."""

    @abstractmethod
    def redo_edit(self) -> None:
        """Do again what was taken back."""

    @property
    @abstractmethod
    def can_undo(self) -> bool:
        """Whether there is an edit to take back."""

    @property
    @abstractmethod
    def can_redo(self) -> bool:
        """Whether there is an edit to do again."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Edit, where nothing that is not the user's is touched."""
        stroke = stroke_of(event)
        if stroke is None:
            super().keyPressEvent(event)
            return
        event.accept()
        if stroke is Stroke.UNDO:
            self.undo_edit()
        elif stroke is Stroke.REDO:
            self.redo_edit()
        elif not self._touches_protected(stroke):
            self._type(stroke, event)
        elif stroke is Stroke.CHANGE and self._is_in_live_line() and _is_word(event.text()):
            # The line is the recognizer's; what is typed there becomes a line of the user's own.
            self.add_note()
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Put the cursor into the nearest line."""
        super().mousePressEvent(aligned(event, self.shown_rows()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Select up to the nearest line."""
        super().mouseMoveEvent(aligned(event, self.shown_rows()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Select a word of the nearest line."""
        super().mouseDoubleClickEvent(aligned(event, self.shown_rows()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Paste the selection of another window, on systems that have one, into the nearest line."""
        super().mouseReleaseEvent(aligned(event, self.shown_rows()))

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Compose, where nothing that is not the user's is touched."""
        if self._touches_protected():
            event.accept()
        else:
            super().inputMethodEvent(event)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Text can be pasted, outside of protected rows."""
        return source.hasText() and not self._touches_protected()

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste text, a row for each of its lines."""
        if self.canInsertFromMimeData(source):
            lines = source.text().splitlines()
            self.textCursor().insertText("\n".join(line for line in lines if line.strip() or len(lines) == 1))
            self.ensureCursorVisible()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done with the text here."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        free = not self._touches_protected()
        selected = self.textCursor().hasSelection()
        for title, slot, enabled in (
            (self.tr("Undo"), self.undo_edit, self.can_undo),
            (self.tr("Redo"), self.redo_edit, self.can_redo),
            ("", None, True),
            (self.tr("Cut"), self.cut, free and selected),
            (self.tr("Copy"), self.copy, selected),
            (self.tr("Paste"), self.paste, free and self.canPaste()),
            ("", None, True),
            (self.tr("Select all"), self.selectAll, True),
        ):
            if slot is None:
                menu.addSeparator()
            else:
                menu.addAction(title, slot).setEnabled(enabled)
        menu.popup(event.globalPos())

    def _type(self, stroke: Stroke, event: QKeyEvent) -> None:
        cursor = self.textCursor()
        if stroke is Stroke.BREAK:
            self._break_line(cursor)
        elif stroke is Stroke.ERASE_BACK and not cursor.hasSelection() and cursor.atBlockStart():
            cursor.movePosition(QTextCursor.MoveOperation.PreviousCharacter)
            self._join_lines(cursor)
        elif stroke is Stroke.ERASE_ON and not cursor.hasSelection() and cursor.atBlockEnd():
            self._join_lines(cursor)
        else:
            super().keyPressEvent(event)

    def _break_line(self, cursor: QTextCursor) -> None:
        cursor.beginEditBlock()
        cursor.removeSelectedText()
        while self._page.characterAt(cursor.position() - 1) == " ":
            cursor.deletePreviousChar()
        while self._page.characterAt(cursor.position()) == " ":
            cursor.deleteChar()
        cursor.insertBlock()
        cursor.endEditBlock()
        self.setTextCursor(cursor)
        self.ensureCursorVisible()

    def _join_lines(self, cursor: QTextCursor) -> None:
        """Join the line that the cursor ends with the one below it."""
        after = cursor.block().next()
        if not after.isValid():
            return
        between = joint(cursor.block().text(), after.text())
        cursor.beginEditBlock()
        cursor.deleteChar()
        cursor.insertText(between)
        cursor.endEditBlock()
        self.setTextCursor(cursor)
        self.ensureCursorVisible()

    def _is_in_live_line(self) -> bool:
        cursor = self.textCursor()
        return not cursor.hasSelection() and isinstance(self._page.rows[cursor.blockNumber()], Caption)

    def _touches_protected(self, stroke: Stroke | None = None) -> bool:
        """Whether an edit at the cursor would change rows that are not the user's to change."""
        cursor = self.textCursor()
        start, end = self._spot(cursor.selectionStart()), self._spot(cursor.selectionEnd())
        first, last = start[0], end[0]
        if cursor.hasSelection():
            # Whole rows are selected with the break behind them: the row after it stays as it is.
            last -= first < last and start[1] == end[1] == 0
        elif stroke is Stroke.ERASE_BACK:
            first -= cursor.atBlockStart()
        elif stroke is Stroke.ERASE_ON:
            last += cursor.atBlockEnd()
        return any(map(is_protected, self._page.rows[max(0, first) : last + 1]))


def _is_word(text: str) -> bool:
    return text.isprintable() and bool(text.strip())
