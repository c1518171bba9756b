"""What stands above the transcript may come and go: nobody's line moves."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.domain.transcript import Segment
from app.ui.theme import Appearance
from tests.ui.transcript_desk import Desk

WORDS = "and words enough to fill some lines of it "


class Room:
    """A transcript in a window, under a strip."""

    def __init__(self, appearance: Appearance) -> None:
        texts = [f"line {n} {WORDS * (n % 4)}".strip() for n in range(60)]
        entries = [Segment(n + 1, "Me", 2.0 * n, 2.0 * n + 1, text) for n, text in enumerate(texts)]
        self.desk = Desk(appearance, list(entries))
        self.view = self.desk.view
        self.window = QWidget()
        self.strip = QWidget()
        self.strip.setFixedHeight(47)
        self.strip.hide()
        column = QVBoxLayout(self.window)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.setSizeConstraint(QVBoxLayout.SizeConstraint.SetNoConstraint)
        column.addWidget(self.strip)
        column.addWidget(self.view, 1)
        self.window.resize(500, 400)
        self.window.show()

    def show_strip(self, height: int) -> None:
        self.strip.setFixedHeight(max(1, height))
        self.strip.setVisible(height > 0)
        QApplication.processEvents()

    def scroll_to(self, line: int) -> None:
        self.view.verticalScrollBar().setValue(line)

    @property
    def places(self) -> dict[int, int]:
        """How far below the window's upper edge each row in view stands, by its number."""
        viewport = self.view.viewport()
        return {
            shown.block.blockNumber(): viewport.mapTo(self.window, QPoint(0, round(shown.top))).y()
            for shown in self.view.shown_rows()
        }

    @property
    def at_end(self) -> bool:
        bar = self.view.verticalScrollBar()
        return bar.value() == bar.maximum()


@pytest.fixture
def room(qtbot: QtBot, appearance: Appearance) -> Room:
    room = Room(appearance)
    qtbot.addWidget(room.window)
    QApplication.processEvents()
    return room


def assert_same(before: dict[int, int], after: dict[int, int]) -> None:
    both = before.keys() & after.keys()
    assert both
    assert {row: after[row] for row in both} == {row: before[row] for row in both}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(line=st.integers(0, 100), heights=st.lists(st.integers(0, 160), min_size=1, max_size=6))
def test_a_reader_who_scrolled_up_reads_on(room: Room, line: int, heights: list[int]) -> None:
    room.show_strip(0)
    room.scroll_to(line)
    for height in heights:
        before = room.places
        room.show_strip(height)
        assert_same(before, room.places)


def test_a_reader_at_the_very_top_reads_on(room: Room) -> None:
    room.show_strip(47)
    room.scroll_to(0)
    before = room.places
    room.show_strip(0)
    assert_same(before, room.places)
    room.desk.final("later", 900)
    room.desk.speak("and later")
    assert_same(before, room.places)


def test_the_room_above_the_first_row_goes_with_the_first_scrolling(room: Room) -> None:
    room.show_strip(147)
    room.scroll_to(0)
    room.show_strip(0)
    room.scroll_to(4)
    assert room.view.viewport().y() <= 2 * 24


def test_the_line_being_edited_stays(room: Room, qtbot: QtBot) -> None:
    row = max(room.places) - 2
    room.desk.put_cursor(row, 0)
    qtbot.keyClicks(room.view, "x")
    for height in (47, 0, 90, 47, 0):
        before = room.places[row]
        room.show_strip(height)
        assert room.places[row] == before


def test_a_reader_at_the_end_stays_there(room: Room) -> None:
    for height in (47, 0, 90, 47, 0):
        before = room.places
        room.show_strip(height)
        assert room.at_end
        assert_same(before, room.places)


def test_rows_that_all_fit_stay(room: Room) -> None:
    room.desk.transcript.load([Segment(1, "Me", 0, 1, "one"), Segment(2, "Me", 1, 2, "two")])
    room.view.reload()
    for height in (47, 0):
        before = room.places
        room.show_strip(height)
        assert_same(before, room.places)


def test_a_window_pulled_larger_keeps_the_row_at_the_top(room: Room) -> None:
    room.scroll_to(20)
    before = room.places
    room.window.resize(500, 600)
    QApplication.processEvents()
    assert_same(before, room.places)


def test_a_window_pulled_wider_while_the_strip_shrinks_breaks_nothing(room: Room) -> None:
    room.scroll_to(30)
    room.show_strip(90)
    first = min(room.places)
    room.strip.setFixedHeight(47)
    room.window.resize(900, 400)
    QApplication.processEvents()
    assert abs(min(room.places) - first) <= 2
