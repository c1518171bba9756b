"""The button that says what is listened to, shows how loud it is, and changes it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup, QResizeEvent
from PySide6.QtWidgets import QMenu, QWidget

from app.domain.audio import Level
from app.domain.request import Pace
from app.settings import SourceKind
from app.ui.controls import MenuButton
from app.ui.level_meter import LevelMeter
from app.ui.look import Look
from app.ui.sources import ICONS, MicrophoneList, SourceChoice


class SourceButton(MenuButton):
    """Icon, name, level meter while captioning, and a menu of all sources."""

    chosen = Signal(object)
    """A `SourceChoice`."""
    open_asked = Signal()
    """The user wants to pick a recording."""
    pace_chosen = Signal(object)
    """A `Pace`, for recordings."""

    def __init__(
        self,
        look: Look,
        microphones: MicrophoneList,
        choice: SourceChoice,
        pace: Pace,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(look, ICONS[choice.kind], parent=parent)
        self._microphones = microphones
        self._choice = choice
        self._pace = pace
        self._meter = LevelMeter(look, self)
        self._meter.hide()
        self.setAccessibleName(self.tr("Source"))
        self.fill_with(self._fill)
        self.show_choice(choice)
        microphones.listed.connect(self._listed)

    def show_choice(self, choice: SourceChoice) -> None:
        """Show what is listened to."""
        self._choice = choice
        self._icon = ICONS[choice.kind]
        self.setText(self._title())
        self.setAccessibleDescription(self.text())
        self.setToolTip(self.tr("Source: {name}").format(name=self.text()))
        self.updateGeometry()
        self.update()

    def show_pace(self, pace: Pace) -> None:
        """Show how recordings are read."""
        self._pace = pace

    def show_meter(self, shown: bool) -> None:
        """Make room for the level meter, or take it back."""
        if shown == self._meter.isVisibleTo(self):
            return
        self._meter.clear()
        self._meter.setVisible(shown)
        self.updateGeometry()

    def take_level(self, level: Level) -> None:
        """Move the meter."""
        self._meter.take(level)

    def quiet(self) -> None:
        """Let the meter fall."""
        self._meter.clear()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the meter before the chevron."""
        super().resizeEvent(event)
        right = self.width() - self._padding() - self._look.px(16) - self._look.px(8)
        self._meter.move(right - self._meter.width(), (self.height() - self._meter.height()) // 2)

    def open_menu(self) -> None:
        """Open the menu with the microphones known, and look for others meanwhile."""
        super().open_menu()
        self._microphones.refresh()

    def _extra_width(self) -> int:
        return self._meter.width() if self._meter.isVisibleTo(self) else 0

    def _listed(self) -> None:
        self.show_choice(self._choice)
        self.refill_menu()

    def _title(self) -> str:
        choice = self._choice
        if choice.kind is SourceKind.SAMPLE:
            return self.tr("Sample recording")
        if choice.kind is SourceKind.RECORDING:
            return choice.path.name if choice.path else self.tr("Recording")
        return self._microphones.name_of(choice) or self.tr("Microphone")

    def _fill(self, menu: QMenu) -> None:
        group = QActionGroup(menu)
        self._fill_microphones(menu, group)
        menu.addSeparator()
        sample = self._add(menu, group, self.tr("Sample recording"), SourceChoice(SourceKind.SAMPLE))
        sample.setChecked(self._choice.kind is SourceKind.SAMPLE)
        if self._choice.kind is SourceKind.RECORDING and self._choice.path:
            self._add(menu, group, self._choice.path.name, self._choice).setChecked(True)
        menu.addAction(self.tr("Open a recording…")).triggered.connect(self.open_asked)
        menu.addSeparator()
        paces = QActionGroup(menu)
        self._add_pace(menu, paces, self.tr("Recordings as fast as possible"), Pace.FAST)
        self._add_pace(menu, paces, self.tr("Recordings in real time"), Pace.REALTIME)

    def _fill_microphones(self, menu: QMenu, group: QActionGroup) -> None:
        for device in self._microphones.devices:
            choice = SourceChoice(SourceKind.MICROPHONE, device.key, device.name)
            action = self._add(menu, group, device.name, choice)
            same = self._choice.device == device.key or (self._choice.device is None and device.default)
            action.setChecked(same and self._choice.kind is SourceKind.MICROPHONE)
        if not self._microphones.devices:
            text = self._microphones.problem or self.tr("Looking for microphones…")
            menu.addAction(text).setEnabled(False)

    def _add(self, menu: QMenu, group: QActionGroup, text: str, choice: SourceChoice) -> QAction:
        action = menu.addAction(self._look.icons.icon(ICONS[choice.kind], self._look.theme.ink), _plain(text))
        action.setCheckable(True)
        action.setIconVisibleInMenu(False)
        group.addAction(action)

        def choose() -> None:
            self.chosen.emit(choice)

        action.triggered.connect(choose)
        return action

    def _add_pace(self, menu: QMenu, group: QActionGroup, text: str, pace: Pace) -> None:
        action = menu.addAction(text)
        action.setCheckable(True)
        action.setChecked(self._pace is pace)
        group.addAction(action)

        def choose() -> None:
            self.pace_chosen.emit(pace)

        action.triggered.connect(choose)


def _plain(text: str) -> str:
    """A name as it is: an ampersand in it is no shortcut."""
    return text.replace("&", "&&")
