"""A recording dropped anywhere on the window is captioned."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.ui.look import Look


def dropped_files(data: QMimeData) -> list[Path]:
    """The files of this computer in what is being dragged."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


class DropHint(QWidget):
    """Lies over its parent while a file hovers above that."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._area = parent
        self._look = look
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def cover(self) -> None:
        """Appear over all of it."""
        self.setGeometry(self._area.rect())
        self.raise_()
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A veil, a dashed frame, and what dropping would do."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, look = self._look.theme, self._look
        veil = QColor(theme.selection)
        veil.setAlphaF(0.92)
        painter.fillRect(self.rect(), veil)
        painter.setPen(QPen(QColor(theme.accent), 2, Qt.PenStyle.DashLine))
        inset = look.px(16)
        painter.drawRoundedRect(
            QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), look.px(12), look.px(12)
        )
        painter.setPen(QColor(theme.ink))
        painter.setFont(look.font(20))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.tr("Drop to caption this recording"))


class DropTarget(QObject):
    """Takes the files that are dropped on `area`."""

    dropped = Signal(object)
    """The files, as a list of `Path`; at least one."""

    def __init__(self, look: Look, area: QWidget) -> None:
        super().__init__(area)
        self._hint = DropHint(look, area)
        area.setAcceptDrops(True)
        area.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Welcome files, show what dropping them would do, take them."""
        if isinstance(event, QDropEvent) and event.type() in (QEvent.Type.DragEnter, QEvent.Type.Drop):
            return self._take(event, dropped_files(event.mimeData()))
        if event.type() == QEvent.Type.DragLeave:
            self._hint.hide()
        elif event.type() == QEvent.Type.Resize and not self._hint.isHidden():
            self._hint.cover()
        return False

    def _take(self, event: QDropEvent, files: list[Path]) -> bool:
        arrived = event.type() == QEvent.Type.Drop
        self._hint.setVisible(bool(files) and not arrived)
        if not files:
            return False
        event.acceptProposedAction()
        if arrived:
            self.dropped.emit(files)
        else:
            self._hint.cover()
        return True
