"""The one bar above: start and stop, what is heard, who recognizes, what can be done with it."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum, auto
from itertools import pairwise

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QAction, QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from app.domain.audio import Level
from app.domain.request import LANE_ME, LANE_THEM
from app.ui.clock import long_clock
from app.ui.controls import Button, Kind
from app.ui.density import ROOMY, TIGHT
from app.ui.lane_button import LaneButton
from app.ui.look import Look
from app.ui.menu_button import MenuButton
from app.ui.recognizer_button import RecognizerButton
from app.ui.source_button import SourceButton
from app.ui.talk import TalkButton, Talking
from app.ui.text import Label

_HEIGHT = 60
_NARROWEST = 500
"""Every control at its tightest, in a meeting whose sentences the user ends."""


class Fold(IntEnum):
    """What gives way where the window is narrow, one after the other, until the rest fits."""

    NOTHING = 0
    COMMANDS = auto()
    LONG_TITLES = auto()
    RECOGNIZER = auto()
    SOURCE = auto()
    LONG_LABELS = auto()
    SHORT_LABELS = auto()
    TALK = auto()
    GAPS = auto()
    LABELS = auto()
    CLOCK = auto()
    START = auto()
    PADDING = auto()


class TopBar(QWidget):
    """Places the controls, and shrinks them one after the other where the window is narrow."""

    mute_asked = Signal(str, bool)
    """A lane, and whether it is to be silent."""

    def __init__(
        self, look: Look, source: SourceButton, recognizer: RecognizerButton, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._look = look
        self.source = source
        self.recognizer = recognizer
        self._lanes = {lane: LaneButton(look, lane) for lane in (LANE_ME, LANE_THEM)}
        self._heard: tuple[str, ...] = ()
        self._apart = False
        self._fitted: tuple[str, ...] = ()
        for button in self._lanes.values():
            button.mute_asked.connect(self.mute_asked)
        self.start = Button(look, self.tr("Start"), "play", Kind.ACCENT, parent=self)
        self.start.setAccessibleName(self.tr("Start captions"))
        self.pause = self._button("", "pause", self.tr("Pause"))
        self.talk = TalkButton(look, parent or self)
        self.note = self._button("", "note", self.tr("Add a note"))
        self.overlay = self._button(self.tr("Overlay"), "overlay", self.tr("Show overlay"))
        self.overlay.setCheckable(True)
        self.export = MenuButton(look, "export", chevron=False, parent=self)
        self.export.setText(self.tr("Export"))
        self.export.setAccessibleName(self.tr("Export"))
        self.panel = self._button("", "panel", self.tr("Words"))
        self.panel.setCheckable(True)
        self.more = MenuButton(look, "settings", chevron=False, parent=self)
        self.more.setAccessibleName(self.tr("Settings and more"))
        self._elapsed = Label(look, look.figures(14), "muted", long_clock(0), parent=self)
        self._fix_clock()
        self._line = QHBoxLayout(self)
        self.pause.hide()
        self._arrange()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.update)

    def bind(self, button: Button, action: QAction) -> None:
        """Let `button` do what `action` does, and say so with its shortcut."""

        def follow() -> None:
            button.setEnabled(action.isEnabled())
            button.setChecked(action.isCheckable() and action.isChecked())
            keys = action.shortcut().toString()
            button.setToolTip(f"{action.text()} ({keys})" if keys else action.text())

        button.clicked.connect(action.trigger)
        action.changed.connect(follow)
        follow()

    def show_running(self, running: bool, paused: bool, finishing: bool) -> None:
        """Show what the first two buttons do now."""
        if running:
            text = self.tr("Stopping") if finishing else self.tr("Stop")
            self.start.show_as(text, "stop", Kind.STOP)
            self.start.setAccessibleName(self.tr("Stop captions"))
        else:
            self.start.show_as(self.tr("Start"), "play", Kind.ACCENT)
            self.start.setAccessibleName(self.tr("Start captions"))
        self.start.set_waiting(finishing)
        if self.pause.hasFocus() and (finishing or not running):
            self.start.setFocus()
        self.pause.show_as("", "play" if paused else "pause", Kind.PLAIN)
        # Its name is one that others count on; what it does now stands beside it.
        self.pause.setAccessibleDescription(self.tr("Paused: press to resume") if paused else "")
        self.pause.setVisible(running and not finishing)
        self._show_meters(running and not finishing)
        self._fit()

    def show_lanes(self, lanes: tuple[str, ...]) -> None:
        """Take a meter for each lane, where there are two."""
        self._heard = lanes
        self._apart = len(lanes) > 1
        for button in self._lanes.values():
            button.begin()
        self._show_meters(True)
        self._fit()

    def show_titles(self, title: Callable[[str], str]) -> None:
        """Say what the user calls the lanes."""
        for lane, button in self._lanes.items():
            button.show_title(title(lane))
        self._fit()

    def show_muted(self, lane: str, muted: bool) -> None:
        """Show whether a lane is silent; the only one, too, has a button while the user can lift that."""
        if lane in self._lanes:
            self._lanes[lane].show_muted(muted)
        if muted and not self._apart and lane in self._heard:
            self._apart = True
            self._show_meters(True)
            self._fit()

    def show_gone(self, lane: str) -> None:
        """A lane is not heard any more."""
        if lane in self._lanes:
            self._lanes[lane].show_gone()

    def take_level(self, lane: str, level: Level) -> None:
        """Move the lane's meter."""
        if self._apart and lane in self._lanes:
            self._lanes[lane].take_level(level)
        else:
            self.source.take_level(level)

    def quiet(self) -> None:
        """Let the meters fall."""
        self.source.quiet()
        for button in self._lanes.values():
            button.quiet()

    def show_talk(self, mode: Talking) -> None:
        """Show how the user ends sentences."""
        if mode is not self.talk.mode:
            self.talk.show_mode(mode)
            self._fit()

    def show_elapsed(self, seconds: float) -> None:
        """Show the session clock."""
        text, before = long_clock(seconds), self._elapsed.text()
        self._elapsed.setText(text)
        if len(text) != len(before):
            self._fix_clock()

    def sizeHint(self) -> QSize:
        """As wide as the window."""
        return QSize(self._look.px(_NARROWEST), self._look.px(_HEIGHT))

    def narrowest(self) -> int:
        """Pixels in which nothing is cut, whatever is going on."""
        return self._look.px(_NARROWEST)

    def minimumSizeHint(self) -> QSize:
        """Never the reason why the window can't be narrower."""
        return QSize(0, self._look.px(_HEIGHT))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shrink or grow the controls to the room there is."""
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        """Fit again where a control has come to say something else, as with the name of a device."""
        handled = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest and self._said() != self._fitted:
            self._fit()
        return handled

    def paintEvent(self, event: QPaintEvent) -> None:
        """A hairline under the bar."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._look.theme.surface))
        painter.fillRect(0, self.height() - 1, self.width(), 1, QColor(self._look.theme.line))

    def _fix_clock(self) -> None:
        # All figures are as wide: left to itself, the clock would have the window laid out at each second.
        self._elapsed.setFixedSize(self._elapsed.sizeHint())

    def _show_meters(self, shown: bool) -> None:
        self.source.show_meter(shown and not self._apart)
        for lane, button in self._lanes.items():
            button.setVisible(shown and self._apart and lane in self._heard)

    def _button(self, text: str, icon: str, name: str) -> Button:
        button = Button(self._look, text, icon, parent=self)
        button.setAccessibleName(name)
        return button

    def _arrange(self) -> None:
        line = self._line
        line.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)
        self._stand(closer=False)
        for button in self._controls():
            line.addWidget(button)
        line.insertWidget(1, self._elapsed)
        line.insertStretch(line.indexOf(self.note), 1)
        for one, following in pairwise(self._controls()):
            self.setTabOrder(one, following)
        line.setAlignment(Qt.AlignmentFlag.AlignVCenter)

    def _controls(self) -> tuple[Button, ...]:
        """All of them, from left to right."""
        left = (self.start, self.pause, self.talk, self.source, *self._lanes.values(), self.recognizer)
        return (*left, self.note, self.overlay, self.export, self.panel, self.more)

    def _fit(self) -> None:
        """Take the roomiest arrangement that fits, and leave to the recognizer's title what is free in it."""
        self._fitted = self._said()
        self.recognizer.set_spare(0)
        for fold in Fold:
            self._fold(fold)
            self._line.invalidate()
            if self._line.minimumSize().width() <= self.width():
                break
        self.recognizer.set_spare(max(0, self.width() - self._line.minimumSize().width()))

    def _said(self) -> tuple[str, ...]:
        return tuple(button.text() for button in self._controls() if not button.isHidden())

    def _fold(self, fold: Fold) -> None:
        """Let give way what comes up to `fold`, and nothing else."""
        self.overlay.set_compact(fold >= Fold.COMMANDS)
        self.export.set_compact(fold >= Fold.COMMANDS)
        self.source.set_longest(100 if fold >= Fold.LONG_TITLES else 180)
        self.recognizer.set_longest(80 if fold >= Fold.LONG_TITLES else 180)
        self.recognizer.set_compact(fold >= Fold.RECOGNIZER)
        self.source.set_compact(fold >= Fold.SOURCE)
        self.talk.set_compact(fold >= Fold.TALK)
        for lane in self._lanes.values():
            lane.set_longest(40 if fold >= Fold.SHORT_LABELS else 56 if fold >= Fold.LONG_LABELS else 72)
            lane.set_compact(fold >= Fold.LABELS)
        self._elapsed.setVisible(fold < Fold.CLOCK)
        self.start.set_compact(fold >= Fold.START)
        self._stand(closer=fold >= Fold.GAPS)
        for button in self._controls():
            button.set_density(TIGHT if fold >= Fold.PADDING else ROOMY)

    def _stand(self, *, closer: bool) -> None:
        margin = self._look.px(8 if closer else 16)
        self._line.setContentsMargins(margin, 0, margin, 1)
        self._line.setSpacing(self._look.px(4 if closer else 12))
