"""How loud the input has been in the last second or so."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.domain.audio import Level
from app.ui.look import Look

_BARS = 12
_QUIETEST, _LOUDEST = -60.0, -6.0
"""Decibels below full scale that make the shortest and the tallest bar."""
_CLIPPED = 0.99
_FAINT = 0.2
_REPORT_EVERY = 10


class LevelMeter(QWidget):
    """Bars that wander to the left, the newest at the right.

    Args:
        ground: what it stands on now; opaque.
    """

    def __init__(self, look: Look, ground: Callable[[], QColor], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._ground = ground
        self._heights: deque[float] = deque([0.0] * _BARS, maxlen=_BARS)
        self._clipped = 0
        self._count = 0
        self._bars = _BARS
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        # It moves ten times a second: what is behind it need not be painted each time.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(self.tr("Input level"))
        self.setFixedSize(self.sizeHint())
        look.changed.connect(self.update)

    def show_bars(self, bars: int) -> None:
        """Show the newest so many, at most twelve."""
        if bars != self._bars:
            self._bars = min(bars, _BARS)
            self.setFixedSize(self.sizeHint())
            self.update()

    def take(self, level: Level) -> None:
        """Show one more level."""
        before = self.loudness, self._clipped
        self._heights.append(height(level.rms))
        self._clipped = _BARS if level.peak >= _CLIPPED else max(0, self._clipped - 1)
        self._count += 1
        if self._count % _REPORT_EVERY == 0:
            self._describe()
        if (self.loudness, self._clipped) != (0.0, 0) or before != (0.0, 0):
            self.update()

    def clear(self) -> None:
        """Fall silent."""
        self._heights.extend([0.0] * _BARS)
        self._clipped = 0
        self._describe()
        self.update()

    @property
    def loudness(self) -> float:
        """The tallest bar shown, 0 to 1."""
        return max(self._heights)

    def sizeHint(self) -> QSize:
        """Bars of 3 with gaps of 1, larger where the text is, and as high as that."""
        return QSize(self._bars * self._step, self._look.px(16))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bars from the bottom up. Rounded and smoothed they would take four times as long."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._ground())
        theme = self._look.theme
        loud, faint = QColor(theme.warn if self._clipped else theme.ok), QColor(theme.ok)
        faint.setAlphaF(0.3)
        step, least, most = self._step, self._look.px(3), self.height()
        wide = step - self._look.px(1)
        for number, share in enumerate(list(self._heights)[-self._bars :]):
            tall = round(least + share * (most - least))
            painter.fillRect(number * step, most - tall, wide, tall, loud if share > 0 else faint)

    @property
    def _step(self) -> int:
        """From one bar to the next."""
        return self._look.px(4)

    def _describe(self) -> None:
        """Tell a screen reader, seldom and in words: it would read out every number."""
        text = self.tr("Silent")
        if self._clipped:
            text = self.tr("Too loud")
        elif self.loudness > 0:
            text = self.tr("Faint") if self.loudness < _FAINT else self.tr("Good")
        if text != self.accessibleDescription():
            self.setAccessibleDescription(text)


def height(rms: float) -> float:
    """Share of the full height for a level, 0 to 1, even in decibels."""
    if rms <= 0:
        return 0.0
    decibels = 20 * math.log10(rms)
    return min(1.0, max(0.0, (decibels - _QUIETEST) / (_LOUDEST - _QUIETEST)))
