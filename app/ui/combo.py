"""A choice among many, one of them in sight."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QComboBox, QSizePolicy, QStyledItemDelegate, QWidget

from app.ui.controls import HEIGHT
from app.ui.look import Look

_LEAST_LETTERS = 10


class Combo(QComboBox):
    """A drop-down list in the colors of the house.

    Args:
        name: for screen readers.
    """

    chosen = Signal(object)
    """The value the user chose."""

    def __init__(self, look: Look, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._values: list[Hashable] = []
        self.setAccessibleName(name)
        self.setFont(look.font(14))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        # A long entry is cut, instead of widening the window.
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(_LEAST_LETTERS)
        # The list's own delegate draws as menus do, and takes no style sheet.
        self.setItemDelegate(QStyledItemDelegate(self))
        self.activated.connect(self._activated)
        look.changed.connect(self.update)

    def fill(self, rows: Sequence[tuple[Hashable, str]], chosen: Hashable) -> None:
        """Offer `rows`, each a value and its text, and show the chosen one."""
        self._values = [value for value, _ in rows]
        self.clear()
        self.addItems([text for _, text in rows])
        self.show_chosen(chosen)

    def show_chosen(self, value: Hashable) -> None:
        """Show the entry of `value`."""
        self.setCurrentIndex(self._values.index(value) if value in self._values else -1)

    @property
    def value(self) -> Hashable:
        """What is chosen; None for nothing."""
        return self._values[self.currentIndex()] if self.currentIndex() >= 0 else None

    def sizeHint(self) -> QSize:
        """As high as a button."""
        return QSize(super().sizeHint().width(), self._look.px(HEIGHT))

    def minimumSizeHint(self) -> QSize:
        """As high as a button."""
        return QSize(super().minimumSizeHint().width(), self._look.px(HEIGHT))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll what it lies on: nobody chooses by accident."""
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw frame, text and chevron."""
        look, theme = self._look, self._look.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self.isEnabled():
            painter.setOpacity(0.45)
        edge = theme.accent if self.hasFocus() else theme.line
        painter.setPen(QPen(QColor(edge), 1))
        painter.setBrush(QColor(theme.selection if self.underMouse() else theme.surface))
        radius = look.px(8)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        side, inset = look.px(16), look.px(12)
        place = QRectF(self.width() - inset - side, (self.height() - side) / 2, side, side)
        look.icons.paint(painter, "chevron", theme.ink, place)
        room = self.width() - 3 * inset - side
        painter.setPen(QColor(theme.ink))
        text = QFontMetrics(self.font()).elidedText(self.currentText(), Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRectF(inset, 0, room, self.height()), Qt.AlignmentFlag.AlignVCenter, text)

    def _activated(self, index: int) -> None:
        self.chosen.emit(self._values[index])
