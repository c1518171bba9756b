"""The button that tries a service out, and what came of it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.errors import CaptionError, RegionError
from app.ui.announcing import announce
from app.ui.controls import ICON, Button, Kind
from app.ui.look import Look
from app.ui.text import Label


class TrialPane(QWidget):
    """Test, the verdict in plain words, and Close."""

    asked = Signal()
    """Try it out."""
    region_asked = Signal(str)
    """Take the region with this address, and try again."""
    closed = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._endpoint = ""
        self._sign = _Sign(look, self)
        self._verdict = Label(look, look.font(14), parent=self)
        self._verdict.setWordWrap(True)
        self._test = self._button(self.tr("Test"))
        self._test.setToolTip(self.tr("Try now whether captions could start"))
        self._region = self._button("")
        self._close = self._button(self.tr("Close"))
        self._arrange()
        self._test.clicked.connect(self._ask)
        self._region.clicked.connect(self._ask_region)
        self._close.clicked.connect(self.closed)
        self.clear()

    @property
    def verdict(self) -> str:
        """What is being said."""
        return self._verdict.text()

    def show_service(self, there: bool) -> None:
        """Offer a test only where there is something to try."""
        self._test.setVisible(there)

    def wait(self) -> None:
        """Say that it is being tried."""
        self._say(self.tr("Testing…"))
        self._test.set_waiting(True)

    def tell(self, error: CaptionError | None) -> None:
        """Say what came of it; None is good news."""
        if error is None:
            self._say(self.tr("Let in: the service is ready for captions."), "done", "ok")
        else:
            self._say(str(error), "warning", "bad")
        if isinstance(error, RegionError):
            self._endpoint = error.endpoint
            self._region.show_as(self.tr("Use {region}").format(region=error.region), "", Kind.ACCENT)
            self._region.show()

    def clear(self) -> None:
        """Say nothing: what was tried is not what is chosen now."""
        self._say("")

    def _say(self, text: str, sign: str = "", ink: str = "muted") -> None:
        self._test.set_waiting(False)
        self._region.hide()
        self._sign.show_sign(sign, ink)
        self._verdict.set_ink("ink" if sign else "muted")
        self._verdict.setText(text)
        self._verdict.setVisible(bool(text))
        if text:
            announce(self, text)

    def _ask(self) -> None:
        self.asked.emit()

    def _ask_region(self) -> None:
        self._test.setFocus()
        self.region_asked.emit(self._endpoint)

    def _button(self, text: str) -> Button:
        button = Button(self._look, text, parent=self)
        button.setAutoDefault(False)
        return button

    def _arrange(self) -> None:
        look = self._look
        said = QHBoxLayout()
        said.setSpacing(look.px(8))
        said.addWidget(self._sign)
        said.addWidget(self._verdict, 1)
        line = QHBoxLayout()
        line.setSpacing(look.px(8))
        line.addWidget(self._test)
        line.addWidget(self._region)
        line.addStretch(1)
        line.addWidget(self._close)
        column = QVBoxLayout(self)
        column.setContentsMargins(look.px(24), look.px(12), look.px(24), look.px(16))
        column.setSpacing(look.px(12))
        column.addLayout(said)
        column.addLayout(line)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A hairline above."""
        painter = QPainter(self)
        painter.fillRect(0, 0, self.width(), 1, QColor(self._look.theme.line))


class _Sign(QWidget):
    """A small picture that says at one glance how it went."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self._icon, self._ink = "", "muted"
        look.changed.connect(self.update)

    def show_sign(self, icon: str, ink: str) -> None:
        self._icon, self._ink = icon, ink
        self.setVisible(bool(icon))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._look.px(ICON), self._look.px(ICON))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        side = self._look.px(ICON)
        area = QRectF(0, (self.height() - side) / 2, side, side)
        self._look.icons.paint(painter, self._icon, getattr(self._look.theme, self._ink), area)
