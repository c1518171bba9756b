"""How far a recording has come."""

from __future__ import annotations

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.recognizer.news import Progress
from app.ui.controls import Button
from app.ui.look import Look
from app.ui.progress_row import ProgressRow


def make(qtbot: QtBot, look: Look) -> ProgressRow:
    row = ProgressRow(look)
    qtbot.addWidget(row)
    row.begin()
    return row


def test_it_says_how_far_and_how_long(qtbot: QtBot, look: Look) -> None:
    row = make(qtbot, look)
    row.take(Progress(0.0, 0.0, 2650.0, 0.0), now=100.0)
    row.take(Progress(90.0, 83.0, 2650.0, 0.0), now=102.0)
    assert row.text == "1:23 of 44:10 · about 1:02 left"


def test_an_unknown_length_says_what_is_known(qtbot: QtBot, look: Look) -> None:
    row = make(qtbot, look)
    row.take(Progress(90.0, 83.0, None, 0.0), now=1.0)
    assert row.text == "1:23"


def test_a_length_that_was_wrong_never_shows_more_than_all(qtbot: QtBot, look: Look) -> None:
    row = make(qtbot, look)
    row.take(Progress(70.0, 70.0, 60.0, 0.0), now=1.0)
    assert row.text == "1:00 of 1:00"


def test_cancel_is_one_press_away(qtbot: QtBot, look: Look) -> None:
    row = make(qtbot, look)
    with qtbot.waitSignal(row.cancelled, timeout=1000):
        qtbot.mouseClick(row.findChild(Button), Qt.MouseButton.LeftButton)
