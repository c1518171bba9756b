"""What is read and the panel beside it, or one of them where there is no room for both."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

_HANDLE = 1


class Sides(QSplitter):
    """Gives a narrow window to the content: it shrinks first, then the panel, which then is folded.

    Asked for there, the panel stands in the content's place.

    Args:
        width: of the panel, in pixels, where there is room.
        wanted: whether the panel is to be there.
    """

    panel_shown = Signal(bool)
    """The panel came or went, whoever had it do so."""
    sized = Signal(int)
    """The user moved the panel's edge: its new width."""

    def __init__(self, content: QWidget, panel: QWidget, width: int, *, wanted: bool) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._content, self._panel = content, panel
        self._width = width
        self._wanted = wanted
        self._narrow = False
        self.setHandleWidth(_HANDLE)
        self.setChildrenCollapsible(False)
        self.addWidget(content)
        self.addWidget(panel)
        panel.setVisible(wanted)
        self.splitterMoved.connect(self._moved)

    def show_panel(self, shown: bool) -> None:
        """The user wants the panel there, or away."""
        self._wanted = shown
        self._show(panel=shown, content=not (shown and self._narrow))

    def minimumSizeHint(self) -> QSize:
        """The panel can be folded."""
        return QSize(self._content.minimumWidth(), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold the panel, or bring it back."""
        super().resizeEvent(event)
        narrow = self.width() < self._content.minimumWidth() + _HANDLE + self._least()
        if narrow != self._narrow:
            self._narrow = narrow
            self._show(panel=self._wanted and not narrow, content=True)
        else:
            self._share()

    def _show(self, *, panel: bool, content: bool) -> None:
        changed = panel == self._panel.isHidden()
        self._content.setVisible(content)
        self._panel.setVisible(panel)
        self._share()
        if changed:
            self.panel_shown.emit(panel)

    def _share(self) -> None:
        """Give the panel its width, or what the content can spare."""
        spare = self.width() - _HANDLE - self._content.minimumWidth()
        panel = max(self._least(), min(self._width, spare))
        self.setSizes([self.width() - _HANDLE - panel, panel])

    def _least(self) -> int:
        return max(self._panel.minimumWidth(), self._panel.minimumSizeHint().width())

    def _moved(self) -> None:
        self._width = self._panel.width()
        self.sized.emit(self._width)
