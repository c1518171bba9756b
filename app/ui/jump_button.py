"""The way back to the newest line."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget

from app.ui.transcript_style import TranscriptStyle


class JumpButton(QPushButton):
    """A small button that floats over the end of the transcript while the reader is elsewhere."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.hide()

    def offer(self, lines: int, *, live: bool) -> None:
        """Say how many lines came since; hide where nothing came and nothing is being spoken."""
        self.setVisible(lines > 0 or live)
        if lines == 0:
            title = self.tr("Jump to live")
        elif lines == 1:
            title = self.tr("1 new line")
        else:
            title = self.tr("{0} new lines").format(lines)
        if title != self.accessibleName():
            self.setAccessibleName(title)
            self.setText(f"\u2193  {title}")
            self.adjustSize()

    def set_style(self, style: TranscriptStyle) -> None:
        """Take other measures, fonts and colors."""
        theme = style.theme
        self.setStyleSheet(
            f"QPushButton {{ background: {theme.accent}; color: {theme.on_accent}; border: none;"
            f" border-radius: {style.px(15)}px; padding: {style.px(6)}px {style.px(14)}px;"
            f" font-size: {style.px(13)}px; min-height: {style.px(18)}px; }}"
            f"QPushButton:focus {{ border: 2px solid {theme.ink}; }}"
        )
        self.adjustSize()
