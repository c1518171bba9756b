"""Sentences in place."""

from __future__ import annotations

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.ui.controls import Button
from app.ui.look import Look
from app.ui.notice import Notice, NoticeStrip, Remedy, Tone


def buttons(strip: NoticeStrip) -> dict[str, Button]:
    found = [button for button in strip.findChildren(Button) if not button.isHidden()]
    return {button.text() or button.accessibleName(): button for button in found}


def test_nothing_is_shown_before_there_is_something_to_tell(qtbot: QtBot, look: Look) -> None:
    strip = NoticeStrip(look)
    qtbot.addWidget(strip)
    assert strip.isHidden()
    assert strip.notice is None


def test_the_newest_takes_the_place_of_the_one_before(qtbot: QtBot, look: Look) -> None:
    strip = NoticeStrip(look)
    qtbot.addWidget(strip)
    strip.tell(Notice("first", Tone.BAD, (Remedy("Again", strip.dismiss),)))
    strip.tell(Notice("second"))
    assert strip.notice == Notice("second")
    assert list(buttons(strip)) == ["Dismiss"]
    assert strip.accessibleDescription() == "second"


def test_it_can_be_dismissed(qtbot: QtBot, look: Look) -> None:
    strip = NoticeStrip(look)
    qtbot.addWidget(strip)
    strip.tell(Notice("There is no room left."))
    qtbot.mouseClick(buttons(strip)["Dismiss"], Qt.MouseButton.LeftButton)
    assert strip.isHidden()


def test_what_a_remedy_tells_is_not_dismissed_with_it(qtbot: QtBot, look: Look) -> None:
    strip = NoticeStrip(look)
    qtbot.addWidget(strip)
    after = Notice("Done.", Tone.CALM)
    strip.tell(Notice("Undo?", remedies=(Remedy("Undo", lambda: strip.tell(after)),)))
    qtbot.mouseClick(buttons(strip)["Undo"], Qt.MouseButton.LeftButton)
    assert strip.notice == after
