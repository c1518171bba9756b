"""The window starts, holds and ends a session."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPlainTextEdit
from pytestqt.qtbot import QtBot

from app.domain.request import (
    Denoise,
    Hotword,
    MicrophoneSource,
    WordSet,
)
from app.recognizer.news import Progress, StatusChanged
from app.recognizer.status import Listening
from app.ui.progress_row import ProgressRow
from tests.ui.window_desk import Desktop

TALK = WordSet("Talk", (Hotword("Boutique", 4),), "money")


def test_start_captions_the_default_microphone(desktop: Desktop) -> None:
    desktop.press("Start captions")
    plan = desktop.service.plans[0]
    assert plan.source == MicrophoneSource(None)
    assert plan.engine == "moonshine"
    assert plan.denoise is Denoise.OFF


def test_the_chosen_word_set_goes_into_the_request(make: Callable[..., Desktop]) -> None:
    desktop = make(word_sets=(TALK,), chosen_set="Talk", language="en", denoise=Denoise.RNNOISE)
    desktop.press("Start captions")
    plan = desktop.service.plans[0]
    assert (plan.request.hotwords, plan.request.context, plan.request.language) == (
        TALK.hotwords,
        "money",
        "en",
    )
    assert plan.denoise is Denoise.RNNOISE


def test_words_typed_this_moment_go_into_the_request(desktop: Desktop) -> None:
    editors = desktop.window.findChildren(QPlainTextEdit)
    next(one for one in editors if one.accessibleName() == "Hotwords").setPlainText("Boutique\t4")
    desktop.press("Start captions")
    assert desktop.service.plans[0].request.hotwords == (Hotword("Boutique", 4),)


def test_start_becomes_stop_and_back(desktop: Desktop) -> None:
    assert not desktop.button("Pause").isVisibleTo(desktop.window)
    desktop.press("Start captions")
    assert desktop.button("Stop captions").text() == "Stop"
    assert desktop.button("Pause").isVisibleTo(desktop.window)
    assert desktop.status == "Listening"
    desktop.press("Stop captions")
    assert desktop.button("Start captions").text() == "Start"
    assert desktop.status == "Ready"


def test_pause_and_resume(desktop: Desktop) -> None:
    desktop.press("Start captions")
    desktop.press("Pause")
    assert desktop.status == "Paused"
    desktop.press("Pause")
    assert desktop.status == "Listening"


def test_while_finishing_another_press_does_nothing(desktop: Desktop) -> None:
    desktop.service.slow = True
    desktop.press("Start captions")
    desktop.press("Stop captions")
    desktop.press("Stop captions")
    assert desktop.button("Stop captions").text() == "Stopping"
    assert desktop.status == "Finishing"
    assert len(desktop.service.plans) == 1


@pytest.mark.parametrize("name", ["Stop captions", "Pause"])
def test_who_stops_by_keyboard_stays_on_the_button(qtbot: QtBot, desktop: Desktop, name: str) -> None:
    with qtbot.waitActive(desktop.window):
        desktop.window.activateWindow()
    desktop.press("Start captions")
    desktop.button(name).setFocus()
    desktop.service.finish()
    assert desktop.button("Start captions").hasFocus()


def test_a_long_finish_shows_how_far_it_is_and_a_way_out(qtbot: QtBot, desktop: Desktop) -> None:
    desktop.service.slow = True
    desktop.press("Start captions")
    desktop.service.tell(Progress(60.0, 40.0, None, 0.0))
    desktop.press("Stop captions")
    assert not desktop.shows(ProgressRow)
    qtbot.waitUntil(lambda: desktop.shows(ProgressRow), timeout=3000)
    row = desktop.window.findChild(ProgressRow)
    assert isinstance(row, ProgressRow)
    assert row.text.startswith("0:40 of 1:00")
    row.cancelled.emit()
    assert desktop.status == "Ready"


@pytest.mark.parametrize(("key", "modifier"), [("F5", None), ("Return", "Control")])
def test_the_keyboard_starts(qtbot: QtBot, desktop: Desktop, key: str, modifier: str | None) -> None:
    with qtbot.waitActive(desktop.window):
        desktop.window.show()
        desktop.window.activateWindow()
    keys = Qt.KeyboardModifier.ControlModifier if modifier else Qt.KeyboardModifier.NoModifier
    qtbot.keyClick(desktop.window, getattr(Qt.Key, f"Key_{key}"), keys)
    assert len(desktop.service.plans) == 1


def test_the_session_clock_runs(desktop: Desktop) -> None:
    desktop.press("Start captions")
    desktop.service.elapsed = 761.0
    desktop.service.tell(StatusChanged(Listening()))
    assert "00:12:41" in desktop.texts()
