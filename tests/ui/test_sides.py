"""The transcript and the panel share the room, or take turns."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.ui.sides import Sides


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    return window


@pytest.fixture
def sides(window: QWidget) -> Sides:
    content, panel = QWidget(), QWidget()
    content.setMinimumWidth(350)
    panel.setMinimumWidth(220)
    sides = Sides(content, panel, 300, wanted=True)
    sides.setParent(window)
    window.resize(900, 400)
    at(sides, 900)
    window.show()
    return sides


def at(sides: Sides, width: int) -> tuple[int, int]:
    """Widths of content and panel in so much room; 0 where one is away."""
    sides.setGeometry(QRect(0, 0, width, 400))
    QApplication.processEvents()
    content, panel = sides.widget(0), sides.widget(1)
    return (
        content.width() if content.isVisibleTo(sides) else 0,
        panel.width() if panel.isVisibleTo(sides) else 0,
    )


def test_the_content_gives_way_first_then_the_panel_then_it_is_folded(sides: Sides) -> None:
    assert at(sides, 900) == (599, 300)
    assert at(sides, 651) == (350, 300)
    assert at(sides, 600) == (350, 249)
    assert at(sides, 560) == (560, 0)


def test_a_folded_panel_comes_back_as_wide_as_it_was(qtbot: QtBot, sides: Sides) -> None:
    with qtbot.waitSignals([sides.panel_shown] * 2, check_params_cbs=[is_false, is_true], order="strict"):
        at(sides, 500)
        at(sides, 900)
    assert at(sides, 900) == (599, 300)


def is_true(shown: bool) -> bool:
    return shown


def is_false(shown: bool) -> bool:
    return not shown


def test_asked_for_in_a_narrow_window_the_panel_takes_the_place_of_the_content(sides: Sides) -> None:
    at(sides, 500)
    sides.show_panel(True)
    assert at(sides, 500) == (0, 500)
    sides.show_panel(False)
    assert at(sides, 500) == (500, 0)
    sides.show_panel(True)
    assert at(sides, 900) == (599, 300)


def test_a_panel_that_is_not_wanted_stays_away(sides: Sides) -> None:
    sides.show_panel(False)
    at(sides, 500)
    assert at(sides, 900) == (900, 0)


def test_the_edge_can_be_moved(qtbot: QtBot, sides: Sides) -> None:
    with qtbot.waitSignal(sides.sized, timeout=1000) as told:
        sides.moveSplitter(500, 1)
    assert told.args == [399]
    at(sides, 500)
    assert at(sides, 900) == (500, 399)
