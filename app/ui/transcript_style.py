"""Measures, fonts and colors of the transcript view."""

from __future__ import annotations

from collections.abc import Collection
from math import sqrt

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontInfo,
    QFontMetricsF,
    QGuiApplication,
    QPalette,
    QPen,
    QTextCharFormat,
    QTextLayout,
)

from app.domain.captions import Caption
from app.domain.events import Gap
from app.ui.theme import Theme
from app.ui.transcript_rows import Row, qt_length, row_text

_USUAL_FONT_PIXELS = 14.0
"""Pixels of the system's font on a desktop where nobody has asked for larger text."""


class TranscriptStyle:
    """How the transcript looks, at one size and in one theme. Lengths are logical pixels."""

    def __init__(self, theme: Theme, zoom: float = 1.0) -> None:
        self.theme = theme
        desktop = max(1.0, QFontInfo(QGuiApplication.font()).pixelSize() / _USUAL_FONT_PIXELS)
        self._scale = zoom * desktop
        # What stands beside the text grows less with it, or large text would have no room left.
        self._beside = min(zoom, sqrt(zoom)) * desktop
        self.text_font = self._font(16)
        self.gap_font = self._font(13)
        self.time_font = self._font(12, scale=self._beside)
        self.time_font.setFeature(QFont.Tag("tnum"), 1)
        self.lane_font = self._font(12, QFont.Weight.Bold, self._beside)
        self.underline = QPen(QColor(theme.accent), self.px(1), Qt.PenStyle.CustomDashLine)
        self.underline.setDashPattern([1.0, 2.0])
        self.line_height = self.px(24)
        self.row_padding = self.px(6)
        metrics = QFontMetricsF(self.text_font)
        self.baseline = round(
            (self.line_height - metrics.ascent() - metrics.descent()) / 2 + metrics.ascent()
        )
        self.time_right = round(84 * self._beside)
        self.lane_left = round(100 * self._beside)
        self.bottom_margin = self.px(16)
        self.right_margin = round(32 * self._beside)
        self.longest_line = self.px(720)

    def px(self, length: float) -> int:
        """Logical pixels for a length of the design."""
        return round(length * self._scale)

    def row_height(self, lines: int) -> int:
        """How high a row of so many lines is, with the room around it."""
        return self.line_height * lines + 2 * self.row_padding

    def lane_width(self, names: Collection[str]) -> int:
        """Room for the names of the lanes; none for a single one."""
        if len(names) < 2:
            return 0
        metrics = QFontMetricsF(self.lane_font)
        widest = max(metrics.horizontalAdvance(name) for name in names)
        return round(min(max(widest + 1, 56 * self._beside), 140 * self._beside))

    def text_left(self, lane_width: int) -> int:
        """Where the text begins, behind a column for the lanes' names where there is one."""
        return self.lane_left + lane_width + round(12 * self._beside)

    def formats(self, row: Row) -> list[QTextLayout.FormatRange]:
        """What is special about the text of the row."""
        text = row_text(row)
        if isinstance(row, Gap):
            return [_range(0, qt_length(text), self.theme.warn, self.gap_font)]
        if isinstance(row, Caption) and row.soft:
            settled = qt_length(row.settled)
            return [_range(settled, qt_length(text) - settled, self.theme.soft)]
        return []

    def palette(self, palette: QPalette) -> QPalette:
        """`palette` in the colors of the theme."""
        for role, color in (
            (QPalette.ColorRole.Window, self.theme.surface),
            (QPalette.ColorRole.Base, self.theme.surface),
            (QPalette.ColorRole.Text, self.theme.ink),
            (QPalette.ColorRole.Highlight, self.theme.accent),
            (QPalette.ColorRole.HighlightedText, self.theme.on_accent),
        ):
            palette.setColor(role, QColor(color))
        return palette

    def _font(
        self, size: float, weight: QFont.Weight = QFont.Weight.Normal, scale: float | None = None
    ) -> QFont:
        font = QFont(QGuiApplication.font())
        font.setPixelSize(round(size * (scale or self._scale)))
        font.setWeight(weight)
        return font


def _range(start: int, length: int, color: str, font: QFont | None = None) -> QTextLayout.FormatRange:
    result = QTextLayout.FormatRange()
    result.start = start
    result.length = length
    look = QTextCharFormat()
    look.setForeground(QColor(color))
    if font is not None:
        look.setFont(font)
    result.format = look
    return result
