"""A large button that answers the first screen's question."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QTextOption,
)
from PySide6.QtWidgets import QWidget

from app.ui.controls import Button
from app.ui.look import Look

WIDTH, HEIGHT = 254, 90
SLIM_WIDTH, SLIM_HEIGHT = 320, 64


class Card(Button):
    """A large button with a title and a line or two under it."""

    started = Signal()
    """Double click, or Enter."""

    def __init__(self, look: Look, icon: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(look, title, icon, parent=parent)
        self._detail = ""
        self._slim = False
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setAccessibleName(title)

    def set_detail(self, text: str) -> None:
        """Say more under the title."""
        self._detail = text
        self.setAccessibleDescription(text)
        self.update()

    def set_slim(self, slim: bool) -> None:
        """Be wide and low, for a card above another."""
        self._slim = slim
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Room for a title and two lines, or one."""
        if self._slim:
            return QSize(self._look.px(SLIM_WIDTH), self._look.px(SLIM_HEIGHT))
        return QSize(self._look.px(WIDTH), self._look.px(HEIGHT))

    def minimumSizeHint(self) -> QSize:
        """The same."""
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter starts; the rest as buttons do."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            self.started.emit()
        else:
            super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Start."""
        super().mouseDoubleClickEvent(event)
        self.started.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the frame, the icon, the title, and what stands under it."""
        look, theme = self._look, self._look.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        strong = self.isChecked() or self._ring()
        inset = 1.0 if strong else 0.5
        painter.setPen(QPen(QColor(theme.accent if strong else theme.line), 2 if strong else 1))
        painter.setBrush(QColor(theme.selection if self._hovered or self._ring() else theme.surface))
        frame = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        painter.drawRoundedRect(frame, look.px(12), look.px(12))
        side, rise = look.px(18), look.px(4) if self._slim else 0
        look.icons.paint(painter, self._icon, theme.ink, QRectF(look.px(16), look.px(17) - rise, side, side))
        left = look.px(44)
        wide = self.width() - left - look.px(12)
        painter.setPen(QColor(theme.ink))
        title = QRectF(left, look.px(14) - rise, wide, look.px(24))
        painter.drawText(title, Qt.AlignmentFlag.AlignVCenter, self.text())
        self._paint_detail(painter, QRectF(left, look.px(40) - rise, wide, self.height() - look.px(44)))

    def _paint_detail(self, painter: QPainter, area: QRectF) -> None:
        font = self._look.font(12)
        painter.setFont(font)
        painter.setPen(QColor(self._look.theme.muted))
        metrics = QFontMetrics(font)
        lines = max(1, int(area.height()) // metrics.lineSpacing())
        # Wrapping leaves the end of each line but the last empty: some nine tenths hold text.
        room = int(area.width() * (1 + 0.85 * (lines - 1)))
        text = metrics.elidedText(self._detail, Qt.TextElideMode.ElideRight, room)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        painter.drawText(area, text, option)
