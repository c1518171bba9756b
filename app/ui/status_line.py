"""One line that says in words how captioning goes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from app.recognizer.news import Progress
from app.recognizer.status import (
    Connecting,
    Failed,
    Finishing,
    Idle,
    Listening,
    Offline,
    Paused,
    Reconnecting,
    Reduced,
    Status,
    Waiting,
)
from app.ui.look import Look
from app.ui.recognizer_button import Health
from app.ui.text import Label

_HEARD = (Listening, Waiting, Reduced, Reconnecting, Offline, Paused, Finishing)
"""While these last, there is something to say of how far behind the captions are."""
_HEARS = (Listening, Offline, Reduced)
"""While these last, it matters that the user wants nothing heard just now."""


class _Dot(QWidget):
    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self._health = Health.RESTING
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.update)

    def set_health(self, health: Health) -> None:
        if health is not self._health:
            self._health = health
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._look.px(8), self._look.px(8))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._health.color(self._look.theme)))
        side = self._look.px(8)
        painter.drawEllipse(QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side))


class StatusLine(QWidget):
    """Left: a dot and what goes on. Right: recognizer, denoise, number of captions.

    The name for screen readers is on the line and the text in its labels and its description: a
    name on a label would hide the label's text.

    Args:
        title: what to call a lane.
    """

    def __init__(self, look: Look, parent: QWidget | None = None, title: Callable[[str], str] = str) -> None:
        super().__init__(parent)
        self._title = title
        self._look = look
        self.setAccessibleName(self.tr("Status"))
        self.setFixedHeight(look.px(32))
        self._dot = _Dot(look, self)
        bold = look.font(12, QFont.Weight.Medium)
        self._headline = Label(look, bold, elide=True, parent=self)
        self._behind = Label(look, look.figures(12), "muted", parent=self)
        self._lost = Label(look, look.figures(12), "muted", parent=self)
        self._engine = Label(look, look.font(12), "muted", elide=True, parent=self)
        self._denoise = Label(look, look.font(12), "muted", parent=self)
        self._captions = Label(look, look.figures(12), "muted", parent=self)
        line = self._line = QHBoxLayout(self)
        line.setContentsMargins(look.px(16), 1, look.px(16), 0)
        line.setSpacing(look.px(6))
        line.addWidget(self._dot)
        line.addWidget(self._headline)
        for label in (self._behind, self._lost):
            # Margins, as they go away with a label that has nothing to say.
            label.setContentsMargins(look.px(10), 0, 0, 0)
            line.addWidget(label)
        line.addStretch(1)
        for label in (self._engine, self._denoise, self._captions):
            line.addSpacing(look.px(10))
            line.addWidget(label)
        look.changed.connect(self.update)
        self._status: Status = Idle()
        self._listening = self._deaf = ""
        self._far = False
        self._progress: Progress | None = None
        self._told: tuple[str, ...] = ()
        self._tell()

    @property
    def text(self) -> str:
        """The left side in one sentence."""
        return self.accessibleDescription()

    def show_status(self, status: Status) -> None:
        """Say what goes on."""
        if isinstance(status, Connecting):
            self._progress = None
        self._status = status
        self._tell()

    def show_listening(self, text: str) -> None:
        """Say something else while it listens; empty for the usual."""
        self._listening = text
        self._tell()

    def show_deaf(self, text: str) -> None:
        """Say why nothing is heard although captions run; empty once something is."""
        self._deaf = text
        self._tell()

    def show_progress(self, progress: Progress) -> None:
        """Say how far behind the captions are, and what was lost."""
        self._progress = progress
        self._tell()

    def show_engine(self, title: str, privacy: str, *, far: bool) -> None:
        """Say who recognizes where, and what leaves the computer.

        Args:
            title: of the recognizer.
            privacy: a sentence.
            far: it is a service, which has to be reached first.
        """
        self._far = far
        self._engine.setText(title)
        self._engine.setToolTip(privacy)
        self._fit()

    def show_denoise(self, text: str, why: str = "") -> None:
        """Say what the denoise stage does, and on being asked why."""
        self._denoise.setText(text)
        self._denoise.setToolTip(why)
        self._fit()

    def show_captions(self, count: int) -> None:
        """Say how many captions there are."""
        self._captions.setText(
            self.tr("1 caption") if count == 1 else self.tr("{n} captions").format(n=count)
        )
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """Never the reason why the window can't be narrower."""
        return QSize(0, self._look.px(32))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show at the right what there is room for."""
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A hairline above the line."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._look.theme.surface))
        painter.fillRect(0, 0, self.width(), 1, QColor(self._look.theme.line))

    def _tell(self) -> None:
        deaf = self._deaf if isinstance(self._status, _HEARS) else ""
        self._dot.set_health(Health.BUSY if deaf else health_of(self._status))
        headline = deaf or self._headline_of(self._status)
        # The line has no room for it; the notice under the bar has.
        remedy = self._status.remedy if isinstance(self._status, Reconnecting | Offline | Finishing) else ""
        # What is said now is not waited for, and nobody can say that nothing of it is lost.
        behind, lost = ("", "") if deaf else self._details()
        told = headline, remedy, behind, lost
        if told != self._told:
            self._told = told
            self._write(headline, f"{headline} {remedy}".rstrip(), behind, lost)

    def _write(self, headline: str, whole: str, behind: str, lost: str) -> None:
        self._headline.setText(headline)
        self._headline.setToolTip(whole)
        for label, text in ((self._behind, behind), (self._lost, lost)):
            label.setText(text)
            label.setVisible(bool(text))
        self._fit()
        self.setAccessibleDescription(" · ".join(part for part in (whole, behind, lost) if part))

    def _fit(self) -> None:
        """Let go of what can be read elsewhere before how it goes is cut."""
        widths = {
            label: label.sizeHint().width() + self._line.spacing()
            for label in (self._captions, self._engine, self._denoise)
        }
        room = self.width() - self._line.sizeHint().width()
        room += sum(width for label, width in widths.items() if not label.isHidden())
        for label, width in widths.items():
            room -= width
            label.setVisible(room >= 0)
        # Now: what follows a change of status may hold the window up, with half a word in the line.
        self._line.activate()

    def _headline_of(self, status: Status) -> str:
        match status:
            case Connecting():
                loading = self.tr("Loading the recognizer")
                return self.tr("Connecting to the service") if self._far else loading
            case Listening():
                return self._listening or (self.tr("Catching up") if self._shrinks else self.tr("Listening"))
            case Reconnecting(reason):
                return _with(self.tr("Reconnecting"), reason)
            case Offline(engine, reason):
                return _with(self.tr("{engine} stands in").format(engine=engine), reason)
            case Waiting(reason, lane) | Reduced(lane, reason):
                return _with(self._unheard(lane), reason)
            case Paused():
                return self.tr("Paused")
            case Finishing(reason):
                return _with(self.tr("Finishing"), reason)
            case Failed(error) if not status.sourceless:
                return error.problem
            case Failed() | Idle():
                # That there is nothing to hear is told where the sources are.
                return self.tr("Ready")

    def _unheard(self, lane: str) -> str:
        if not lane:
            return self.tr("Nothing is heard")
        return self.tr("{lane} is not heard").format(lane=self._title(lane))

    @property
    def _shrinks(self) -> bool:
        """Whether it becomes less how far live captions are behind."""
        return self._progress is not None and self._progress.total is None and self._progress.catching_up

    def _details(self) -> tuple[str, str]:
        """How far behind, and what was lost, where that means something."""
        progress = self._progress
        if progress is None or not isinstance(self._status, _HEARD):
            return "", ""
        behind = ""
        if progress.total is None:
            behind = self.tr("{n} s behind").format(n=f"{max(0.0, progress.heard - progress.recognized):.1f}")
        self._lost.set_ink("warn" if progress.lost > 0 else "muted")
        if progress.lost > 0:
            return behind, self.tr("{n} s lost").format(n=f"{max(0.1, progress.lost):.1f}")
        return behind, self.tr("Nothing lost")


def _with(text: str, reason: str) -> str:
    return f"{text}: {reason}" if reason else text


def health_of(status: Status) -> Health:
    """The dot's color for a status."""
    match status:
        case Failed() if not status.sourceless:
            return Health.BAD
        case Connecting() | Waiting() | Reduced() | Reconnecting() | Finishing() | Paused():
            return Health.BUSY
        case Offline():
            return Health.STAND_IN
        case Listening():
            return Health.GOOD
        case Failed() | Idle():
            return Health.RESTING
