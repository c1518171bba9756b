"""Each choice takes effect at once."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QScrollArea, QSlider
from pytestqt.qtbot import QtBot

from app.domain.request import Denoise, Pace
from app.settings import AppearanceMode, Settings
from app.settings_store import SettingsStore
from app.ui.bridge import Bridge
from app.ui.controls import Button
from app.ui.look import Look
from app.ui.preferences import Preferences
from app.ui.settings_dialog import SettingsDialog
from app.ui.text import Label
from tests.fakes.service import FakeService


@pytest.fixture
def preferences(store: SettingsStore) -> Preferences:
    return Preferences(Settings(), store)


def make(
    qtbot: QtBot, look: Look, preferences: Preferences, stages: tuple[Denoise, ...] = tuple(Denoise)
) -> SettingsDialog:
    service = FakeService()
    bridge = Bridge(service)  # type: ignore[arg-type]  # as far as it is used
    dialog = SettingsDialog(look, preferences, service, bridge, stages)
    qtbot.addWidget(dialog)
    return dialog


def press(qtbot: QtBot, dialog: SettingsDialog, text: str) -> None:
    button = next(one for one in dialog.findChildren(Button) if one.text() == text)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def slide(dialog: SettingsDialog, name: str, value: int) -> None:
    next(one for one in dialog.findChildren(QSlider) if one.accessibleName() == name).setValue(value)


def test_buttons_choose(qtbot: QtBot, look: Look, preferences: Preferences) -> None:
    dialog = make(qtbot, look, preferences)
    for text in ("Dark", "RNNoise", "In real time"):
        press(qtbot, dialog, text)
    settings = preferences.settings
    assert settings.appearance is AppearanceMode.DARK
    assert settings.denoise is Denoise.RNNOISE
    assert settings.pace is Pace.REALTIME


def test_sliders_choose(qtbot: QtBot, look: Look, preferences: Preferences) -> None:
    dialog = make(qtbot, look, preferences)
    slide(dialog, "Text size", 22)
    slide(dialog, "Overlay text size", 44)
    slide(dialog, "Overlay background", 55)
    settings = preferences.settings
    assert (settings.text_size, settings.overlay.text_size, settings.overlay.opacity) == (22, 44, 0.55)


def test_noise_reduction_that_cannot_be_had_is_said(
    qtbot: QtBot, look: Look, preferences: Preferences
) -> None:
    dialog = make(qtbot, look, preferences, (Denoise.OFF,))
    assert "RNNoise" not in [button.text() for button in dialog.findChildren(Button)]
    assert "Noise reduction is not available on this computer." in [
        label.text() for label in dialog.findChildren(Label)
    ]


def test_everything_is_in_sight_where_there_is_room(
    qtbot: QtBot, look: Look, preferences: Preferences
) -> None:
    dialog = make(qtbot, look, preferences)
    dialog.show()
    area = dialog.findChild(QScrollArea)
    assert isinstance(area, QScrollArea)
    assert area.verticalScrollBar().maximum() == 0


def test_a_low_screen_squeezes_nothing(qtbot: QtBot, look: Look, preferences: Preferences) -> None:
    dialog = make(qtbot, look, preferences)
    dialog.resize(dialog.width(), 260)
    dialog.show()
    assert dialog.height() == 260
    for button in dialog.findChildren(QAbstractButton):
        if button.isVisible() and button.text():
            assert button.height() >= button.sizeHint().height(), button.text()
    close = next(one for one in dialog.findChildren(Button) if one.text() == "Close")
    assert dialog.rect().contains(close.mapTo(dialog, close.rect().bottomRight()))


@pytest.mark.parametrize(
    ("text", "stage"), [("RNNoise", Denoise.RNNOISE), ("WebRTC", Denoise.WEBRTC), ("Auto", Denoise.AUTO)]
)
def test_noise_is_reduced_as_one_chooses(
    qtbot: QtBot, look: Look, preferences: Preferences, text: str, stage: Denoise
) -> None:
    press(qtbot, make(qtbot, look, preferences), text)
    assert preferences.settings.denoise is stage
