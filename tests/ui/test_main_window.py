"""The window as a whole, in front of a service that does at once what it is told."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QMenu, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from app.settings import OverlaySettings, Place, SourceKind
from app.settings_store import SettingsStore
from app.ui.controls import Button
from app.ui.side_panel import SidePanel
from app.ui.sources import SourceChoice
from app.ui.status_line import StatusLine
from app.ui.top_bar import TopBar
from app.ui.transcript_view import TranscriptView
from tests.ui.window_desk import Desktop


def test_the_overlay_comes_with_the_captions(make: Callable[..., Desktop]) -> None:
    desktop = make(overlay=OverlaySettings(shown=True))
    assert overlays() == []
    desktop.press("Start captions")
    assert len(overlays()) == 1
    desktop.press("Show overlay")
    assert overlays() == []
    assert not desktop.preferences.settings.overlay.shown


def test_the_overlay_can_be_had_before_captions(desktop: Desktop) -> None:
    desktop.press("Show overlay")
    assert len(overlays()) == 1
    assert desktop.button("Show overlay").isChecked()


def test_closing_the_overlay_lets_its_button_go(qtbot: QtBot, desktop: Desktop) -> None:
    desktop.press("Show overlay")
    overlays()[0].closed.emit()  # type: ignore[attr-defined]
    assert not desktop.button("Show overlay").isChecked()


def overlays() -> list[QWidget]:
    shown = [one for one in QApplication.topLevelWidgets() if one.isVisible()]
    return [one for one in shown if one.windowTitle() == "Surtitle captions"]


def test_closing_saves_tells_and_never_asks(qtbot: QtBot, desktop: Desktop, store: SettingsStore) -> None:
    desktop.press("Show overlay")
    desktop.press("Start captions")
    desktop.service.hear("Not exported.")
    desktop.window.setGeometry(40, 50, 900, 600)
    desktop.window.commands.choose(SourceChoice(SourceKind.MICROPHONE, "b", "USB"))
    with qtbot.waitSignal(desktop.window.closed, timeout=100):
        desktop.window.close()
    assert not [one for one in QApplication.topLevelWidgets() if one.isVisible()]
    saved = store.load()[0]
    assert saved.window == Place(40, 50, 900, 600)
    assert saved.microphone == "b"


def test_words_typed_just_before_closing_are_saved(desktop: Desktop, store: SettingsStore) -> None:
    editors = desktop.window.findChildren(QPlainTextEdit)
    next(one for one in editors if one.accessibleName() == "Context").setPlainText("money")
    desktop.window.close()
    assert store.load()[0].word_sets[0].context == "money"


def test_the_place_of_the_last_time_is_taken_again(make: Callable[..., Desktop]) -> None:
    window = make(window=Place(30, 40, 760, 500)).window
    assert window.geometry() == QRect(30, 40, 760, 500)


def test_a_place_on_a_screen_that_is_gone_is_given_up(make: Callable[..., Desktop]) -> None:
    window = make(window=Place(30_000, 40_000, 760, 500)).window
    assert window.screen().availableGeometry().intersects(window.geometry())


@pytest.mark.parametrize("width", [720, 820, 1000, 1400])
def test_nothing_in_the_bar_is_cut_or_overlaps(desktop: Desktop, width: int) -> None:
    desktop.wait_until_placed()
    desktop.window.resize(width, 480)
    desktop.press("Start captions")
    QApplication.processEvents()
    bar = desktop.button("Export").parentWidget()
    shown = [one for one in bar.findChildren(Button) if one.isVisible() and one.parentWidget() is bar]
    places = sorted((one.geometry() for one in shown), key=lambda place: place.left())
    assert all(bar.rect().contains(place) for place in places)
    assert all(left.right() < right.left() for left, right in pairwise(places))
    assert desktop.window.width() == width


def test_everything_that_can_be_pressed_has_a_name(desktop: Desktop) -> None:
    for button in desktop.window.findChildren(Button):
        assert button.accessibleName() or button.text(), button


def test_tab_goes_through_the_bar_from_left_to_right(desktop: Desktop) -> None:
    desktop.press("Start captions")
    order = []
    widget = desktop.button("Stop captions")
    for _ in range(9):
        order.append(widget.accessibleName())
        widget = widget.nextInFocusChain()
        while not widget.focusPolicy() & Qt.FocusPolicy.TabFocus or widget.isHidden():
            widget = widget.nextInFocusChain()
    left = ["Stop captions", "Pause", "Source", "Recognizer"]
    assert order == [*left, "Add a note", "Show overlay", "Export", "Words", "Settings and more"]


def test_a_tool_tip_says_what_a_press_would_do_now(desktop: Desktop) -> None:
    assert desktop.button("Start captions").toolTip() == "Start captions (F5)"
    desktop.press("Start captions")
    assert desktop.button("Stop captions").toolTip() == "Stop captions (F5)"


def test_every_command_is_in_the_menu_with_its_shortcut(desktop: Desktop) -> None:
    desktop.press("Settings and more")
    menu = desktop.button("Settings and more").findChild(QMenu)
    assert isinstance(menu, QMenu)
    commands = [action for action in menu.actions() if not action.isSeparator()]
    assert len(commands) == 13
    assert all(action.shortcut().toString() for action in commands)
    menu.close()


def test_screen_readers_find_what_was_promised(desktop: Desktop) -> None:
    names = {one.accessibleName() for one in desktop.window.findChildren(QWidget)}
    promised = "Start captions,Pause,Source,Recognizer,Input level,Status,Transcript,Hotwords,Context,Export"
    assert set(promised.split(",")) | {"Show overlay"} <= names
    interface = QAccessible.queryAccessibleInterface(desktop.window)
    assert interface.role() == QAccessible.Role.Window
    assert interface.text(QAccessible.Text.Name) == "Surtitle"


def test_the_window_needs_nothing_heavy() -> None:
    code = "import sys, json, app.ui.main_window, app.ui.bridge; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    heavy = {"numpy", "av", "soxr", "sounddevice", "moonshine_voice", "jiwer", "qasync"}
    assert not heavy & set(json.loads(done.stdout))


def test_a_narrow_window_has_the_text_and_the_panel_on_demand(desktop: Desktop) -> None:
    desktop.wait_until_placed()
    desktop.press("Start captions")
    desktop.window.resize(desktop.window.minimumSize())
    QApplication.processEvents()
    button = desktop.button("Words")
    assert (desktop.shows(TranscriptView), desktop.shows(SidePanel), button.isChecked()) == (
        True,
        False,
        False,
    )
    assert desktop.preferences.settings.panel_shown
    desktop.press("Words")
    assert (desktop.shows(TranscriptView), desktop.shows(SidePanel), button.isChecked()) == (
        False,
        True,
        True,
    )
    desktop.press("Close the panel")
    assert (desktop.shows(TranscriptView), desktop.shows(SidePanel), button.isChecked()) == (
        True,
        False,
        False,
    )


def test_all_of_the_narrowest_window_is_in_sight(desktop: Desktop) -> None:
    desktop.wait_until_placed()
    desktop.press("Start captions")
    desktop.window.resize(desktop.window.minimumSize())
    QApplication.processEvents()
    window = desktop.window
    for kind in (TopBar, TranscriptView, StatusLine):
        part = window.findChild(kind)
        assert isinstance(part, QWidget)
        assert window.rect().contains(QRect(part.mapTo(window, QPoint()), part.size()))
    assert window.size() == window.minimumSize()
