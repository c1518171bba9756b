"""Where a window opens, and that nothing of it is out of sight."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtWidgets import QApplication, QMainWindow
from pytestqt.qtbot import QtBot

from app.settings import Place
from app.ui.overlay_place import first_place, first_width, tallest
from app.ui.placing import OnScreen, all_seen, first_area, fitted, place_of

LEAST = 360
ROOMS = st.builds(QRect, st.integers(-50, 50), st.integers(-50, 50), st.integers(1, 900), st.integers(1, 900))


@pytest.mark.parametrize(
    "size", [(1280, 900), (1024, 700), (1366, 728), (1920, 1040), (3840, 2120), (853, 600)]
)
@pytest.mark.parametrize("text_size", [16, 30])
def test_window_and_captions_stand_one_above_the_other(size: tuple[int, int], text_size: int) -> None:
    screen = QRect(QPoint(60, 20), QSize(*size))
    window = first_area(screen, tallest(text_size), LEAST)
    height = tallest(text_size)
    captions = QRect(
        first_place(screen, QSize(first_width(screen), height)), QSize(first_width(screen), height)
    )
    assert not window.adjusted(-4, -32, 4, 4).intersects(captions)
    assert screen.contains(window.adjusted(-4, -32, 4, 4))
    assert screen.contains(captions)
    assert window.height() >= LEAST
    assert abs(window.center().x() - captions.center().x()) <= 1


def test_a_screen_with_no_room_for_both_is_the_window_s() -> None:
    screen = QRect(0, 0, 640, 450)
    assert first_area(screen, tallest(30), LEAST) == QRect(4, 32, 632, 414)


@given(ROOMS, ROOMS)
def test_what_was_fitted_is_in_the_room_and_as_large_as_it_can_be(area: QRect, room: QRect) -> None:
    new = fitted(area, room)
    assert room.contains(new)
    assert new.size() == area.size().boundedTo(room.size())
    assert fitted(new, room) == new
    if room.contains(area):
        assert new == area


def test_a_window_across_two_screens_is_seen() -> None:
    screens = [QRect(0, 0, 800, 600), QRect(800, 0, 800, 600)]
    assert all_seen(QRect(700, 10, 300, 300), screens)
    assert not all_seen(QRect(700, 400, 300, 300), screens)


@pytest.fixture
def window(qtbot: QtBot) -> QMainWindow:
    window = QMainWindow()
    qtbot.addWidget(window)
    return window


def test_a_window_larger_than_its_screen_is_shrunk_with_its_frame(qtbot: QtBot, window: QMainWindow) -> None:
    screen = QApplication.primaryScreen().availableGeometry()
    on_screen = OnScreen(window, QSize(5000, 4000))
    on_screen.place(Place(100, 100, 3000, 2000), 150)
    with qtbot.waitExposed(window):
        window.show()
    on_screen.begin()
    assert screen.contains(window.frameGeometry())
    assert window.minimumSize() == window.size()


def test_a_window_that_is_in_sight_stays_where_it_is(qtbot: QtBot, window: QMainWindow) -> None:
    on_screen = OnScreen(window, QSize(300, 200))
    on_screen.place(Place(100, 120, 400, 300), 150)
    with qtbot.waitExposed(window):
        window.show()
    on_screen.begin()
    assert place_of(window) == Place(100, 120, 400, 300)
    assert window.minimumSize() == QSize(300, 200)


def test_a_window_follows_a_screen_that_becomes_smaller(qtbot: QtBot, window: QMainWindow) -> None:
    on_screen = OnScreen(window, QSize(300, 200))
    on_screen.place(Place(100, 120, 400, 300), 150)
    with qtbot.waitExposed(window):
        window.show()
    on_screen.begin()
    window.setGeometry(700, 700, 400, 300)
    screen = window.screen()
    screen.availableGeometryChanged.emit(screen.availableGeometry())
    assert screen.availableGeometry().contains(window.frameGeometry())


def test_a_window_that_filled_its_screen_does_so_again_and_has_its_place_under_that(
    window: QMainWindow,
) -> None:
    OnScreen(window, QSize(300, 200)).place(Place(30, 40, 500, 400, maximized=True), 100)
    assert window.isMaximized()
    window.show()
    assert place_of(window).maximized
    window.showNormal()
    assert window.geometry() == QRect(30, 40, 500, 400)
