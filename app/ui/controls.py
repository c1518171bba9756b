"""Buttons that draw themselves from the theme, and shrink to their icon where there is no room."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QFocusEvent,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.density import ROOMY, Density
from app.ui.look import Look
from app.ui.pressable import PressableButton
from app.ui.theme import Theme

HEIGHT = 36
ICON = 18
_RADIUS = 8
_BY_KEYBOARD = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


class Kind(Enum):
    """What a button is for, which decides its colors."""

    PLAIN = auto()
    ACCENT = auto()
    STOP = auto()
    QUIET = auto()


@dataclass(frozen=True, slots=True)
class Colors:
    """What one button is painted with now; an empty color is not painted."""

    fill: str
    border: str
    text: str


class Button(PressableButton):
    """A push button of the house: icon, text, and a chevron where it opens a menu.

    Args:
        icon: name of a drawing; empty for none.
        chevron: whether a menu opens.
    """

    def __init__(
        self,
        look: Look,
        text: str = "",
        icon: str = "",
        kind: Kind = Kind.PLAIN,
        chevron: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._look = look
        self._icon = icon
        self._kind = kind
        self._chevron = chevron
        self._compact = False
        self._density = ROOMY
        self._waiting = False
        self._hovered = False
        self._ringed = False
        self.setFont(look.font(14, self._weight()))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        look.changed.connect(self.update)

    def show_as(self, text: str, icon: str, kind: Kind) -> None:
        """Become another button in the same place."""
        self._icon, self._kind = icon, kind
        self.setFont(self._look.font(14, self._weight()))
        self.setText(text)
        self.updateGeometry()
        self.update()

    def set_waiting(self, waiting: bool) -> None:
        """Look as if it could not be pressed now. Unlike a disabled button it keeps the focus."""
        self._waiting = waiting
        self.update()

    def set_compact(self, compact: bool) -> None:
        """Leave out the text; the name for screen readers and the tool tip stay."""
        if compact != self._compact:
            self._compact = compact
            self.updateGeometry()
            self.update()

    def set_density(self, density: Density) -> None:
        """Put the parts closer together, or farther apart."""
        if density != self._density:
            self._density = density
            self.updateGeometry()
            self.update()

    def ground(self) -> QColor:
        """What its frame is filled with now."""
        colors, theme = self._colors(self._look.theme), self._look.theme
        fill = QColor(colors.fill or theme.surface)
        if colors.fill == colors.border and colors.fill and (self.isDown() or self._hovered):
            return fill.lighter(108) if theme.dark else fill.darker(108)
        return fill

    def sizeHint(self) -> QSize:
        """Room for everything in one line."""
        every = (self._icon_width(), self._text_width(), self._extra_width(), self._chevron_width())
        parts = [width for width in every if width]
        width = sum(parts) + self._gap() * (len(parts) - 1) + 2 * self._padding()
        return QSize(width, self._look.px(HEIGHT))

    def minimumSizeHint(self) -> QSize:
        """The same: text is cut by `_text_width` alone, never by the layout."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw frame, icon, text and chevron from left to right."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._waiting or not self.isEnabled():
            painter.setOpacity(0.45)
        colors = self._colors(self._look.theme)
        self._paint_frame(painter, colors)
        left = float(self._padding())
        if self._icon_width():
            self._paint_icon(painter, colors, self._square(left, self._icon_width()))
            left += self._icon_width() + self._gap()
        if self._text_width():
            self._paint_text(painter, colors, left)
        if side := self._chevron_width():
            right = self.width() - self._padding() - side
            self._look.icons.paint(painter, "chevron", colors.text, self._square(right, side))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses, as the space bar does."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show a ring only to those who move by keyboard."""
        if event.reason() in _BY_KEYBOARD:
            self._ringed = True
        elif event.reason() == Qt.FocusReason.MouseFocusReason:
            self._ringed = False
        super().focusInEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Answer the pointer."""
        self._hovered = True
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Answer the pointer's leaving."""
        self._hovered = False
        self.update()
        super().leaveEvent(event)

    def _colors(self, theme: Theme) -> Colors:
        if self._kind is Kind.ACCENT:
            return Colors(theme.accent, theme.accent, theme.on_accent)
        if self._kind is Kind.STOP:
            return Colors(theme.stop, theme.stop, theme.on_stop)
        fill = theme.selection if self.isDown() or (self._hovered and self.isEnabled()) else ""
        if self.isChecked():
            return Colors(fill, theme.accent, theme.accent)
        return Colors(fill, "" if self._kind is Kind.QUIET else theme.line, theme.ink)

    def _paint_frame(self, painter: QPainter, colors: Colors) -> None:
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        radius = self._look.px(_RADIUS)
        painter.setPen(QPen(QColor(colors.border)) if colors.border else Qt.PenStyle.NoPen)
        painter.setBrush(self.ground() if colors.fill or colors.border else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(area, radius, radius)
        if self._ring():
            self._paint_focus(painter, colors, area, radius)

    def _paint_focus(self, painter: QPainter, colors: Colors, area: QRectF, radius: int) -> None:
        """A ring inside the frame: in the text's color on a filled button, else in the accent."""
        filled = self._kind in (Kind.ACCENT, Kind.STOP)
        inset = 3.0 if filled else 1.0
        painter.setPen(QPen(QColor(colors.text if filled else self._look.theme.accent), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(area.adjusted(inset, inset, -inset, -inset), radius - inset, radius - inset)

    def _paint_icon(self, painter: QPainter, colors: Colors, area: QRectF) -> None:
        self._look.icons.paint(painter, self._icon, colors.text, area)

    def _paint_text(self, painter: QPainter, colors: Colors, left: float) -> None:
        painter.setPen(QColor(colors.text))
        # A layout may give less room than the text asked for.
        room = min(self._text_width() + 1, self._text_end() - int(left))
        text = QFontMetrics(self.font()).elidedText(self.text(), Qt.TextElideMode.ElideRight, room)
        area = QRectF(left, 0, room, self.height())
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)

    def _ring(self) -> bool:
        return self._ringed and self.hasFocus()

    def _square(self, left: float, side: int) -> QRectF:
        return QRectF(left, (self.height() - side) / 2, side, side)

    def _icon_width(self) -> int:
        return self._look.px(ICON) if self._icon else 0

    def _text_width(self) -> int:
        if self._compact or not self.text():
            return 0
        # Widths are whole pixels here and fractions when drawn: one more, or the last letter is cut.
        return QFontMetrics(self.font()).horizontalAdvance(self.text()) + 1

    def _extra_width(self) -> int:
        """Room kept between text and chevron for what a subclass puts there."""
        return 0

    def _text_end(self) -> int:
        """Where the text has to end: before the frame, the chevron, and what a subclass puts there."""
        parts = [width for width in (self._extra_width(), self._chevron_width()) if width]
        return self.width() - self._padding() - sum(parts) - self._gap() * len(parts) + 1

    def _chevron_width(self) -> int:
        return self._look.px(16) if self._chevron and self._density.chevron else 0

    def _gap(self) -> int:
        return self._look.px(self._density.gap)

    def _padding(self) -> int:
        if self._text_width() or self._extra_width() or self._chevron_width():
            return self._look.px(self._density.padding)
        return (self._look.px(self._density.side) - self._icon_width()) // 2

    def _weight(self) -> QFont.Weight:
        filled = self._kind in (Kind.ACCENT, Kind.STOP)
        return QFont.Weight.DemiBold if filled else QFont.Weight.Normal
