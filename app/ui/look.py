"""What a control needs to draw itself: colors, icons, fonts and measures."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QFont, QFontInfo, QGuiApplication

from app.ui.icons import Icons
from app.ui.theme import Appearance, Theme

_USUAL_FONT_PIXELS = 14.0
"""Pixels of the system's font on a desktop where nobody has asked for larger text."""


class Look(QObject):
    """The theme in force, and measures that grow with the system's font."""

    changed = Signal()

    def __init__(self, appearance: Appearance, icons: Icons, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self.icons = icons
        system = QFontInfo(QGuiApplication.font()).pixelSize()
        self._scale = max(1.0, system / _USUAL_FONT_PIXELS)
        appearance.changed.connect(self.changed)

    @property
    def theme(self) -> Theme:
        """The colors to paint with now."""
        return self._appearance.theme

    def px(self, length: float) -> int:
        """Logical pixels for a length of the design."""
        return round(length * self._scale)

    def font(self, size: float = 14, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
        """The system's font at a size of the design."""
        font = QFont(QGuiApplication.font())
        font.setPixelSize(self.px(size))
        font.setWeight(weight)
        return font

    def figures(self, size: float = 12) -> QFont:
        """The same with figures of one width, for times and counts that change."""
        font = self.font(size)
        font.setFeature(QFont.Tag("tnum"), 1)
        return font
