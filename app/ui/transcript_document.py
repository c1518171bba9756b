"""The document behind the transcript view: one block a row, laid out at a line height of its own."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QPointF, QRectF
from PySide6.QtGui import QTextBlock, QTextCursor, QTextDocument, QTextLayout
from PySide6.QtWidgets import QPlainTextDocumentLayout

from app.ui.transcript_rows import Row, is_protected, looks_alike, qt_length, row_text, same_start
from app.ui.transcript_style import TranscriptStyle


class TranscriptLayout(QPlainTextDocumentLayout):
    """Qt breaks the lines; they are then set further apart, with room between the rows.

    Qt's own layout of plain text knows no line height and no margins of a block. Everything that
    looks at a block asks for its rectangle first, so this is where the lines get their place.
    """

    def __init__(self, document: QTextDocument, style: TranscriptStyle) -> None:
        super().__init__(document)
        self.style = style
        self.one_row = False
        """Whatever changes just now lies within one row."""

    def blockBoundingRect(self, block: QTextBlock) -> QRectF:
        """The block with its lines in place and the room around it.

        Qt asks several times for each block in view whenever it paints one of them, and looks at the height.
        """
        if not block.isValid():
            return QRectF()
        layout = block.layout()
        lines = layout.lineCount()
        # Qt puts the first line at 0 whenever it breaks the lines anew.
        if not lines or not layout.lineAt(0).y():
            rect = super().blockBoundingRect(block)
            lines = layout.lineCount()
            if not lines:
                return rect
            self._place(layout, lines)
        return QRectF(0.0, 0.0, self.style.longest_line, self.style.row_height(lines))

    def documentChanged(self, start: int, removed: int, added: int) -> None:
        """Lay out what changed, and have it painted.

        Qt adds up what was removed and what was added: a row that changes as a whole would seem to reach
        into the next one, and all that is in view would be painted with each word.
        """
        if not self.one_row:
            super().documentChanged(start, removed, added)
            return
        block = self.document().findBlock(start)
        # Qt compares heights, too late: formats have thrown the lines away. Their number is kept.
        lines = block.lineCount()
        super().documentChanged(start, 0, 1)
        if block.lineCount() != lines:
            super().documentChanged(block.position(), 0, block.length() + 1)

    def height(self, block: QTextBlock) -> float:
        """How high a block is."""
        lines = block.layout().lineCount()
        return self.style.row_height(lines) if lines else self.blockBoundingRect(block).height()

    def _place(self, layout: QTextLayout, lines: int) -> None:
        style = self.style
        for number in range(lines):
            line = layout.lineAt(number)
            height = line.naturalTextRect().height()
            top = style.row_padding + style.line_height * number + style.baseline - line.ascent()
            # Qt scrolls to where a line ends: at a whole pixel, or all rows would shift by a part of one.
            line.setPosition(QPointF(line.x(), round(top + height) - height))


class TranscriptDocument(QTextDocument):
    """Rows and blocks side by side: block n shows `rows[n]`. Without rows there is one empty block."""

    def __init__(self, style: TranscriptStyle, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: list[Row] = []
        self.text_only = False
        """What changes just now is the text of one row."""
        self._style = style
        self._layout = TranscriptLayout(self, style)
        self.setUndoRedoEnabled(False)
        self.setDocumentMargin(0)
        self.setDocumentLayout(self._layout)

    def fill(self, rows: Sequence[Row]) -> None:
        """Show other rows."""
        self.rows = list(rows)
        self.setPlainText("\n".join(map(row_text, rows)))
        self._dress_special_rows()

    def splice(self, index: int, count: int, rows: Sequence[Row]) -> bool:
        """Put `rows` in the place of `count` rows; text that is the same is left alone.

        Returns:
            Whether more may look different now than the text of a row, which is as high as before.
        """
        all_new = not self.rows
        one_row = count == len(rows) == 1
        self._layout.one_row = one_row
        self.text_only = one_row and looks_alike(self.rows[index], rows[0])
        lines = self._lines(index)
        self.rows[index : index + count] = rows
        cursor = QTextCursor(self)
        cursor.beginEditBlock()
        if all_new or not self.rows:
            self._replace(0, self.characterCount() - 1, "\n".join(map(row_text, rows)))
        else:
            self._splice_blocks(index, count, [row_text(row) for row in rows])
        # Before the end, so that all of it is laid out once.
        self._format(*((index, index + 1) if one_row else self._around(index, rows)))
        cursor.endEditBlock()
        self._layout.one_row = False
        moved = not self.text_only or self._lines(index) != lines
        self.text_only = False
        return moved

    def _lines(self, index: int) -> int:
        return self.findBlockByNumber(index).lineCount()

    def adopt(self, index: int, count: int, rows: Sequence[Row]) -> None:
        """The blocks show `rows` already: the user typed them."""
        self.rows[index : index + count] = rows
        self._dress(*self._around(index, rows))

    def restore(self, index: int, blocks: int, rows: Sequence[Row]) -> None:
        """Show `rows` again, which stand at `index`, in the place of blocks that show something else."""
        self._splice_blocks(index, blocks, [row_text(row) for row in rows])
        self._dress(*self._around(index, rows))

    def set_style(self, style: TranscriptStyle) -> None:
        """Take other measures, fonts and colors."""
        self._style = self._layout.style = style
        self.setDefaultFont(style.text_font)
        self._dress_special_rows()

    def height(self, block: QTextBlock) -> float:
        """How high the block is."""
        return self._layout.height(block)

    def end_height(self, room: float) -> tuple[float, bool]:
        """How much of the room the last whole lines take, and whether these are all there are."""
        block = self.lastBlock()
        height = 0.0
        while block.isValid():
            rows = self.height(block)
            if height + rows > room:
                hidden = self._line_starts(block)[1:]
                fits = (rows - top for top in hidden if height + rows - top <= room)
                return height + next(fits, 0.0), False
            height += rows
            block = block.previous()
        return height, True

    def scrolled(self, block: QTextBlock, line: int, top: float) -> tuple[int, int]:
        """Where to scroll to, and what to leave free above, to show a line `top` pixels below the edge.

        Asking for the height of a block may break its lines anew, so lines are only counted at the end.
        """
        top -= self._line_starts(block)[: line + 1][-1]
        while top > 0 and block.previous().isValid():
            block = block.previous()
            top -= self.height(block)
        while top + self._line_starts(block)[-1] < 0 and block.next().isValid():
            top += self.height(block)
            block = block.next()
        starts = self._line_starts(block)
        line = next((number for number, start in enumerate(starts) if top + start >= 0), len(starts) - 1)
        return block.firstLineNumber() + line, max(0, round(top + starts[line]))

    def _line_starts(self, block: QTextBlock) -> list[float]:
        """How far below the top of the block each of its lines begins where Qt scrolls to it."""
        self._layout.blockBoundingRect(block)
        layout = block.layout()
        ends = (layout.lineAt(number).naturalTextRect().bottom() for number in range(layout.lineCount() - 1))
        return [0.0, *ends]

    def _splice_blocks(self, index: int, count: int, texts: list[str]) -> None:
        kept = min(count, len(texts))
        for number, text in enumerate(texts[:kept], index):
            self._set_text(self.findBlockByNumber(number), text)
        if count > kept:
            self._remove(index + kept, count - kept)
        elif len(texts) > kept:
            self._insert(index + kept, texts[kept:])

    def _set_text(self, block: QTextBlock, text: str) -> None:
        old = block.text()
        if qt_length(old) != block.length() - 1:
            # Half a character, which Python doesn't get to see: count nothing in it.
            self._replace(block.position(), block.position() + block.length() - 1, text)
            return
        if old == text:
            return
        same = same_start(old, text)
        rest = same_start(old[same:][::-1], text[same:][::-1])
        start = block.position() + qt_length(old[:same])
        stop = block.position() + qt_length(old[: len(old) - rest])
        self._replace(start, stop, text[same : len(text) - rest])

    def _insert(self, index: int, texts: list[str]) -> None:
        if index:
            before = self.findBlockByNumber(index - 1)
            end = before.position() + before.length() - 1
            self._replace(end, end, "".join(f"\n{text}" for text in texts))
        else:
            self._replace(0, 0, "".join(f"{text}\n" for text in texts))

    def _remove(self, index: int, count: int) -> None:
        first, last = self.findBlockByNumber(index), self.findBlockByNumber(index + count - 1)
        # One line break goes with them: the one in front, or behind where nothing is in front.
        start = max(0, first.position() - 1)
        stop = last.position() + last.length() - (1 if index else 0)
        self._replace(start, stop, "")

    def _replace(self, start: int, stop: int, text: str) -> None:
        cursor = QTextCursor(self)
        cursor.setPosition(start)
        cursor.setPosition(stop, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(text)

    def _around(self, index: int, rows: Sequence[Row]) -> tuple[int, int]:
        """Begin and end of rows and neighbours: a block that is split or joined may hand on its formats."""
        return max(0, index - 1), min(index + len(rows) + 1, len(self.rows))

    def _dress(self, start: int, stop: int) -> None:
        for block in self._format(start, stop):
            self.markContentsDirty(block.position(), block.length())

    def _format(self, start: int, stop: int) -> list[QTextBlock]:
        """Give rows their colors and fonts; returns those in which these may be others now."""
        changed = []
        for number in range(start, stop):
            block = self.findBlockByNumber(number)
            formats = self._style.formats(self.rows[number])
            if formats or block.layout().formats():
                block.layout().setFormats(formats)
                changed.append(block)
        return changed

    def _dress_special_rows(self) -> None:
        for number, row in enumerate(self.rows):
            if is_protected(row):
                self._dress(number, number + 1)
