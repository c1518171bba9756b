"""The first screen asks one question."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.domain.errors import InputError
from app.domain.request import Pace
from app.settings import SourceKind
from app.ui.card import Card
from app.ui.controls import Button
from app.ui.first_screen import FirstScreen
from app.ui.look import Look
from app.ui.sources import DeviceList, Devices, SourceChoice
from app.ui.surroundings import LastSession
from app.ui.text import Label
from tests.fakes.service import FakeDevice


def listed(qtbot: QtBot, *found: FakeDevice) -> DeviceList:
    devices = DeviceList(lambda: found)
    with qtbot.waitSignal(devices.listed, timeout=2000):
        devices.refresh()
    return devices


@pytest.fixture
def devices(qtbot: QtBot) -> Devices:
    return Devices(
        listed(qtbot, FakeDevice("a", "Built-in", default=True)),
        listed(qtbot, FakeDevice("s", "Speakers", default=True), FakeDevice("h", "Headset")),
    )


@pytest.fixture
def screen(qtbot: QtBot, look: Look, devices: Devices) -> FirstScreen:
    screen = FirstScreen(look, devices, SourceChoice(), Pace.FAST)
    qtbot.addWidget(screen)
    screen.resize(780, 500)
    return screen


def card(screen: FirstScreen, title: str) -> Card:
    return next(card for card in screen.findChildren(Card) if card.text() == title)


def texts(screen: FirstScreen) -> str:
    return " ".join(label.text() for label in screen.findChildren(Label) if label.isVisibleTo(screen))


def test_the_chosen_source_is_marked(screen: FirstScreen) -> None:
    assert card(screen, "Microphone").isChecked()
    for kind, title in ((SourceKind.MEETING, "Meeting"), (SourceKind.SYSTEM, "System sound")):
        screen.show_choice(SourceChoice(kind))
        assert [one.text() for one in screen.findChildren(Card) if one.isChecked()] == [title]
    screen.show_choice(SourceChoice(SourceKind.SAMPLE))
    assert card(screen, "Recording").isChecked()
    assert "The sample" in card(screen, "Recording").accessibleDescription()


def test_the_microphone_is_called_by_name(screen: FirstScreen) -> None:
    assert card(screen, "Microphone").accessibleDescription() == "Default microphone (Built-in)"


def test_the_output_is_called_by_name(screen: FirstScreen) -> None:
    assert card(screen, "System sound").accessibleDescription() == "Default output (Speakers)"
    screen.show_choice(SourceChoice(SourceKind.SYSTEM, output="h", output_name="Headset"))
    assert card(screen, "System sound").accessibleDescription() == "Headset"
    screen.show_choice(SourceChoice(SourceKind.SYSTEM, output="gone", output_name="Beamer"))
    assert card(screen, "System sound").accessibleDescription() == "Beamer is not connected"


def test_a_card_keeps_the_devices_that_were_chosen(qtbot: QtBot, screen: FirstScreen) -> None:
    screen.show_choice(
        SourceChoice(SourceKind.MICROPHONE, "a", "Built-in", output="h", output_name="Headset")
    )
    with qtbot.waitSignal(screen.chosen, timeout=1000) as told:
        qtbot.mouseClick(card(screen, "Meeting"), Qt.MouseButton.LeftButton)
    meeting = SourceChoice(SourceKind.MEETING, "a", "Built-in", output="h", output_name="Headset")
    assert told.args == [meeting]


def test_an_unplugged_microphone_is_said(screen: FirstScreen) -> None:
    screen.show_choice(SourceChoice(SourceKind.MICROPHONE, "gone", "USB headset"))
    assert card(screen, "Microphone").accessibleDescription() == "USB headset is not connected"


def test_a_click_chooses(qtbot: QtBot, screen: FirstScreen) -> None:
    with qtbot.waitSignal(screen.chosen, timeout=1000) as told:
        qtbot.mouseClick(card(screen, "System sound"), Qt.MouseButton.LeftButton)
    assert told.args == [SourceChoice(SourceKind.SYSTEM)]


def test_the_sample_is_a_click_away(qtbot: QtBot, screen: FirstScreen) -> None:
    button = next(one for one in screen.findChildren(Button) if one.text() == "Try the sample recording")
    with qtbot.waitSignal(screen.chosen, timeout=1000) as told:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert told.args == [SourceChoice(SourceKind.SAMPLE)]


def test_enter_starts(qtbot: QtBot, screen: FirstScreen) -> None:
    with qtbot.waitSignals([screen.chosen, screen.started], timeout=1000):
        qtbot.keyClick(card(screen, "Meeting"), Qt.Key.Key_Return)


def test_a_double_click_starts(qtbot: QtBot, screen: FirstScreen) -> None:
    with qtbot.waitSignal(screen.started, timeout=1000):
        qtbot.mouseDClick(card(screen, "Microphone"), Qt.MouseButton.LeftButton)


def test_the_recording_card_opens_a_file_and_marks_nothing_before(qtbot: QtBot, screen: FirstScreen) -> None:
    with qtbot.waitSignal(screen.open_asked, timeout=1000), qtbot.assertNotEmitted(screen.started):
        qtbot.mouseClick(card(screen, "Recording"), Qt.MouseButton.LeftButton)
    assert card(screen, "Microphone").isChecked()


def test_an_opened_recording_is_named(screen: FirstScreen) -> None:
    screen.show_choice(SourceChoice(SourceKind.RECORDING, path=Path("/talks/interview.mp4")))
    assert card(screen, "Recording").accessibleDescription() == "interview.mp4"


def test_what_leaves_the_computer_is_said(screen: FirstScreen) -> None:
    screen.show_privacy("Nothing leaves this computer.")
    assert "Nothing leaves this computer." in texts(screen)
    screen.show_privacy("Sound leaves this computer and goes to Qwen-ASR.")
    assert "press Start. Sound leaves this computer" in texts(screen)


def test_what_to_install_is_said(qtbot: QtBot, look: Look) -> None:
    def look_for() -> list[FakeDevice]:
        raise InputError("PortAudio is missing.", "Install libportaudio2.")

    microphones = DeviceList(look_for)
    screen = FirstScreen(look, Devices(microphones, listed(qtbot)), SourceChoice(), Pace.FAST)
    qtbot.addWidget(screen)
    with qtbot.waitSignal(microphones.listed, timeout=2000):
        microphones.refresh()
    assert "PortAudio is missing. Install libportaudio2." in texts(screen)


@pytest.mark.parametrize(
    ("count", "text"), [(1, "Open last session (1 caption)"), (186, "Open last session (186 captions)")]
)
def test_the_last_session_is_offered(qtbot: QtBot, screen: FirstScreen, count: int, text: str) -> None:
    opened: list[bool] = []
    last = LastSession(count, lambda: opened.append(True))
    screen.offer(last)
    button = next(
        one for one in screen.findChildren(type(card(screen, "Microphone")).__base__) if one.text() == text
    )
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert opened == [True]


@pytest.mark.parametrize(("width", "rows"), [(780, 2), (400, 4)])
def test_cards_stand_two_and_two_where_there_is_room(
    qtbot: QtBot, screen: FirstScreen, width: int, rows: int
) -> None:
    screen.resize(width, 500)
    with qtbot.waitExposed(screen):
        screen.show()
    cards = screen.findChildren(Card)
    qtbot.waitUntil(lambda: len({card.y() for card in cards}) == rows, timeout=1000)
    assert all(screen.rect().contains(card.geometry()) for card in cards)
