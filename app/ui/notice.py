"""One sentence in place, with what can be done about it: never a dialog in the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from app.ui.announcing import announce
from app.ui.controls import Button, Kind
from app.ui.look import Look


class Tone(Enum):
    """How much it matters."""

    CALM = auto()
    WARN = auto()
    BAD = auto()


@dataclass(frozen=True, slots=True)
class Remedy:
    """A button on a notice; pressing it dismisses the notice."""

    text: str
    do: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell the user.

    Attributes:
        passing: is of this moment, and means nothing any more once the user goes on to something else.
    """

    text: str
    tone: Tone = Tone.WARN
    remedies: tuple[Remedy, ...] = ()
    passing: bool = False


class NoticeStrip(QWidget):
    """Shows the newest notice under the bar until it is dismissed or another takes its place."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._notice = Notice("")
        self._text = QLabel(self)
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setFont(look.font(14))
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._dismiss = Button(look, icon="close", kind=Kind.QUIET, parent=self)
        self._dismiss.setAccessibleName(self.tr("Dismiss"))
        self._dismiss.setToolTip(self.tr("Dismiss"))
        self._dismiss.clicked.connect(self.dismiss)
        self._remedies: list[Button] = []
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(look.px(48), look.px(6), look.px(8), look.px(6))
        self._line.setSpacing(look.px(8))
        self._line.addWidget(self._text, 1)
        self._line.addWidget(self._dismiss)
        self.setAccessibleName(self.tr("Notice"))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        look.changed.connect(self._recolor)
        self._recolor()
        self.hide()

    @property
    def notice(self) -> Notice | None:
        """What is being shown."""
        return None if self.isHidden() else self._notice

    def tell(self, notice: Notice) -> None:
        """Show `notice` in the place of the one before."""
        self._notice = notice
        self._text.setText(notice.text)
        self.setAccessibleDescription(notice.text)
        self._clear_remedies()
        for number, remedy in enumerate(notice.remedies):
            button = Button(self._look, remedy.text, parent=self)
            button.clicked.connect(self._action(remedy))
            self._line.insertWidget(1 + number, button)
            self._remedies.append(button)
        self._recolor()
        self.show()
        announce(self, notice.text)

    def dismiss(self) -> None:
        """Take the notice away."""
        self.hide()

    def move_on(self) -> None:
        """The user went on to something else."""
        if self._notice.passing:
            self.hide()

    def minimumSizeHint(self) -> QSize:
        """Let a narrow window wrap the sentence."""
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tint the strip by its tone, with a sign at the left."""
        painter = QPainter(self)
        tint = QColor(self._color())
        tint.setAlphaF(0.10)
        painter.fillRect(self.rect(), QColor(self._look.theme.surface))
        painter.fillRect(self.rect(), tint)
        painter.fillRect(0, self.height() - 1, self.width(), 1, QColor(self._look.theme.line))
        side = self._look.px(18)
        area = QRectF(self._look.px(18), (self.height() - side) / 2, side, side)
        self._look.icons.paint(
            painter, "done" if self._notice.tone is Tone.CALM else "warning", self._color(), area
        )

    def _action(self, remedy: Remedy) -> Callable[[], None]:
        def act() -> None:
            # First, so that what the remedy has to tell is not taken away again.
            self.dismiss()
            remedy.do()

        return act

    def _clear_remedies(self) -> None:
        for button in self._remedies:
            button.hide()
            button.deleteLater()
        self._remedies.clear()

    def _recolor(self) -> None:
        palette = QPalette(self._text.palette())
        palette.setColor(QPalette.ColorRole.WindowText, QColor(self._look.theme.ink))
        self._text.setPalette(palette)
        self.update()

    def _color(self) -> str:
        theme = self._look.theme
        return {Tone.WARN: theme.warn, Tone.BAD: theme.bad}.get(self._notice.tone, theme.accent)
