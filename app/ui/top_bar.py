"""The one bar above: start and stop, what is heard, who recognizes, what can be done with it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from app.domain.audio import Level
from app.domain.request import LANE_ME, LANE_THEM
from app.ui.clock import long_clock
from app.ui.controls import Button, Kind, MenuButton
from app.ui.lane_button import LaneButton
from app.ui.look import Look
from app.ui.recognizer_button import RecognizerButton
from app.ui.source_button import SourceButton
from app.ui.talk import TalkButton, Talking
from app.ui.text import Label

_HEIGHT = 60
_MOST_ROOM = 5


class TopBar(QWidget):
    """Places the controls, and shrinks them one after the other where the window is narrow."""

    mute_asked = Signal(str, bool)
    """A lane, and whether it is to be silent."""

    def __init__(
        self, look: Look, source: SourceButton, recognizer: RecognizerButton, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._look = look
        self._room = -1
        self.source = source
        self.recognizer = recognizer
        self._lanes = {lane: LaneButton(look, lane) for lane in (LANE_ME, LANE_THEM)}
        self._heard: tuple[str, ...] = ()
        self._apart = False
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
        self.pause.setAccessibleName(self.tr("Resume") if paused else self.tr("Pause"))
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
        self._elapsed.setText(long_clock(seconds))

    def sizeHint(self) -> QSize:
        """As wide as the window."""
        return QSize(self._look.px(720), self._look.px(_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        """Never the reason why the window can't be narrower."""
        return QSize(0, self._look.px(_HEIGHT))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shrink or grow the controls to the room there is."""
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A hairline under the bar."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._look.theme.surface))
        painter.fillRect(0, self.height() - 1, self.width(), 1, QColor(self._look.theme.line))

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
        line.setContentsMargins(self._look.px(16), 0, self._look.px(16), 1)
        line.setSpacing(self._look.px(12))
        left = (self.start, self.pause, self.talk, self.source, *self._lanes.values(), self.recognizer)
        right = (self.note, self.overlay, self.export, self.panel, self.more)
        for button in left:
            line.addWidget(button)
        line.insertWidget(1, self._elapsed)
        line.addStretch(1)
        for button in right:
            line.addWidget(button)
        for one, following in pairwise(left + right):
            self.setTabOrder(one, following)
        line.setAlignment(Qt.AlignmentFlag.AlignVCenter)

    def _fit(self) -> None:
        """Take the roomiest arrangement that fits."""
        for room in range(_MOST_ROOM, -1, -1):
            self._give(room)
            self._line.invalidate()
            if self._line.minimumSize().width() <= self.width():
                break

    def _give(self, room: int) -> None:
        """Arrange for 5 (everything in words) to 0 (hardly more than icons)."""
        self.overlay.set_compact(room < 5)
        self.export.set_compact(room < 5)
        self.source.set_longest(180 if room > 3 else 100)
        self.recognizer.set_longest(180 if room > 3 else 80)
        self.recognizer.set_compact(room < 3)
        self.talk.set_compact(room < 2)
        self.source.set_compact(room < 2)
        for button in self._lanes.values():
            button.set_compact(room < 2)
        self._elapsed.setVisible(room > 0)
        self.start.set_compact(room < 1)
