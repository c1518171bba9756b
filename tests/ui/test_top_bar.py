"""The bar holds all it has in any window, and names go last."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.domain.lanes import LaneLabels
from app.domain.request import Cut
from app.settings import ServiceChoice, SourceKind
from app.ui.controls import Button
from app.ui.lane_button import LaneButton
from app.ui.level_meter import LevelMeter
from app.ui.sources import SourceChoice
from app.ui.text import Label
from app.ui.top_bar import TopBar
from tests.ui.window_desk import Desktop

MANUAL = (ServiceChoice("cloud", cut=Cut.MANUAL, push_to_talk=True),)


def running(make: Callable[..., Desktop], kind: SourceKind, **fields: object) -> TopBar:
    desktop = make(source=kind, panel_shown=False, **fields)
    desktop.wait_until_placed()
    # The devices are found on a thread of their own, and what they are called widens the bar.
    devices = desktop.window._parts.devices
    desktop.qtbot.waitUntil(lambda: bool(devices.microphones.devices and devices.outputs.devices))
    desktop.press("Start captions")
    bar = desktop.window.findChild(TopBar)
    assert isinstance(bar, TopBar)
    return bar


def at(bar: TopBar, width: int) -> list[Button]:
    """The bar's buttons from left to right, in a window so wide."""
    bar.window().resize(width, 480)
    QApplication.processEvents()
    assert bar.width() == width
    shown = [one for one in bar.findChildren(Button) if one.isVisible() and one.parentWidget() is bar]
    return sorted(shown, key=lambda one: one.x())


@pytest.mark.parametrize("more", [0, 20, 60, 120, 200, 300, 500, 900])
@pytest.mark.parametrize(
    "fields",
    [
        {"kind": SourceKind.MICROPHONE},
        {"kind": SourceKind.MEETING},
        {"kind": SourceKind.MEETING, "engine": "cloud", "services": MANUAL},
    ],
)
def test_no_button_is_cut_covered_or_left_out(
    make: Callable[..., Desktop], fields: dict[str, SourceKind], more: int
) -> None:
    bar = running(make, **fields)
    buttons = at(bar, bar.window().minimumWidth() + more)
    assert len(buttons) == 9 + 2 * (fields["kind"] is SourceKind.MEETING) + ("engine" in fields)
    assert all(bar.rect().contains(one.geometry()) for one in buttons)
    assert all(one.size() == one.sizeHint() for one in buttons)
    assert all(left.geometry().right() < right.x() for left, right in pairwise(buttons))
    for meter in bar.findChildren(LevelMeter):
        parent = meter.parentWidget()
        assert isinstance(parent, Button)
        assert not meter.isVisible() or parent.rect().contains(meter.geometry())


def test_a_window_beside_a_call_can_be_narrow(desktop: Desktop) -> None:
    assert 480 <= desktop.window.minimumWidth() <= 560


def test_the_lanes_keep_their_names_while_there_is_room(make: Callable[..., Desktop]) -> None:
    labels = LaneLabels("Dr. Wolfeschlegelstein", "Conference room")
    bar = running(make, SourceKind.MEETING, labels=labels)
    lanes = bar.findChildren(LaneButton)
    at(bar, 1000)
    assert all(one._text_width() > 0 for one in lanes)
    at(bar, bar.window().minimumWidth())
    assert not any(one._text_width() for one in lanes)


def test_start_keeps_its_name_beside_a_call(desktop: Desktop) -> None:
    desktop.wait_until_placed()
    bar = desktop.window.findChild(TopBar)
    assert isinstance(bar, TopBar)
    at(bar, bar.window().minimumWidth())
    assert bar.start._text_width() > 0


def test_a_longer_name_is_given_room(make: Callable[..., Desktop]) -> None:
    bar = running(make, SourceKind.MICROPHONE)
    names = (SourceChoice(name="Mic", device="m"), SourceChoice(name="HD Pro Webcam C920", device="w"))
    bar.source.show_choice(names[0])
    at(bar, 1400)
    enough = bar._line.minimumSize().width()
    at(bar, enough)
    assert bar.export._text_width() > 0
    bar.source.show_choice(names[1])
    QApplication.processEvents()
    buttons = at(bar, enough)
    assert all(left.geometry().right() < right.x() for left, right in pairwise(buttons))
    assert all(one.size() == one.sizeHint() for one in buttons)
    assert bar.export._text_width() == 0


@pytest.mark.parametrize("width", range(700, 1401, 100))
def test_the_recognizers_name_is_cut_only_where_there_is_no_room(
    make: Callable[..., Desktop], width: int
) -> None:
    bar = running(make, SourceKind.MICROPHONE)
    bar.recognizer.show_chosen("Qwen-ASR (Alibaba Cloud)")
    buttons = at(bar, width)
    shown = bar.recognizer._text_width()
    free = bar.width() - bar._line.minimumSize().width()
    whole = QFontMetrics(bar.recognizer.font()).horizontalAdvance(bar.recognizer.text()) + 1
    assert shown == whole or not shown or not free
    assert all(left.geometry().right() < right.x() for left, right in pairwise(buttons))
    if width == 1400:
        assert shown == whole


def test_what_was_folded_comes_back(qtbot: QtBot, make: Callable[..., Desktop]) -> None:
    bar = running(make, SourceKind.MEETING)
    wide = [one.geometry() for one in at(bar, 1400)]
    at(bar, bar.window().minimumWidth())
    assert [one.geometry() for one in at(bar, 1400)] == wide


def test_the_clock_is_whole_after_a_hundred_hours_too(make: Callable[..., Desktop]) -> None:
    bar = running(make, SourceKind.MICROPHONE)
    bar.window().resize(1400, 480)
    clock = next(label for label in bar.findChildren(Label) if label.text().count(":") == 2)
    for seconds in (1.0, 100 * 3600.0, 2.0):
        bar.show_elapsed(seconds)
        QApplication.processEvents()
        assert clock.size() == clock.sizeHint()
