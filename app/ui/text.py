"""Plain text in the window: quiet labels, and text that is cut where there is no room."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from app.ui.look import Look


class Label(QLabel):
    """A label that takes its color from the theme.

    Args:
        ink: name of a color of the theme.
        elide: cut the text with an ellipsis instead of asking for room.
    """

    def __init__(
        self,
        look: Look,
        font: QFont,
        ink: str = "ink",
        text: str = "",
        elide: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._look = look
        self._ink = ink
        self._elide = elide
        self.setFont(font)
        self.setTextFormat(Qt.TextFormat.PlainText)
        if elide:
            self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        look.changed.connect(self._recolor)
        self._recolor()

    def set_ink(self, ink: str) -> None:
        """Take another color of the theme."""
        if ink != self._ink:
            self._ink = ink
            self._recolor()

    def minimumSizeHint(self) -> QSize:
        """Next to nothing where the text may be cut."""
        hint = super().minimumSizeHint()
        return QSize(self._look.px(24), hint.height()) if self._elide and self.text() else hint

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the text, cut where it has to be."""
        if not self._elide:
            super().paintEvent(event)
            return
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        text = QFontMetrics(self.font()).elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), self.alignment() | Qt.AlignmentFlag.AlignVCenter, text)

    def _recolor(self) -> None:
        palette = self.palette()
        palette.setColor(self.foregroundRole(), QColor(getattr(self._look.theme, self._ink)))
        self.setPalette(palette)
