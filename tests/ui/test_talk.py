"""Sentences that the user ends: by a button and by a key that is held down."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.ui.look import Look
from app.ui.talk import KEY, REPEAT_MS, TalkButton, Talking


class Desk:
    def __init__(self, qtbot: QtBot, look: Look) -> None:
        self.qtbot = qtbot
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.button = TalkButton(look, self.window)
        self.editor, self.field = QPlainTextEdit(), QLineEdit()
        column = QVBoxLayout(self.window)
        for widget in (self.button, self.editor, self.field):
            column.addWidget(widget)
        self.told: list[bool | str] = []
        self.button.talked.connect(self.told.append)
        self.button.sentence_ended.connect(lambda: self.told.append("ended"))
        self.window.show()

    def let_go(self) -> None:
        """Until what was let go counts as that."""
        self.qtbot.waitUntil(lambda: not self.button.talking, timeout=1000)

    def told_within_a_moment(self, *told: bool | str) -> None:
        self.qtbot.waitUntil(lambda: self.told == list(told), timeout=1000)

    def key(self, kind: QEvent.Type, target: QWidget | None = None, repeated: bool = False) -> None:
        event = QKeyEvent(kind, KEY, Qt.KeyboardModifier.NoModifier, "", repeated)
        QApplication.sendEvent(target or self.window, event)


@pytest.fixture
def desk(qtbot: QtBot, look: Look) -> Desk:
    return Desk(qtbot, look)


DOWN, UP = QEvent.Type.KeyPress, QEvent.Type.KeyRelease


def test_it_is_not_there_where_the_recognizer_ends_sentences(desk: Desk) -> None:
    assert desk.button.isHidden()
    desk.key(DOWN)
    desk.key(UP)
    assert desk.told == []


def test_the_key_is_held_while_one_talks_from_wherever_the_cursor_is(desk: Desk) -> None:
    desk.button.show_mode(Talking.PUSH_TO_TALK)
    assert not desk.button.isHidden()
    for target in (desk.window, desk.editor, desk.field):
        desk.told.clear()
        desk.key(DOWN, target)
        desk.key(DOWN, target, repeated=True)
        desk.key(UP, target, repeated=True)
        assert desk.told == [True]
        assert desk.button.text() == "Talking"
        desk.key(UP, target)
        desk.let_go()
        assert desk.told == [True, False]
        assert desk.button.text() == "Hold to talk"


def test_the_button_is_held_too_by_pointer_and_space_bar(qtbot: QtBot, desk: Desk) -> None:
    desk.button.show_mode(Talking.PUSH_TO_TALK)
    qtbot.mousePress(desk.button, Qt.MouseButton.LeftButton)
    assert desk.told == [True]
    qtbot.mouseRelease(desk.button, Qt.MouseButton.LeftButton)
    desk.let_go()
    qtbot.keyPress(desk.button, Qt.Key.Key_Space)
    assert desk.told == [True, False, True]
    qtbot.keyRelease(desk.button, Qt.Key.Key_Space)
    desk.let_go()
    assert desk.told == [True, False, True, False]


def test_held_twice_it_is_let_go_with_the_last(qtbot: QtBot, desk: Desk) -> None:
    desk.button.show_mode(Talking.PUSH_TO_TALK)
    qtbot.mousePress(desk.button, Qt.MouseButton.LeftButton)
    desk.key(DOWN)
    qtbot.mouseRelease(desk.button, Qt.MouseButton.LeftButton)
    assert desk.told == [True]
    desk.key(UP)
    desk.let_go()
    assert desk.told == [True, False]


def test_a_key_that_repeats_itself_is_held_though_nobody_says_that_it_does(desk: Desk) -> None:
    desk.button.show_mode(Talking.PUSH_TO_TALK)
    desk.key(DOWN)
    for _ in range(5):
        desk.qtbot.wait(REPEAT_MS // 2)
        desk.key(UP)
        desk.key(DOWN)
    assert desk.told == [True]
    desk.key(UP)
    desk.let_go()
    assert desk.told == [True, False]


def test_a_window_that_loses_the_keyboard_lets_go(desk: Desk) -> None:
    desk.button.show_mode(Talking.PUSH_TO_TALK)
    desk.key(DOWN)
    QApplication.sendEvent(desk.window, QEvent(QEvent.Type.WindowDeactivate))
    assert desk.told == [True, False]
    desk.key(UP)
    assert desk.told == [True, False]


def test_what_ends_while_held_is_let_go(desk: Desk) -> None:
    desk.button.show_mode(Talking.PUSH_TO_TALK)
    desk.key(DOWN)
    desk.button.show_mode(Talking.HIDDEN)
    assert desk.told == [True, False]
    assert desk.button.isHidden()


def test_without_push_to_talk_it_ends_the_sentence(qtbot: QtBot, desk: Desk) -> None:
    desk.button.show_mode(Talking.ENDS_SENTENCES)
    assert desk.button.accessibleName() == "End sentence"
    qtbot.mouseClick(desk.button, Qt.MouseButton.LeftButton)
    desk.told_within_a_moment("ended")
    desk.key(DOWN)
    desk.key(UP)
    desk.told_within_a_moment("ended", "ended")


def test_a_sentence_spoken_with_the_key_held_ends_once_when_it_is_let_go(desk: Desk) -> None:
    desk.button.show_mode(Talking.ENDS_SENTENCES)
    desk.key(DOWN)
    for _ in range(5):
        desk.qtbot.wait(REPEAT_MS // 2)
        # As X11 repeats a key where Qt does not see it.
        desk.key(UP)
        desk.key(DOWN)
    desk.qtbot.wait(2 * REPEAT_MS)
    assert desk.told == []
    desk.key(UP)
    desk.told_within_a_moment("ended")
    desk.qtbot.wait(2 * REPEAT_MS)
    assert desk.told == ["ended"]


def test_a_window_that_loses_the_keyboard_ends_the_sentence_once(desk: Desk) -> None:
    desk.button.show_mode(Talking.ENDS_SENTENCES)
    desk.key(DOWN)
    QApplication.sendEvent(desk.window, QEvent(QEvent.Type.WindowDeactivate))
    desk.key(UP)
    assert desk.told == ["ended"]
