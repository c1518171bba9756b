"""The button that says what is listened to, shows how loud it is, and changes it."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup, QResizeEvent
from PySide6.QtWidgets import QMenu, QWidget

from app.domain.audio import Level
from app.domain.request import Pace
from app.settings import SourceKind
from app.ui.level_meter import LevelMeter
from app.ui.look import Look
from app.ui.menu_button import MenuButton
from app.ui.sources import ICONS, DeviceList, Devices, SourceChoice


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
        devices: Devices,
        choice: SourceChoice,
        pace: Pace,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(look, ICONS[choice.kind], parent=parent)
        self._devices = devices
        self._choice = choice
        self._pace = pace
        self._meter = LevelMeter(look, self.ground, self)
        self._meter.hide()
        self.setAccessibleName(self.tr("Source"))
        self.fill_with(self._fill)
        self.show_choice(choice)
        devices.on_change(self._listed)

    def show_choice(self, choice: SourceChoice) -> None:
        """Show what is listened to."""
        self._choice = choice
        self._icon = ICONS[choice.kind]
        self.setText(self._title())
        self.setAccessibleDescription(self._whole_title())
        self.setToolTip(self.tr("Source: {name}").format(name=self._whole_title()))
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
        right = self.width() - self._padding()
        if chevron := self._chevron_width():
            right -= chevron + self._gap()
        self._meter.move(right - self._meter.width(), (self.height() - self._meter.height()) // 2)

    def open_menu(self) -> None:
        """Open the menu with the devices known, and look for others meanwhile."""
        super().open_menu()
        self._devices.refresh()

    def _extra_width(self) -> int:
        return self._meter.width() if self._meter.isVisibleTo(self) else 0

    def _listed(self) -> None:
        self.show_choice(self._choice)
        self.refill_menu()

    def _title(self) -> str:
        choice = self._choice
        names = " ".join(self._devices.names(choice))
        match choice.kind:
            case SourceKind.MEETING:
                return self.tr("Meeting")
            case SourceKind.MICROPHONE:
                return names or self.tr("Microphone")
            case SourceKind.SYSTEM:
                return names or self.tr("System sound")
            case SourceKind.SAMPLE:
                return self.tr("Sample recording")
            case SourceKind.RECORDING:
                return choice.path.name if choice.path else self.tr("Recording")

    def _whole_title(self) -> str:
        """The title with everything that is heard."""
        names = self._devices.names(self._choice)
        if self._choice.kind is SourceKind.MEETING and names:
            return self.tr("Meeting: {devices}").format(devices=", ".join(names))
        if self._choice.kind is SourceKind.SYSTEM and names:
            return self.tr("System sound: {device}").format(device=names[0])
        return self.text()

    def _fill(self, menu: QMenu) -> None:
        group = QActionGroup(menu)
        whole = self._add(menu, group, self.tr("Meeting (microphone and system sound)"), self._as_meeting())
        whole.setChecked(self._choice.kind is SourceKind.MEETING)
        self._fill_meeting(menu.addMenu(self.tr("Devices of the meeting")))
        self._head(menu, self.tr("Microphone"))
        self._fill_microphones(menu, group, SourceKind.MICROPHONE)
        self._head(menu, self.tr("System sound"))
        self._fill_outputs(menu, group, SourceKind.SYSTEM)
        self._head(menu, self.tr("Recording"))
        sample = replace(self._choice, kind=SourceKind.SAMPLE, path=None)
        action = self._add(menu, group, self.tr("Sample recording"), sample)
        action.setChecked(self._choice.kind is SourceKind.SAMPLE)
        if self._choice.kind is SourceKind.RECORDING and self._choice.path:
            self._add(menu, group, self._choice.path.name, self._choice).setChecked(True)
        menu.addAction(self.tr("Open a recording…")).triggered.connect(self.open_asked)
        menu.addSeparator()
        paces = QActionGroup(menu)
        self._add_pace(menu, paces, self.tr("Recordings as fast as possible"), Pace.FAST)
        self._add_pace(menu, paces, self.tr("Recordings in real time"), Pace.REALTIME)

    def _head(self, menu: QMenu, text: str) -> None:
        """Begin a group; a section of Qt's would lose its text to the style sheet."""
        if not menu.isEmpty():
            menu.addSeparator()
        menu.addAction(text).setEnabled(False)

    def _as_meeting(self) -> SourceChoice:
        return replace(self._choice, kind=SourceKind.MEETING, path=None)

    def _fill_meeting(self, menu: QMenu) -> None:
        self._head(menu, self.tr("Microphone"))
        self._fill_microphones(menu, QActionGroup(menu), SourceKind.MEETING)
        self._head(menu, self.tr("System sound"))
        self._fill_outputs(menu, QActionGroup(menu), SourceKind.MEETING)

    def _fill_microphones(self, menu: QMenu, group: QActionGroup, kind: SourceKind) -> None:
        microphones, shown = self._devices.microphones, self._shows(kind)
        if microphones.devices:
            choice = replace(self._choice, kind=kind, device=None, name="", path=None)
            name = microphones.name_of(None)
            text = self.tr("Default microphone ({name})").format(name=name)
            action = self._add(menu, group, text if name else self.tr("Default microphone"), choice)
            action.setChecked(shown and self._choice.device is None)
        for device in microphones.devices:
            choice = replace(self._choice, kind=kind, device=device.key, name=device.name, path=None)
            action = self._add(menu, group, device.name, choice)
            action.setChecked(shown and self._choice.device == device.key)
        self._say_why_none(menu, microphones, self.tr("Looking for microphones…"))

    def _fill_outputs(self, menu: QMenu, group: QActionGroup, kind: SourceKind) -> None:
        outputs, shown = self._devices.outputs, self._shows(kind)
        if outputs.devices:
            choice = replace(self._choice, kind=kind, output=None, output_name="", path=None)
            name = outputs.name_of(None)
            text = self.tr("Default output ({name})").format(name=name)
            action = self._add(menu, group, text if name else self.tr("Default output"), choice)
            action.setChecked(shown and self._choice.output is None)
        for device in outputs.devices:
            choice = replace(self._choice, kind=kind, output=device.key, output_name=device.name, path=None)
            action = self._add(menu, group, device.name, choice)
            action.setChecked(shown and self._choice.output == device.key)
        self._say_why_none(menu, outputs, self.tr("Looking for outputs…"))

    def _shows(self, kind: SourceKind) -> bool:
        """Whether the devices chosen are marked: a meeting's always, it would hear them."""
        return kind in (SourceKind.MEETING, self._choice.kind)

    def _say_why_none(self, menu: QMenu, devices: DeviceList, looking: str) -> None:
        if not devices.devices:
            menu.addAction(_plain(devices.problem or looking)).setEnabled(False)

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
