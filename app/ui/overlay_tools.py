"""Small parts of the overlay: the tools shown under the pointer, and the badge for faults."""

from __future__ import annotations

import re
from math import ceil

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QLabel, QWidget

from app.ui.theme import OverlayColours

_SIDE = 28
_GAP = 6
_RADIUS = 8
_STROKE = 1.75
_FULL_CIRCLE = 360 * 16
_BADGE_HEIGHT = 22
_BADGE_PADDING = 10
_SENTENCE_END = re.compile(r"(?<=\.) (?![^“]*”)")
"""The blank behind a sentence, but none within the name of a device."""


class OverlayTool(QAbstractButton):
    """One tool: a rounded square with a sign on it."""

    def __init__(self, sign: str, name: str, colours: OverlayColours, parent: QWidget) -> None:
        super().__init__(parent)
        self.setText(sign)
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFixedSize(_SIDE, _SIDE)
        self._colours = colours
        font = QFont(self.font())
        font.setPixelSize(14)
        font.setWeight(QFont.Weight.DemiBold)
        self.setFont(font)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Light up."""
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Go dim again."""
        super().leaveEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the square and its sign."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lit = self.underMouse() and self.isEnabled()
        painter.setBrush(QColor(self._colours.tool_under_pointer if lit else self._colours.tool))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRoundedRect(self.rect(), _RADIUS, _RADIUS)
        painter.setPen(QColor(self._colours.on_tool if self.isEnabled() else self._colours.soft))
        self.paint_sign(painter)

    def paint_sign(self, painter: QPainter) -> None:
        """Paint the text."""
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())


class OpacityTool(OverlayTool):
    """A disc, half of it dense."""

    def paint_sign(self, painter: QPainter) -> None:
        """Paint the disc."""
        disc = QRectF(0, 0, 12, 12)
        disc.moveCenter(QRectF(self.rect()).center())
        painter.setPen(QPen(painter.pen().color(), _STROKE))
        painter.drawArc(disc, 0, _FULL_CIRCLE)
        painter.setBrush(painter.pen().color())
        painter.drawPie(disc, _FULL_CIRCLE // 4, _FULL_CIRCLE // 2)


class CloseTool(OverlayTool):
    """A cross."""

    def paint_sign(self, painter: QPainter) -> None:
        """Paint the cross."""
        cross = QRectF(0, 0, 9, 9)
        cross.moveCenter(QRectF(self.rect()).center())
        painter.setPen(QPen(painter.pen().color(), _STROKE, c=Qt.PenCapStyle.RoundCap))
        painter.drawLine(cross.topLeft(), cross.bottomRight())
        painter.drawLine(cross.topRight(), cross.bottomLeft())


class OverlayTools(QWidget):
    """The row of tools in the overlay's corner."""

    smaller = Signal()
    larger = Signal()
    opacity = Signal()
    close_pressed = Signal()

    def __init__(self, colours: OverlayColours, parent: QWidget) -> None:
        super().__init__(parent)
        self._smaller = OverlayTool("A\u2212", self.tr("Smaller text"), colours, self)
        self._larger = OverlayTool("A+", self.tr("Larger text"), colours, self)
        opacity = OpacityTool("", self.tr("Background opacity"), colours, self)
        close = CloseTool("", self.tr("Close captions"), colours, self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(_GAP)
        for tool, signal in (
            (opacity, self.opacity),
            (self._smaller, self.smaller),
            (self._larger, self.larger),
            (close, self.close_pressed),
        ):
            row.addWidget(tool)
            tool.clicked.connect(signal)
        for tool in (self._smaller, self._larger):
            tool.setAutoRepeat(True)
        self.adjustSize()

    def allow(self, *, smaller: bool, larger: bool) -> None:
        """Say which way the text can still go."""
        self._smaller.setEnabled(smaller)
        self._larger.setEnabled(larger)


class Badge(QLabel):
    """Why there may be no words, in amber on a dark pill; without room, the first sentence of it."""

    def __init__(self, colours: OverlayColours, parent: QWidget) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._colours = colours
        font = QFont(self.font())
        font.setPixelSize(13)
        font.setWeight(QFont.Weight.DemiBold)
        self.setFont(font)
        self._reason = self._also = self._shown = ""
        self.hide()

    def say(self, reason: str, also: str = "") -> None:
        """Have something else to say.

        Args:
            reason: a sentence or two.
            also: a few words that matter more than the second sentence, and less than the first.
        """
        self._reason, self._also = reason, also
        self.setText(f"{reason} {also}".strip())
        # The same length may have other words.
        self.update()

    def fitting_size(self, room: int) -> QSize:
        """Size for as many whole sentences as `room` pixels hold, or for a part of the first."""
        sentences = _SENTENCE_END.split(self._reason)
        reasons = [" ".join(sentences[:count]) for count in range(len(sentences), 0, -1)]
        both = [f"{reason.removesuffix('.')} · {self._also}" for reason in reasons if self._also]
        texts = both + reasons
        self._shown = next((text for text in texts if self._width(text) <= room), texts[-1])
        return QSize(min(self._width(self._shown), room), _BADGE_HEIGHT)

    def _width(self, text: str) -> int:
        return ceil(QFontMetricsF(self.font()).horizontalAdvance(text)) + 1 + 2 * _BADGE_PADDING

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the pill and the sentence."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._colours.badge_background))
        painter.drawRoundedRect(self.rect(), self.height() / 2, self.height() / 2)
        painter.setPen(QColor(self._colours.badge))
        inner = self.rect().adjusted(_BADGE_PADDING, 0, -_BADGE_PADDING, 0)
        text = self.fontMetrics().elidedText(self._shown, Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter, text)
