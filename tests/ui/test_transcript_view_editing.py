"""What the user types, while captions keep arriving."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QInputMethodEvent, QTextCursor
from PySide6.QtWidgets import QLineEdit, QMenu, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.domain.events import Gap
from app.domain.request import LANE_NOTE
from app.domain.transcript import Segment
from app.ui.theme import Appearance
from tests.ui.transcript_desk import Desk

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def desk(qtbot: QtBot, appearance: Appearance) -> Desk:
    """Two segments, a gap, a segment and a live line."""
    desk = Desk(appearance)
    qtbot.addWidget(desk.view)
    desk.view.resize(600, 400)
    desk.view.show()
    desk.final("one two")
    desk.final("three")
    desk.apply("Me", Gap(25, 26, "No sound."))
    desk.final("four")
    desk.speak("live", " words")
    return desk


ROWS = ["one two", "three", "No sound.", "four", "live words"]


def paste(desk: Desk, text: str) -> None:
    data = QMimeData()
    data.setText(text)
    desk.view.insertFromMimeData(data)


def committed(text: str) -> QInputMethodEvent:
    event = QInputMethodEvent()
    event.setCommitString(text)
    return event


class TestEditing:
    def test_typing_reaches_the_transcript(self, qtbot: QtBot, desk: Desk) -> None:
        desk.put_cursor(0, 3)
        qtbot.keyClicks(desk.view, "!")
        assert desk.texts[0] == "one! two"
        assert [change.index for change in desk.changes] == [0]

    def test_typing_goes_on_while_captions_arrive(self, qtbot: QtBot, desk: Desk) -> None:
        desk.put_cursor(1, 5)
        for number, letter in enumerate(" and more"):
            qtbot.keyClicks(desk.view, letter)
            desk.speak("live" * number, " soft")
            desk.final("early", 12 + number / 10)
            desk.final("late", 100 + number)
        assert "three and more" in desk.texts

    def test_enter_splits(self, qtbot: QtBot, desk: Desk) -> None:
        desk.put_cursor(0, 3)
        qtbot.keyClick(desk.view, Qt.Key.Key_Return)
        assert desk.texts[:2] == ["one", "two"]
        assert desk.cursor == (1, 0)

    def test_shift_enter_splits_too(self, qtbot: QtBot, desk: Desk) -> None:
        desk.put_cursor(0, 3)
        qtbot.keyClick(desk.view, Qt.Key.Key_Return, SHIFT)
        assert desk.texts[:2] == ["one", "two"]

    def test_backspace_at_the_start_merges(self, qtbot: QtBot, desk: Desk) -> None:
        desk.put_cursor(1, 0)
        qtbot.keyClick(desk.view, Qt.Key.Key_Backspace)
        assert desk.texts[0] == "one two three"
        assert desk.cursor == (0, 8)

    def test_delete_at_the_end_merges(self, qtbot: QtBot, desk: Desk) -> None:
        desk.put_cursor(0, 7)
        qtbot.keyClick(desk.view, Qt.Key.Key_Delete)
        assert desk.texts[0] == "one two three"

    def test_chinese_lines_merge_without_a_blank(self, qtbot: QtBot, appearance: Appearance) -> None:
        desk = Desk(
            appearance, [Segment(1, "Me", 0, 1, "\u4eca\u5929"), Segment(2, "Me", 1, 2, "\u5929\u6c14")]
        )
        qtbot.addWidget(desk.view)
        desk.put_cursor(1, 0)
        qtbot.keyClick(desk.view, Qt.Key.Key_Backspace)
        assert desk.texts == ["\u4eca\u5929\u5929\u6c14"]

    def test_removing_lines(self, qtbot: QtBot, desk: Desk) -> None:
        desk.put_cursor(0, 0, to=(1, 0))
        qtbot.keyClick(desk.view, Qt.Key.Key_Delete)
        assert desk.texts == ["three", "No sound.", "four"]

    def test_whole_line_in_front_of_a_gap_can_be_removed(self, qtbot: QtBot, desk: Desk) -> None:
        desk.put_cursor(1, 0, to=(2, 0))
        qtbot.keyClick(desk.view, Qt.Key.Key_Delete)
        assert desk.texts == ["one two", "No sound.", "four"]

    def test_pasted_lines_become_lines(self, desk: Desk) -> None:
        desk.put_cursor(0, 3)
        paste(desk, "A\n\nB\r\nC")
        assert desk.texts[:3] == ["oneA", "B", "C two"]

    def test_character_beyond_the_basic_plane(self, qtbot: QtBot, desk: Desk) -> None:
        desk.put_cursor(0, 0)
        paste(desk, "\U0001f600")
        qtbot.keyClicks(desk.view, "x")
        assert desk.texts[0] == "\U0001f600xone two"

    def test_first_words_in_an_empty_transcript(self, qtbot: QtBot, appearance: Appearance) -> None:
        desk = Desk(appearance)
        qtbot.addWidget(desk.view)
        qtbot.keyClicks(desk.view, "hi")
        desk.final("later", 50)
        assert desk.texts == ["hi", "later"] == desk.lines

    def test_everything_can_be_removed(self, qtbot: QtBot, appearance: Appearance) -> None:
        desk = Desk(appearance, [Segment(1, "Me", 0, 1, "a"), Segment(2, "Me", 1, 2, "b")])
        qtbot.addWidget(desk.view)
        desk.view.selectAll()
        qtbot.keyClick(desk.view, Qt.Key.Key_Delete)
        desk.final("next", 50)
        assert desk.texts == ["", "next"] == desk.lines

    def test_copy_copies_text(self, desk: Desk) -> None:
        desk.put_cursor(0, 4, to=(1, 5))
        desk.view.copy()
        assert QGuiApplication.clipboard().text() == "two\nthree"

    def test_click_between_two_lines_of_a_row_goes_to_the_nearest(
        self, qtbot: QtBot, appearance: Appearance
    ) -> None:
        desk = Desk(appearance, [Segment(1, "Me", 0, 1, "words and words " * 20)])
        qtbot.addWidget(desk.view)
        desk.view.resize(500, 300)
        desk.view.show()
        row = next(desk.view.shown_rows())
        line = row.block.layout().lineAt(0)
        below = QPoint(100, int(row.top + line.y() + line.height()) + 1)
        qtbot.mouseClick(desk.view.viewport(), Qt.MouseButton.LeftButton, pos=below)
        assert 5 < desk.cursor[1] < line.textLength() - 5


class TestProtectedRows:
    @pytest.mark.parametrize("row", [2, 4])
    @pytest.mark.parametrize("column", [0, 3, -1])
    @pytest.mark.parametrize(
        "key", [Qt.Key.Key_X, Qt.Key.Key_Return, Qt.Key.Key_Backspace, Qt.Key.Key_Delete, Qt.Key.Key_Space]
    )
    def test_keys_within(self, qtbot: QtBot, desk: Desk, row: int, column: int, key: Qt.Key) -> None:
        desk.put_cursor(row, column if column >= 0 else len(ROWS[row]))
        qtbot.keyClick(desk.view, key)
        qtbot.keyClick(desk.view, key, CONTROL)
        # A letter in the live line begins a line of the user's own above it.
        assert [line for line in desk.lines if line != "x"] == ROWS
        assert desk.texts[:4] == ROWS[:4]

    @pytest.mark.parametrize("modifier", [Qt.KeyboardModifier.NoModifier, CONTROL])
    @pytest.mark.parametrize(
        ("row", "column", "key"),
        [(1, 5, Qt.Key.Key_Delete), (3, 4, Qt.Key.Key_Delete), (3, 0, Qt.Key.Key_Backspace)],
    )
    def test_keys_beside(
        self, qtbot: QtBot, desk: Desk, row: int, column: int, key: Qt.Key, modifier: Qt.KeyboardModifier
    ) -> None:
        desk.put_cursor(row, column)
        qtbot.keyClick(desk.view, key, modifier)
        assert desk.lines == ROWS

    @pytest.mark.parametrize("key", [Qt.Key.Key_X, Qt.Key.Key_Delete, Qt.Key.Key_Return])
    def test_selection_across(self, qtbot: QtBot, desk: Desk, key: Qt.Key) -> None:
        desk.put_cursor(1, 2, to=(3, 2))
        qtbot.keyClick(desk.view, key)
        assert desk.lines == ROWS

    def test_cut_by_key(self, qtbot: QtBot, desk: Desk) -> None:
        desk.view.selectAll()
        qtbot.keyClick(desk.view, Qt.Key.Key_X, CONTROL)
        assert desk.lines == ROWS

    def test_paste(self, desk: Desk) -> None:
        desk.put_cursor(2, 2)
        paste(desk, "words")
        assert desk.lines == ROWS

    def test_input_method(self, desk: Desk) -> None:
        desk.put_cursor(2, 2)
        desk.view.inputMethodEvent(committed("\u8bcd"))
        assert desk.lines == ROWS

    def test_nothing_can_be_dropped(self, desk: Desk) -> None:
        assert not desk.view.acceptDrops()
        assert not desk.view.viewport().acceptDrops()

    @pytest.mark.parametrize(
        ("start", "end"), [((0, 2), (4, 3)), ((2, 0), (2, 9)), ((1, 5), (2, 1)), ((4, 2), (4, 9))]
    )
    @pytest.mark.parametrize("text", ["", "x", "x\ny"])
    def test_edit_past_all_guards_is_put_right(
        self, desk: Desk, start: tuple[int, int], end: tuple[int, int], text: str
    ) -> None:
        cursor = QTextCursor(desk.view.document())
        cursor.setPosition(desk.position(*start))
        cursor.setPosition(desk.position(*end), QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(text)
        assert desk.lines == ROWS
        assert desk.changes == []


class TestUndo:
    @pytest.mark.parametrize(("key", "modifiers"), [(Qt.Key.Key_Y, CONTROL), (Qt.Key.Key_Z, CONTROL | SHIFT)])
    def test_keys(self, qtbot: QtBot, desk: Desk, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> None:
        desk.put_cursor(0, 3)
        qtbot.keyClicks(desk.view, "X")
        qtbot.keyClick(desk.view, Qt.Key.Key_Z, CONTROL)
        assert desk.lines == ROWS
        qtbot.keyClick(desk.view, key, modifiers)
        assert desk.lines[0] == "oneX two"
        assert desk.cursor == (0, 4)

    def test_leaves_the_engines_lines_alone(self, qtbot: QtBot, desk: Desk) -> None:
        desk.put_cursor(0, 3)
        qtbot.keyClick(desk.view, Qt.Key.Key_Return)
        desk.final("five", 60)
        desk.speak("more", " live")
        qtbot.keyClick(desk.view, Qt.Key.Key_Z, CONTROL)
        assert desk.lines == ["one two", "three", "No sound.", "four", "five", "more live"]

    def test_is_told_to_the_journal(self, qtbot: QtBot, desk: Desk) -> None:
        desk.put_cursor(0, 3)
        qtbot.keyClick(desk.view, Qt.Key.Key_Return)
        desk.view.undo_edit()
        assert desk.journal.entries == desk.transcript.entries


class TestNotes:
    def test_note_is_written_at_the_current_time(self, qtbot: QtBot, desk: Desk) -> None:
        desk.now = 35.0
        desk.view.add_note()
        qtbot.keyClicks(desk.view, "mine")
        note = desk.transcript[4]
        assert isinstance(note, Segment)
        assert (note.lane, note.start, note.text) == (LANE_NOTE, 35.0, "mine")
        assert desk.lines == [*ROWS[:4], "mine", ROWS[4]]

    def test_empty_note_vanishes_when_left(self, qtbot: QtBot, desk: Desk) -> None:
        desk.view.add_note()
        qtbot.keyClick(desk.view, Qt.Key.Key_Up)
        qtbot.waitUntil(lambda: desk.lines == ROWS)
        assert not desk.transcript.can_undo
        assert desk.journal.entries == desk.transcript.entries

    def test_second_note_takes_the_place_of_an_empty_one(self, desk: Desk) -> None:
        desk.view.add_note()
        desk.view.add_note()
        assert desk.lines == [*ROWS[:4], "", ROWS[4]]

    def test_filled_note_stays(self, qtbot: QtBot, desk: Desk) -> None:
        desk.view.add_note()
        qtbot.keyClicks(desk.view, "x")
        qtbot.keyClick(desk.view, Qt.Key.Key_Up)
        qtbot.wait(5)
        assert "x" in desk.texts

    def test_line_emptied_by_hand_vanishes_and_comes_back(self, qtbot: QtBot, desk: Desk) -> None:
        desk.put_cursor(1, 0, to=(1, 5))
        qtbot.keyClick(desk.view, Qt.Key.Key_Delete)
        assert desk.lines[1] == ""
        qtbot.keyClick(desk.view, Qt.Key.Key_Up)
        qtbot.waitUntil(lambda: desk.lines[1] == "No sound.")
        desk.view.undo_edit()
        desk.view.undo_edit()
        assert desk.lines == ROWS

    def test_empty_note_vanishes_with_the_focus(self, qtbot: QtBot, appearance: Appearance) -> None:
        window = QWidget()
        qtbot.addWidget(window)
        desk, other = Desk(appearance), QLineEdit()
        box = QVBoxLayout(window)
        box.addWidget(desk.view)
        box.addWidget(other)
        with qtbot.waitActive(window):
            window.show()
            window.activateWindow()
        desk.view.add_note()
        assert desk.lines == [""]
        assert len(desk.transcript) == 1
        qtbot.keyClick(desk.view, Qt.Key.Key_Tab)
        assert other.hasFocus()
        assert len(desk.transcript) == 0


class TestInputMethod:
    def test_composing_survives_what_the_engine_does(self, desk: Desk) -> None:
        desk.put_cursor(1, 5)
        desk.view.inputMethodEvent(QInputMethodEvent("ci", []))
        desk.final("zero", 1)
        desk.final("five", 60)
        desk.speak("more", " live")
        desk.view.inputMethodEvent(QInputMethodEvent("ciyu", []))
        desk.view.inputMethodEvent(committed("\u8bcd\u8bed"))
        assert desk.texts == ["zero", "one two", "three\u8bcd\u8bed", "No sound.", "four", "five"]

    def test_composing_alone_changes_nothing(self, desk: Desk) -> None:
        desk.put_cursor(1, 5)
        desk.view.inputMethodEvent(QInputMethodEvent("ci", []))
        assert desk.changes == []


class TestContextMenu:
    @pytest.mark.parametrize(
        ("start", "end", "offered"),
        [
            ((0, 0), (0, 3), ["Cut", "Copy", "Select all"]),
            ((2, 0), (2, 3), ["Copy", "Select all"]),
            ((0, 0), (0, 0), ["Select all"]),
        ],
    )
    def test_offers_what_can_be_done(
        self, desk: Desk, start: tuple[int, int], end: tuple[int, int], offered: list[str]
    ) -> None:
        QGuiApplication.clipboard().clear()
        desk.put_cursor(*start, to=end)
        event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(5, 5), QPoint(5, 5))
        desk.view.contextMenuEvent(event)
        menu = desk.view.findChild(QMenu)
        assert isinstance(menu, QMenu)
        actions = [action for action in menu.actions() if not action.isSeparator()]
        menu.close()
        assert [action.text() for action in actions if action.isEnabled()] == offered


def test_typing_into_the_live_line_begins_a_line_of_ones_own(qtbot: QtBot, desk: Desk) -> None:
    desk.put_cursor(4, 4)
    qtbot.keyClicks(desk.view, "mine")
    assert "live words" in desk.lines
    note = next(
        entry for entry in desk.transcript.entries if isinstance(entry, Segment) and entry.lane == LANE_NOTE
    )
    assert note.text == "mine"
