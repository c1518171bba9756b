"""How the transcript is shown: colors, underlines, and where the view stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from PySide6.QtCore import QCoreApplication, QEvent, QMargins, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QShowEvent,
    QTextBlock,
    QTextCursor,
)
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QWidget

from app.domain.captions import Caption
from app.domain.transcript import Segment
from app.ui.jump_button import JumpButton
from app.ui.speakers import Speakers
from app.ui.theme import Appearance
from app.ui.transcript_document import TranscriptDocument
from app.ui.transcript_gutter import TranscriptGutter
from app.ui.transcript_paint import EditedSpans, ShownRow, tint_live, underline
from app.ui.transcript_place import Place, Spot
from app.ui.transcript_rows import Row
from app.ui.transcript_style import TranscriptStyle


class TranscriptPage(QPlainTextEdit):
    """Rows of text that grow at their end without moving what somebody reads or edits.

    While all rows fit they stand at the bottom. After that the view follows the end as long as the
    reader is there; a reader who is elsewhere, or held by an edit, is offered a way back.
    """

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._zoom = 1.0
        self._style = TranscriptStyle(appearance.theme)
        self._page = TranscriptDocument(self._style, self)
        self._speakers = Speakers()
        self._spans = EditedSpans()
        self._rendering = 0
        self._following = True
        self._held = False
        self._missed = 0
        self._upper_edge = 0
        self.setViewport(_paper())
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAutoFillBackground(True)
        self.setDocument(self._page)
        self.setUndoRedoEnabled(False)
        self.setTabChangesFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._gutter = TranscriptGutter(self, self.shown_rows)
        self._jump = JumpButton(self)
        self._jump.clicked.connect(self.jump_to_end)
        self.updateRequest.connect(self._update_gutter)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        appearance.changed.connect(self._restyle)
        self._restyle()

    def set_zoom(self, zoom: float) -> None:
        """Show the text larger (above 1) or smaller than the system's font asks for."""
        self._zoom = zoom
        self._restyle()

    def expect_speakers(self, lanes: Sequence[str]) -> None:
        """Make room for the names of two before they speak: nothing moves when they do."""
        self._speakers.expect(lanes)
        self._settle()

    def name_lanes(self, title: Callable[[str], str]) -> None:
        """Call the lanes so."""
        self._speakers.call(title)
        self._gutter.name_lanes(title)
        self._settle()

    def shown_rows(self) -> Iterator[ShownRow]:
        """The rows in view, from the top."""
        block = self.firstVisibleBlock()
        top = self.blockBoundingGeometry(block).translated(self.contentOffset()).top()
        rows = self._page.rows
        number = block.blockNumber()
        while number < len(rows) and top <= self.viewport().height():
            height = self._page.height(block)
            yield ShownRow(rows[number], block, top, height)
            top += height
            block = block.next()
            number += 1

    def jump_to_end(self) -> None:
        """Show the newest row and follow it again."""
        self._following, self._held = True, False
        self._settle()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw tints, the text, and the underlines of words that the user changed."""
        shown = [row for row in self.shown_rows() if row.meets(event.rect().top(), event.rect().bottom() + 1)]
        if live := [row for row in shown if isinstance(row.row, Caption)]:
            with QPainter(self.viewport()) as painter:
                for row in live:
                    rect = QRectF(0, row.top, self.viewport().width(), row.height)
                    tint_live(painter, rect, self._style, self.width(), self.viewport().x())
        super().paintEvent(event)
        if edited := [row for row in shown if isinstance(row.row, Segment) and row.row.edited]:
            with QPainter(self.viewport()) as painter:
                painter.setPen(self._style.underline)
                for row in edited:
                    underline(painter, row, self._spans)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep what is being read where it was: the newest row at the end, else the row at the top."""
        top = self._place().top
        super().resizeEvent(event)
        if not self._rendering:
            self._stay_put(top)
            self._settle()

    def showEvent(self, event: QShowEvent) -> None:
        """Take the place that was left open while nothing could be measured."""
        super().showEvent(event)
        self._settle()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the system's font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ApplicationFontChange:
            self._restyle()

    def event(self, event: QEvent) -> bool:
        """Scroll from the margins too."""
        if event.type() == QEvent.Type.Wheel:
            return QCoreApplication.sendEvent(self.verticalScrollBar(), event)
        return super().event(event)

    def _fill(self, rows: Sequence[Row]) -> None:
        self._speakers.forget()
        self._following, self._held, self._missed = True, False, 0
        with self._untouched():
            self._page.fill(rows)
        self._speakers.learn(rows)
        self._settle()

    def _splice(self, index: int, count: int, rows: Sequence[Row]) -> None:
        """Put rows in the place of others; cursor, selection and view stay with what they were at."""
        place = self._place()
        with self._untouched():
            moved = self._page.splice(index, count, rows)
            self._return_to(place.after(index, count, len(rows)))
        if not moved:
            # Most words that are spoken: all that follows is as it was.
            return
        self._gutter.update()
        self._speakers.learn(rows)
        if not self._at_end and index >= place.top[0]:
            self._missed += max(0, sum(isinstance(row, Segment) for row in rows) - count)
        self._settle()

    @contextmanager
    def _untouched(self) -> Iterator[None]:
        """What happens to text and view meanwhile is not the user's doing."""
        self._rendering += 1
        try:
            yield
        finally:
            self._rendering -= 1

    @property
    def _at_end(self) -> bool:
        return self._following and not self._held

    def _settle(self) -> None:
        """Let the last row end where the view ends, for a reader who is there."""
        bar = self.verticalScrollBar()
        with self._untouched():
            whole = self._arrange()
            if whole or self._at_end:
                bar.setValue(bar.maximum())
                self._missed = 0
            elif bar.value() < bar.maximum():
                # Held until the end went out of sight: the way back is the reader's to take.
                self._following = False
        self._offer_jump()

    def _stay_put(self, top: Spot) -> None:
        """Rows stay where they are in the window when something comes or goes above the view."""
        edge = self.mapTo(self.window(), QPoint()).y()
        moved, self._upper_edge = edge - self._upper_edge, edge
        if moved and not self._at_end:
            below = self.viewportMargins().top() - moved
            value, room = self._page.scrolled(self._block(top[0]), top[1], below)
            with self._untouched():
                self._set_margins(room)
                self.verticalScrollBar().setValue(value)

    def _offer_jump(self) -> None:
        bar = self.verticalScrollBar()
        away = not self._at_end and bar.value() < bar.maximum()
        live = bool(self._page.rows) and isinstance(self._page.rows[-1], Caption)
        self._jump.offer(self._missed if away else 0, live=away and live)
        margin = self._style.bottom_margin
        right = self.width() - margin - self._bar_width
        self._jump.move(right - self._jump.width(), self.height() - margin - self._jump.height())

    def _arrange(self) -> bool:
        """Set the margins around the text; says whether all rows fit into the view."""
        style = self._style
        self._set_margins(self.viewportMargins().top())
        room = self.contentsRect().height() - style.bottom_margin
        height, whole = self._page.end_height(room - 1)
        # Qt scrolls by lines: what is left over is put above the rows, so that the last one stays put.
        top = max(0, int(room - height - 1))
        if not (whole or self._at_end):
            top = self.viewportMargins().top()
            if self.verticalScrollBar().value():
                # More is room in front of the first row, left by what stood above the view.
                top = min(top, style.line_height + 2 * style.row_padding)
        # Left to itself, the bar would come and go, and break all lines anew, with each row.
        policy = Qt.ScrollBarPolicy.ScrollBarAlwaysOff if whole else Qt.ScrollBarPolicy.ScrollBarAlwaysOn
        if policy != self.verticalScrollBarPolicy():
            self.setVerticalScrollBarPolicy(policy)
        self._set_margins(top)
        return whole

    def _set_margins(self, top: int) -> None:
        left = self._style.text_left(self._speakers.width)
        self._gutter.set_lanes(self._speakers.width)
        room = self.contentsRect().width() - left
        line = min(self._style.longest_line, room - self._style.right_margin)
        margins = QMargins(left, top, max(0, room - line - self._bar_width), self._style.bottom_margin)
        before = self.viewportMargins()
        if margins != before:
            self.setViewportMargins(margins)
            # The rows moved, and with them their times.
            self._gutter.update()
        if (margins.left(), margins.right()) != (before.left(), before.right()):
            # Within a resize Qt would go on breaking lines at the width from before it.
            super().resizeEvent(QResizeEvent(self.viewport().size(), QSize()))
        self._gutter.setGeometry(0, 0, left, self.height())

    @property
    def _bar_width(self) -> int:
        shown = self.verticalScrollBarPolicy() == Qt.ScrollBarPolicy.ScrollBarAlwaysOn
        return self.verticalScrollBar().sizeHint().width() if shown else 0

    def _release(self) -> None:
        """No edit holds the view any more."""
        self._held = False

    def _place(self) -> Place:
        cursor = self.textCursor()
        top = self.firstVisibleBlock()
        return Place(
            self._spot(cursor.position()),
            self._spot(cursor.anchor()),
            (top.blockNumber(), self.verticalScrollBar().value() - top.firstLineNumber()),
        )

    def _spot(self, position: int) -> Spot:
        block = self._page.findBlock(position)
        return block.blockNumber(), position - block.position()

    def _return_to(self, place: Place) -> None:
        anchor, position = self._position(*place.anchor), self._position(*place.cursor)
        cursor = self.textCursor()
        if (cursor.anchor(), cursor.position()) != (anchor, position):
            cursor.setPosition(anchor)
            cursor.setPosition(position, QTextCursor.MoveMode.KeepAnchor)
            self.setTextCursor(cursor)
        number, line = place.top
        self.verticalScrollBar().setValue(self._block(number).firstLineNumber() + line)

    def _position(self, number: int, column: int) -> int:
        block = self._block(number)
        return block.position() + min(column, block.length() - 1)

    def _block(self, number: int) -> QTextBlock:
        return self._page.findBlockByNumber(min(number, self._page.blockCount() - 1))

    def _scrolled(self, value: int) -> None:
        if self._rendering:
            return
        self._following = value >= self.verticalScrollBar().maximum()
        if self._following:
            self._held, self._missed = False, 0
        self._settle()

    def _update_gutter(self, rect: QRect, scrolled: int) -> None:
        if scrolled:
            self._gutter.update()
        elif not self._page.text_only:
            self._gutter.update(0, rect.y() + self.viewport().y(), self._gutter.width(), rect.height())

    def _restyle(self) -> None:
        self._style = style = TranscriptStyle(self._appearance.theme, self._zoom)
        self.setPalette(style.palette(self.palette()))
        self.setFont(style.text_font)
        self._page.set_style(style)
        self._gutter.set_style(style)
        self._speakers.set_style(style)
        self._jump.set_style(style)
        self._settle()


def _paper() -> QWidget:
    """What is written on, as Qt makes it: handing out Qt's own, PySide loads every kind of widget first."""
    paper = QWidget()
    paper.setBackgroundRole(QPalette.ColorRole.Base)
    paper.setAutoFillBackground(True)
    paper.setCursor(Qt.CursorShape.IBeamCursor)
    return paper
