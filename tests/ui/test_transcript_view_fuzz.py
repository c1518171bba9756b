"""Whatever engine and user do at once, screen and transcript stay the same picture."""

from __future__ import annotations

import random

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QInputMethodEvent, QTextCursor
from pytestqt.qtbot import QtBot

from app.domain.captions import Caption
from app.domain.events import Gap
from app.ui.theme import Appearance
from tests.ui.transcript_desk import Desk

WORDS = ["one", "two words", "\u8bcd\u8bed", "x", "\U0001f600 smile", "a much longer line " * 8]
KEYS = [
    Qt.Key.Key_A, Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Backspace, Qt.Key.Key_Delete,
    Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End,
]  # fmt: skip
MODIFIERS = [Qt.KeyboardModifier.NoModifier] * 3 + [
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
]


class Fuzz:
    """Takes random steps, and checks the picture after each."""

    def __init__(self, desk: Desk, qtbot: QtBot, seed: int) -> None:
        self.desk, self.qtbot, self.random = desk, qtbot, random.Random(seed)

    def step(self) -> None:
        choice = self.random.choice
        choice([self.key, self.key, self.key, self.move, self.final, self.retract, self.live, self.gap,
                self.paste, self.compose, self.undo, self.note, self.tear, self.scroll])()  # fmt: skip

    def key(self) -> None:
        self.qtbot.keyClick(self.desk.view, self.random.choice(KEYS), self.random.choice(MODIFIERS))

    def position(self, first: int, last: int) -> int:
        """A place where a cursor can stand: not within a character of two units."""
        document = self.desk.view.document()
        place = self.random.randint(first, min(last, document.characterCount() - 1))
        return place + (document.characterAt(place) == "\ude00")

    def move(self) -> None:
        last = self.desk.view.document().characterCount() - 1
        cursor = self.desk.view.textCursor()
        cursor.setPosition(self.position(0, last))
        if self.random.random() < 0.4:
            cursor.setPosition(self.position(0, last), QTextCursor.MoveMode.KeepAnchor)
        self.desk.view.setTextCursor(cursor)

    def final(self) -> None:
        lane = self.random.choice(["Me", "Them"])
        self.desk.final(self.random.choice(WORDS), self.random.uniform(0, 500), lane)

    def retract(self) -> None:
        self.desk.retract(
            self.random.choice(["Me", "Them"]), self.random.randint(1, self.desk.utterances + 1)
        )

    def live(self) -> None:
        lane = self.random.choice(["Me", "Them"])
        final = self.random.random() < 0.4
        text = self.random.choice(WORDS)
        self.desk.view.show_caption(Caption(lane, 5000, 600.0, text, "" if final else " soft", final))

    def gap(self) -> None:
        start = self.random.uniform(0, 500)
        self.desk.apply("Me", Gap(start, start + 1, "No sound."))

    def paste(self) -> None:
        data = QMimeData()
        data.setText(self.random.choice(["pasted", "two\nlines", "a\n\nb\n"]))
        self.desk.view.insertFromMimeData(data)

    def compose(self) -> None:
        event = QInputMethodEvent("pre", [])
        if self.random.random() < 0.5:
            event.setCommitString(self.random.choice(WORDS))
        self.desk.view.inputMethodEvent(event)

    def undo(self) -> None:
        self.random.choice([self.desk.view.undo_edit, self.desk.view.redo_edit])()

    def note(self) -> None:
        self.desk.view.add_note()

    def tear(self) -> None:
        """An edit that comes past all guards, as from an input method that replaces text around it."""
        last = self.desk.view.document().characterCount() - 1
        cursor = QTextCursor(self.desk.view.document())
        start = self.position(0, last)
        cursor.setPosition(start)
        cursor.setPosition(self.position(start, start + 30), QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(self.random.choice(["", "x", "y\nz"]))

    def scroll(self) -> None:
        bar = self.desk.view.verticalScrollBar()
        bar.setValue(self.random.randint(0, bar.maximum()))

    def check(self) -> None:
        view, transcript = self.desk.view, self.desk.transcript
        rows = view.document().rows
        entries = [row for row in rows if not isinstance(row, Caption)]
        assert tuple(entries) == transcript.entries == self.desk.journal.entries
        assert entries == rows[: len(entries)]
        shown = [row.reason if isinstance(row, Gap) else row.text for row in rows]
        assert view.toPlainText().split("\n") == (shown or [""])


@pytest.mark.parametrize("seed", range(6))
def test_screen_and_transcript_agree(qtbot: QtBot, appearance: Appearance, seed: int) -> None:
    desk = Desk(appearance)
    qtbot.addWidget(desk.view)
    desk.view.resize(500, 300)
    desk.view.show()
    fuzz = Fuzz(desk, qtbot, seed)
    for _ in range(250):
        fuzz.step()
        fuzz.check()
        if fuzz.random.random() < 0.1:
            qtbot.wait(1)
            fuzz.check()
