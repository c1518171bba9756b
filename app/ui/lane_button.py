"""A lane while two are heard: who it is, how loud it is, and a press that silences it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from app.domain.audio import Level
from app.domain.request import LANE_ME
from app.ui.controls import Button, Colors
from app.ui.density import Density
from app.ui.level_meter import LevelMeter
from app.ui.look import Look
from app.ui.theme import Theme


class LaneButton(Button):
    """Icon, label in the lane's color, level meter. Pressed, it stays pressed: the lane is muted."""

    mute_asked = Signal(str, bool)
    """The lane, and whether it is to be silent."""

    def __init__(self, look: Look, lane: str, parent: QWidget | None = None) -> None:
        super().__init__(look, parent=parent)
        self._lane = lane
        self._on, self._off = (
            ("microphone", "microphone-off") if lane == LANE_ME else ("speaker", "speaker-off")
        )
        self._meter = LevelMeter(look, self.ground, self)
        self._longest = 72
        self.setCheckable(True)
        self.hide()
        self.clicked.connect(self._ask)
        self.show_title(lane)

    def begin(self) -> None:
        """Be there: the lane is heard."""
        self.setEnabled(True)
        self.show_muted(False)
        self.show()

    def show_title(self, title: str) -> None:
        """Say whose lane it is."""
        self.setText(title)
        self._meter.setAccessibleName(
            self.tr("Input level")
            if self._lane == LANE_ME
            else self.tr("Input level, {lane}").format(lane=title)
        )
        self._describe()
        self.updateGeometry()

    def show_muted(self, muted: bool) -> None:
        """Show whether the lane is silent."""
        self.setChecked(muted)
        self._icon = self._off if muted else self._on
        self._meter.clear()
        self._describe()
        self.update()

    def show_gone(self) -> None:
        """The lane is not heard any more."""
        self.setEnabled(False)
        self._icon = self._off
        self._meter.clear()
        self.setToolTip(self.tr("{lane} is not heard any more").format(lane=self.text()))
        self.update()

    def set_longest(self, longest: int) -> None:
        """Cut the label at so many design pixels."""
        if longest != self._longest:
            self._longest = longest
            self.updateGeometry()
            self.update()

    def set_density(self, density: Density) -> None:
        """A shorter meter, too, where there is little room."""
        self._meter.show_bars(density.bars)
        super().set_density(density)

    def take_level(self, level: Level) -> None:
        """Move the meter."""
        if self.isEnabled() and not self.isChecked():
            self._meter.take(level)

    def quiet(self) -> None:
        """Let the meter fall."""
        self._meter.clear()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the meter at the end."""
        super().resizeEvent(event)
        right = self.width() - self._padding()
        self._meter.move(right - self._meter.width(), (self.height() - self._meter.height()) // 2)

    def _ask(self) -> None:
        # What it shows follows what the service says.
        wanted = self.isChecked()
        self.setChecked(not wanted)
        self.mute_asked.emit(self._lane, wanted)

    def _describe(self) -> None:
        text = self.tr("Unmute {lane}") if self.isChecked() else self.tr("Mute {lane}")
        self.setAccessibleName(text.format(lane=self.text()))
        self.setToolTip(text.format(lane=self.text()))

    def _colors(self, theme: Theme) -> Colors:
        colors = super()._colors(theme)
        if self.isChecked():
            return Colors(colors.fill, theme.warn, theme.warn)
        return Colors(colors.fill, colors.border, theme.lane(self._lane))

    def _text_width(self) -> int:
        return min(super()._text_width(), self._look.px(self._longest))

    def _extra_width(self) -> int:
        return self._meter.width()
