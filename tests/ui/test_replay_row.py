"""Hear the last seconds again: when that is possible, and how it ends."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.domain.audio import ReplayStage
from app.domain.errors import PlaybackError
from app.recognizer.news import Progress, ReplayChanged, StatusChanged
from app.recognizer.status import Idle
from app.settings import Settings
from app.settings_store import SettingsStore
from app.ui.bridge import Bridge
from app.ui.controls import Button
from app.ui.look import Look
from app.ui.preferences import Preferences
from app.ui.settings_dialog import SettingsDialog
from app.ui.text import Label
from tests.fakes.service import FakeService

BEFORE, AFTER = "What came in", "What the recognizer hears"
SILENT = "Nothing is captioned while it plays."
HINT = "Plays the last seconds of live sound; captions pause meanwhile."


class Desk:
    """The settings before a service that is told what can be heard."""

    def __init__(self, qtbot: QtBot, look: Look, store: SettingsStore) -> None:
        self.qtbot = qtbot
        self.service = FakeService()
        self.bridge = Bridge(self.service)  # type: ignore[arg-type]  # as far as it is used
        self.dialog = SettingsDialog(look, Preferences(Settings(), store), self.service, self.bridge)
        qtbot.addWidget(self.dialog)
        self.dialog.show()

    def button(self, text: str) -> Button:
        return next(one for one in self.dialog.findChildren(Button) if one.text() == text)

    def press(self, text: str) -> None:
        self.qtbot.mouseClick(self.button(text), Qt.MouseButton.LeftButton)

    def heard(self, enough: bool) -> None:
        self.service.replayable = enough
        self.service.tell(Progress(3.0, 3.0, None, 0.0))

    @property
    def enabled(self) -> list[bool]:
        return [self.button(text).isEnabled() for text in (BEFORE, AFTER)]

    def says(self, text: str) -> bool:
        return any(label.text() == text and label.isVisible() for label in self.dialog.findChildren(Label))


@pytest.fixture
def desk(qtbot: QtBot, look: Look, store: SettingsStore) -> Desk:
    return Desk(qtbot, look, store)


def test_it_is_possible_while_enough_has_been_heard(desk: Desk) -> None:
    assert desk.enabled == [False, False]
    assert desk.says(HINT)
    desk.heard(False)
    assert desk.enabled == [False, False]
    desk.heard(True)
    assert desk.enabled == [True, True]
    desk.service.replayable = False
    desk.service.tell(StatusChanged(Idle()))
    assert desk.enabled == [False, False]


def test_a_press_plays_and_another_one_ends_it(desk: Desk) -> None:
    desk.heard(True)
    desk.press(AFTER)
    assert desk.service.replays == [ReplayStage.AFTER]
    assert desk.button(AFTER).accessibleName() == f"Stop: {AFTER}"
    assert desk.button(BEFORE).accessibleName() == f"Play: {BEFORE}"
    assert desk.says(SILENT)
    desk.press(AFTER)
    assert desk.service.replays == [ReplayStage.AFTER, None]
    assert desk.button(AFTER).accessibleName() == f"Play: {AFTER}"
    assert not desk.says(SILENT)
    assert desk.says(HINT)


def test_the_other_button_changes_over(desk: Desk) -> None:
    desk.heard(True)
    desk.press(BEFORE)
    desk.press(AFTER)
    assert desk.service.replays == [ReplayStage.BEFORE, ReplayStage.AFTER]
    assert desk.button(BEFORE).accessibleName() == f"Play: {BEFORE}"


def test_the_keyboard_plays_and_ends_it_too(desk: Desk) -> None:
    desk.heard(True)
    button = desk.button(BEFORE)
    button.setFocus()
    for _ in range(2):
        QTest.keyClick(button, Qt.Key.Key_Space)
    assert desk.service.replays == [ReplayStage.BEFORE, None]


def test_what_plays_can_be_ended_whatever_has_been_heard(desk: Desk) -> None:
    desk.heard(True)
    desk.press(BEFORE)
    desk.heard(False)
    assert desk.enabled == [True, False]


def test_why_nothing_is_heard_is_said_until_something_is(desk: Desk) -> None:
    desk.heard(True)
    error = PlaybackError("There is no output to play to.", "Connect speakers or a headset.")
    desk.service.tell(ReplayChanged(None, error))
    assert desk.says(str(error))
    desk.press(BEFORE)
    assert not desk.says(str(error))


def test_closing_the_settings_ends_it(desk: Desk) -> None:
    desk.heard(True)
    desk.press(BEFORE)
    desk.dialog.close()
    assert desk.service.replays == [ReplayStage.BEFORE, None]
    desk.dialog.show()
    desk.dialog.close()
    assert desk.service.replays == [ReplayStage.BEFORE, None]


def test_a_button_does_not_change_its_place_while_it_plays(desk: Desk) -> None:
    desk.heard(True)
    before = desk.button(BEFORE).geometry(), desk.button(AFTER).geometry()
    desk.press(BEFORE)
    desk.qtbot.wait(1)
    assert (desk.button(BEFORE).geometry(), desk.button(AFTER).geometry()) == before


def test_the_tool_tips_say_what_it_costs(desk: Desk) -> None:
    for text in (BEFORE, AFTER):
        assert "nothing is captioned while it plays" in desk.button(text).toolTip()
