"""The source button and its menu."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from PySide6.QtCore import QCoreApplication, QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QColor, QEnterEvent, QPaintEvent
from PySide6.QtWidgets import QMenu, QWidget
from pytestqt.qtbot import QtBot

from app.domain.audio import Level
from app.domain.request import Pace
from app.settings import SourceKind
from app.ui.level_meter import LevelMeter
from app.ui.look import Look
from app.ui.source_button import SourceButton
from app.ui.sources import DeviceList, Devices, SourceChoice
from tests.fakes.service import FakeDevice

Paint: TypeAlias = Callable[[QWidget, QPaintEvent], None]


@pytest.fixture
def devices() -> list[FakeDevice]:
    return [FakeDevice("a", "Built-in", default=True), FakeDevice("b", "Bluetooth & Headset")]


@pytest.fixture
def button(qtbot: QtBot, look: Look, devices: list[FakeDevice]) -> SourceButton:
    outputs = (FakeDevice("s", "Speakers", default=True), FakeDevice("h", "Headset"))
    known = Devices(DeviceList(lambda: tuple(devices)), DeviceList(lambda: outputs))
    with qtbot.waitSignals([known.microphones.listed, known.outputs.listed], timeout=2000):
        known.refresh()
    button = SourceButton(look, known, SourceChoice(), Pace.FAST)
    qtbot.addWidget(button)
    return button


def opened(button: SourceButton) -> QMenu:
    button.open_menu()
    menu = button.findChild(QMenu)
    assert isinstance(menu, QMenu)
    return menu


def test_the_menu_offers_every_source(button: SourceButton) -> None:
    menu = opened(button)
    assert [action.text() for action in menu.actions() if not action.isSeparator()] == [
        "Meeting (microphone and system sound)",
        "Devices of the meeting",
        "Microphone",
        "Default microphone (Built-in)",
        "Built-in",
        "Bluetooth && Headset",
        "System sound",
        "Default output (Speakers)",
        "Speakers",
        "Headset",
        "Recording",
        "Sample recording",
        "Open a recording…",
        "Recordings as fast as possible",
        "Recordings in real time",
    ]
    checked = [action.text() for action in menu.actions() if action.isChecked()]
    assert checked == ["Default microphone (Built-in)", "Recordings as fast as possible"]
    menu.close()


@pytest.mark.parametrize(
    ("row", "choice"),
    [
        (0, SourceChoice(SourceKind.MEETING)),
        (2, SourceChoice(SourceKind.MICROPHONE)),
        (4, SourceChoice(SourceKind.MICROPHONE, "b", "Bluetooth & Headset")),
        (5, SourceChoice(SourceKind.SYSTEM)),
        (7, SourceChoice(SourceKind.SYSTEM, output="h", output_name="Headset")),
        (8, SourceChoice(SourceKind.SAMPLE)),
    ],
)
def test_choosing_tells_what(qtbot: QtBot, button: SourceButton, row: int, choice: SourceChoice) -> None:
    menu = opened(button)
    rows = [one for one in menu.actions() if one.isEnabled() and not one.isSeparator()]
    action = rows[row]
    with qtbot.waitSignal(button.chosen, timeout=1000) as told:
        action.trigger()
    assert told.args == [choice]
    menu.close()


def devices_of_the_meeting(menu: QMenu) -> list[QAction]:
    inner = next(action.menu() for action in menu.actions() if action.text() == "Devices of the meeting")
    assert isinstance(inner, QMenu)
    return [action for action in inner.actions() if action.isEnabled() and not action.isSeparator()]


def test_a_meeting_has_a_microphone_and_an_output_of_its_own_choice(
    qtbot: QtBot, button: SourceButton
) -> None:
    button.show_choice(SourceChoice(SourceKind.MEETING, "b", "Bluetooth & Headset"))
    menu = opened(button)
    rows = devices_of_the_meeting(menu)
    assert [row.text() for row in rows if row.isChecked()] == [
        "Bluetooth && Headset",
        "Default output (Speakers)",
    ]
    with qtbot.waitSignal(button.chosen, timeout=1000) as told:
        rows[-1].trigger()
    both = SourceChoice(SourceKind.MEETING, "b", "Bluetooth & Headset", output="h", output_name="Headset")
    assert told.args == [both]
    menu.close()


@pytest.mark.parametrize("kind", [SourceKind.MICROPHONE, SourceKind.MEETING])
def test_the_default_microphone_can_be_had_back(qtbot: QtBot, button: SourceButton, kind: SourceKind) -> None:
    button.show_choice(SourceChoice(kind, "b", "Bluetooth & Headset", output="h", output_name="Headset"))
    menu = opened(button)
    rows = devices_of_the_meeting(menu) if kind is SourceKind.MEETING else menu.actions()
    default = next(row for row in rows if row.text() == "Default microphone (Built-in)")
    assert not default.isChecked()
    with qtbot.waitSignal(button.chosen, timeout=1000) as told:
        default.trigger()
    assert told.args == [SourceChoice(kind, output="h", output_name="Headset")]
    menu.close()


def test_the_devices_of_a_meeting_are_marked_before_it_is_one(button: SourceButton) -> None:
    button.show_choice(SourceChoice(SourceKind.SAMPLE, "b", "Bluetooth & Headset"))
    menu = opened(button)
    rows = devices_of_the_meeting(menu)
    marked = [row.text() for row in rows if row.isChecked()]
    assert marked == ["Bluetooth && Headset", "Default output (Speakers)"]
    menu.close()


def test_a_default_without_a_name_is_offered_all_the_same(
    qtbot: QtBot, button: SourceButton, devices: list[FakeDevice]
) -> None:
    devices[:] = [FakeDevice("b", "USB")]
    with qtbot.waitSignal(button._devices.microphones.listed, timeout=2000):
        button._devices.refresh()
    menu = opened(button)
    assert next(row.text() for row in menu.actions() if row.isChecked()) == "Default microphone"
    menu.close()


def test_a_meeting_says_what_is_heard(button: SourceButton) -> None:
    button.show_choice(SourceChoice(SourceKind.MEETING))
    assert button.text() == "Meeting"
    assert button.accessibleDescription() == "Meeting: Built-in, Speakers"
    button.show_choice(SourceChoice(SourceKind.SYSTEM))
    assert button.text() == "Speakers"
    assert button.accessibleDescription() == "System sound: Speakers"


def test_a_microphone_plugged_in_appears_while_the_menu_is_open(
    qtbot: QtBot, button: SourceButton, devices: list[FakeDevice]
) -> None:
    devices.append(FakeDevice("c", "Just plugged in"))
    menu = opened(button)
    qtbot.waitUntil(lambda: "Just plugged in" in [action.text() for action in menu.actions()], timeout=2000)
    menu.close()


def test_the_recording_in_use_is_in_the_menu(button: SourceButton) -> None:
    button.show_choice(SourceChoice(SourceKind.RECORDING, path=Path("/talks/interview.mp4")))
    menu = opened(button)
    checked = [action.text() for action in menu.actions() if action.isChecked()]
    assert checked[0] == "interview.mp4"
    menu.close()


def test_the_pace_is_chosen_in_the_menu(qtbot: QtBot, button: SourceButton) -> None:
    menu = opened(button)
    with qtbot.waitSignal(button.pace_chosen, timeout=1000) as told:
        menu.actions()[-1].trigger()
    assert told.args == [Pace.REALTIME]
    menu.close()


def test_a_screen_reader_finds_name_and_choice(button: SourceButton) -> None:
    assert button.accessibleName() == "Source"
    assert button.accessibleDescription() == "Built-in"
    button.show_choice(SourceChoice(SourceKind.SAMPLE))
    assert button.accessibleDescription() == "Sample recording"


def test_the_meter_is_there_while_captioning_only(qtbot: QtBot, button: SourceButton) -> None:
    narrow = button.sizeHint().width()
    meter = button.findChild(LevelMeter)
    assert isinstance(meter, LevelMeter)
    assert not meter.isVisibleTo(button)
    button.show_meter(True)
    button.take_level(Level(0.1, 0.2))
    assert meter.isVisibleTo(button)
    assert meter.loudness > 0
    button.resize(button.sizeHint())
    assert button.width() > narrow
    assert button.rect().contains(meter.geometry())
    button.show_meter(False)
    assert button.sizeHint().width() == narrow


def test_the_keyboard_opens_the_menu(qtbot: QtBot, button: SourceButton) -> None:
    qtbot.keyClick(button, Qt.Key.Key_Return)
    menu = button.findChild(QMenu)
    assert isinstance(menu, QMenu)
    assert menu.isVisible()
    menu.close()


def test_what_is_behind_the_meter_is_not_painted_with_each_level(
    qtbot: QtBot, button: SourceButton, monkeypatch: pytest.MonkeyPatch
) -> None:
    painted: list[type[QWidget]] = []
    for kind in (SourceButton, LevelMeter):
        paint = kind.paintEvent

        def paint_and_note(one: QWidget, event: QPaintEvent, paint: Paint = paint) -> None:
            painted.append(type(one))
            paint(one, event)

        monkeypatch.setattr(kind, "paintEvent", paint_and_note)
    button.show_meter(True)
    with qtbot.waitExposed(button):
        button.show()
    qtbot.waitUntil(lambda: SourceButton in painted and LevelMeter in painted)
    qtbot.wait(50)
    painted.clear()
    button.take_level(Level(0.1, 0.3))
    qtbot.waitUntil(lambda: bool(painted))
    assert painted == [LevelMeter]


@pytest.mark.parametrize("pointed", [False, True])
def test_the_meter_stands_on_what_the_button_is_filled_with(
    button: SourceButton, look: Look, pointed: bool
) -> None:
    button.show_meter(True)
    button.resize(button.sizeHint())
    if pointed:
        here = QPointF(3, 3)
        QCoreApplication.sendEvent(button, QEnterEvent(here, here, here))
    meter = button.findChild(LevelMeter)
    assert isinstance(meter, LevelMeter)
    pixel = button.grab().toImage().pixelColor(meter.mapTo(button, QPoint(1, 1)))
    assert pixel == QColor(look.theme.selection if pointed else look.theme.surface)
