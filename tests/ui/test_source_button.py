"""The source button and its menu."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from app.domain.audio import Level
from app.domain.request import Pace
from app.settings import SourceKind
from app.ui.level_meter import LevelMeter
from app.ui.look import Look
from app.ui.source_button import SourceButton
from app.ui.sources import MicrophoneList, SourceChoice
from tests.fakes.service import FakeMicrophone


@pytest.fixture
def devices() -> list[FakeMicrophone]:
    return [FakeMicrophone("a", "Built-in", default=True), FakeMicrophone("b", "Bluetooth & Headset")]


@pytest.fixture
def button(qtbot: QtBot, look: Look, devices: list[FakeMicrophone]) -> SourceButton:
    microphones = MicrophoneList(lambda: tuple(devices))
    with qtbot.waitSignal(microphones.listed, timeout=2000):
        microphones.refresh()
    button = SourceButton(look, microphones, SourceChoice(), Pace.FAST)
    qtbot.addWidget(button)
    button.microphones = microphones  # type: ignore[attr-defined]  # kept alive for the test
    return button


def opened(button: SourceButton) -> QMenu:
    button.open_menu()
    menu = button.findChild(QMenu)
    assert isinstance(menu, QMenu)
    return menu


def test_the_menu_offers_every_source(button: SourceButton) -> None:
    menu = opened(button)
    assert [action.text() for action in menu.actions() if not action.isSeparator()] == [
        "Built-in",
        "Bluetooth && Headset",
        "Sample recording",
        "Open a recording…",
        "Recordings as fast as possible",
        "Recordings in real time",
    ]
    checked = [action.text() for action in menu.actions() if action.isChecked()]
    assert checked == ["Built-in", "Recordings as fast as possible"]
    menu.close()


@pytest.mark.parametrize(
    ("row", "choice"),
    [
        (1, SourceChoice(SourceKind.MICROPHONE, "b", "Bluetooth & Headset")),
        (2, SourceChoice(SourceKind.SAMPLE)),
    ],
)
def test_choosing_tells_what(qtbot: QtBot, button: SourceButton, row: int, choice: SourceChoice) -> None:
    menu = opened(button)
    action = [one for one in menu.actions() if not one.isSeparator()][row]
    with qtbot.waitSignal(button.chosen, timeout=1000) as told:
        action.trigger()
    assert told.args == [choice]
    menu.close()


def test_a_microphone_plugged_in_appears_while_the_menu_is_open(
    qtbot: QtBot, button: SourceButton, devices: list[FakeMicrophone]
) -> None:
    devices.append(FakeMicrophone("c", "Just plugged in"))
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
