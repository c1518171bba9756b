"""How far a recording has come, how long it will take, and the way out."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from app.recognizer.news import Progress
from app.ui.clock import short_clock
from app.ui.controls import Button
from app.ui.look import Look
from app.ui.text import Label
from app.ui.time_left import TimeLeft

_STEPS = 1000


class _Bar(QProgressBar):
    """A thin bar; a progress bar to screen readers."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self.setRange(0, _STEPS)
        self.setTextVisible(False)
        self.setAccessibleName(self.tr("Progress"))
        look.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(self._look.px(240), self._look.px(6))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._look.px(40), self._look.px(6))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        tall = self._look.px(6)
        area = QRectF(0, (self.height() - tall) / 2, self.width(), tall)
        painter.setBrush(QColor(self._look.theme.line))
        painter.drawRoundedRect(area, tall / 2, tall / 2)
        area.setWidth(max(tall, area.width() * self.value() / _STEPS))
        painter.setBrush(QColor(self._look.theme.accent))
        painter.drawRoundedRect(area, tall / 2, tall / 2)


class ProgressRow(QWidget):
    """A slim row under the bar while a recording is captioned."""

    cancelled = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._estimate = TimeLeft()
        self._bar = _Bar(look, self)
        self._text = Label(look, look.figures(12), "muted", parent=self)
        self._cancel = Button(look, self.tr("Cancel"), parent=self)
        self._cancel.setToolTip(self.tr("Stop at once; the captions so far stay"))
        self._cancel.clicked.connect(self.cancelled)
        line = QHBoxLayout(self)
        line.setContentsMargins(look.px(16), look.px(6), look.px(16), look.px(6))
        line.setSpacing(look.px(16))
        line.addWidget(self._bar, 1)
        line.addWidget(self._text)
        line.addWidget(self._cancel)
        look.changed.connect(self.update)
        self.hide()

    @property
    def text(self) -> str:
        """What the row says."""
        return self._text.text()

    def begin(self) -> None:
        """A recording begins: an empty bar."""
        self._estimate = TimeLeft()
        self._bar.setValue(0)
        self._text.setText("")

    def take(self, progress: Progress, now: float) -> None:
        """Show how far it is, at `now` seconds of any clock."""
        total = progress.total
        if not total:
            self._text.setText(short_clock(progress.recognized))
            return
        done = min(progress.recognized, total)
        self._bar.setValue(round(_STEPS * done / total))
        text = self.tr("{done} of {total}").format(done=short_clock(done), total=short_clock(total))
        left = self._estimate.take(now, done, total)
        if left is not None:
            text += self.tr(" · about {left} left").format(left=short_clock(left + 0.5))
        self._text.setText(text)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A hairline under the row."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._look.theme.surface))
        painter.fillRect(0, self.height() - 1, self.width(), 1, QColor(self._look.theme.line))
