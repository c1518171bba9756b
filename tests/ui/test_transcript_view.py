"""What the engine does to the transcript view, and what it must leave alone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QTextCursor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.domain.captions import Caption
from app.domain.events import Final, Gap
from app.domain.transcript import Segment
from app.ui.jump_button import JumpButton
from app.ui.theme import Appearance
from tests.ui.transcript_desk import Desk


@pytest.fixture
def desk(qtbot: QtBot, appearance: Appearance) -> Desk:
    desk = Desk(appearance)
    qtbot.addWidget(desk.view)
    desk.view.resize(500, 300)
    desk.view.show()
    return desk


@pytest.fixture
def long(qtbot: QtBot, appearance: Appearance) -> Desk:
    """More than fits into the view."""
    desk = Desk(appearance, [Segment(n + 1, "Me", 2.0 * n, 2.0 * n + 1, f"line {n}") for n in range(100)])
    qtbot.addWidget(desk.view)
    desk.view.resize(500, 300)
    desk.view.show()
    return desk


def at_end(desk: Desk) -> bool:
    bar = desk.view.verticalScrollBar()
    return bar.value() == bar.maximum()


def jump_button(desk: Desk) -> JumpButton:
    button = desk.view.findChild(JumpButton)
    assert isinstance(button, JumpButton)
    return button


def soft_text(desk: Desk, row: int) -> str:
    """What is painted in the color of soft words."""
    block = desk.view.document().findBlockByNumber(row)
    soft = desk.view._appearance.theme.soft
    ranges = [r for r in block.layout().formats() if r.format.foreground().color().name() == soft]
    return "".join(block.text()[r.start : r.start + r.length] for r in ranges)


class TestContent:
    def test_empty_transcript_shows_nothing(self, desk: Desk) -> None:
        assert desk.view.toPlainText() == ""

    def test_finals_and_gaps_are_lines(self, desk: Desk) -> None:
        desk.final("one")
        desk.final("three", 30)
        desk.apply("Me", Gap(15, 16, "The line was down."))
        assert desk.lines == ["one", "The line was down.", "three"]

    def test_final_said_again_changes_its_line(self, desk: Desk) -> None:
        desk.apply("Me", Final(1, 0, 2, "recognize beach"))
        desk.apply("Me", Final(1, 0, 2, "recognize speech"))
        assert desk.lines == ["recognize speech"]

    def test_reload_shows_what_the_transcript_holds(self, desk: Desk) -> None:
        desk.final("one")
        desk.transcript.load([Segment(1, "Me", 0, 1, "another")])
        desk.view.reload()
        assert desk.lines == ["another"]

    def test_line_break_within_a_text_is_no_second_line(self, desk: Desk) -> None:
        desk.transcript.load([Segment(1, "Me", 0, 1, "one\ntwo"), Segment(2, "Me", 1, 2, "three")])
        desk.view.reload()
        assert desk.lines == ["one two", "three"]

    def test_screen_readers_know_its_name(self, desk: Desk) -> None:
        assert desk.view.accessibleName() == "Transcript"


class TestSpeakers:
    """Who speaks, as a screen reader gets to know it."""

    @pytest.fixture
    def said(self, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        """What a screen reader is given to say at once."""
        said: list[str] = []

        def hear(event: QAccessibleAnnouncementEvent) -> None:
            said.append(event.message())

        monkeypatch.setattr(QAccessible, "updateAccessibility", hear)
        return said

    @pytest.fixture
    def meeting(self, desk: Desk) -> Desk:
        desk.view.name_lanes({"Me": "Anna", "Them": "The others", "Note": "Note"}.get)
        for text, lane in (("one", "Me"), ("two", "Me"), ("three", "Them"), ("four", "Me")):
            desk.final(text, lane=lane)
        desk.view.activateWindow()
        desk.view.setFocus()
        desk.put_cursor(0, 0)
        return desk

    def told(self, desk: Desk) -> str:
        interface = QAccessible.queryAccessibleInterface(desk.view)
        assert interface.text(QAccessible.Text.Name) == "Transcript"
        return interface.text(QAccessible.Text.Description)

    def test_who_said_the_line_can_be_asked(self, meeting: Desk) -> None:
        told = []
        for row in range(4):
            meeting.put_cursor(row, 0)
            told.append(self.told(meeting))
        assert told == ["Speaker: Anna"] * 2 + ["Speaker: The others", "Speaker: Anna"]

    def test_it_is_said_where_somebody_else_speaks(self, meeting: Desk, said: list[str]) -> None:
        for _ in range(3):
            QTest.keyClick(meeting.view, Qt.Key.Key_Down)
        assert said == ["The others", "Anna"]

    def test_it_is_said_when_the_lines_of_two_become_one(self, meeting: Desk, said: list[str]) -> None:
        meeting.put_cursor(2, 0)
        QTest.keyClick(meeting.view, Qt.Key.Key_Backspace)
        assert meeting.lines == ["one", "two three", "four"]
        assert said == ["The others", "Anna"]

    def test_a_line_of_ones_own_is_said_to_be_one(self, meeting: Desk, said: list[str]) -> None:
        meeting.view.add_note()
        assert said == ["Note"]

    def test_what_the_engine_does_says_nothing(self, meeting: Desk, said: list[str]) -> None:
        meeting.speak("five", lane="Them")
        meeting.end("five.", lane="Them")
        meeting.final("early", 0.5, lane="Them")
        assert said == []
        assert self.told(meeting) == "Speaker: Anna"

    def test_another_name_is_known_at_once(self, meeting: Desk) -> None:
        meeting.view.name_lanes(str)
        assert self.told(meeting) == "Speaker: Me"

    def test_another_transcript_has_another_speaker(self, meeting: Desk) -> None:
        lanes = ["Me", "Them"]
        meeting.transcript.load([Segment(n, lane, n, n + 1, "a") for n, lane in enumerate(lanes, 1)])
        meeting.view.reload()
        assert meeting.cursor[0] == 1
        assert self.told(meeting) == "Speaker: The others"

    def test_one_speaker_needs_no_name(self, desk: Desk, said: list[str]) -> None:
        desk.final("one")
        desk.final("two")
        desk.view.setFocus()
        desk.put_cursor(1, 0)
        assert (self.told(desk), said) == ("", [])


class TestLiveCaptions:
    def test_soft_words_are_set_apart(self, desk: Desk) -> None:
        desk.speak("In part,", " yes")
        assert desk.lines == ["In part, yes"]
        assert soft_text(desk, 0) == " yes"

    def test_caption_grows_in_its_line(self, desk: Desk) -> None:
        desk.final("one")
        desk.speak("In", " part")
        desk.speak("In part,", " yes")
        assert desk.lines == ["one", "In part, yes"]

    def test_final_takes_the_place_of_the_live_line(self, desk: Desk) -> None:
        desk.speak("In part", " yes")
        desk.end("In part, yes.")
        assert desk.lines == ["In part, yes."]
        assert soft_text(desk, 0) == ""

    def test_final_without_words_removes_the_live_line(self, desk: Desk) -> None:
        desk.final("one")
        desk.speak("", "hm")
        desk.view.show_caption(Caption("Me", 900, 9000.0, "", "", final=True))
        assert desk.lines == ["one"]

    def test_each_speaker_has_a_line(self, desk: Desk) -> None:
        desk.speak("mine", lane="Me")
        desk.speak("theirs", lane="Them")
        desk.speak("mine too", lane="Me")
        assert desk.lines == ["mine too", "theirs"]

    def test_caption_without_words_has_no_line(self, desk: Desk) -> None:
        desk.speak("")
        assert desk.lines == [""]
        assert desk.view.document().rows == []

    def test_finals_come_before_live_lines(self, desk: Desk) -> None:
        desk.speak("live", lane="Them")
        desk.final("final")
        assert desk.lines == ["final", "live"]

    def test_captions_that_never_end_go_with_the_session(self, desk: Desk) -> None:
        desk.final("one")
        desk.speak("live")
        desk.view.end_captions()
        assert desk.lines == ["one"]


class TestCursorStays:
    def test_at_the_end_of_the_last_line(self, desk: Desk) -> None:
        desk.final("one")
        desk.put_cursor(0, 3)
        desk.final("two")
        desk.speak("live")
        assert desk.cursor == (0, 3)

    def test_when_a_line_comes_in_front(self, desk: Desk) -> None:
        desk.final("one", 50)
        desk.put_cursor(0, 1)
        desk.final("zero", 1)
        assert desk.cursor == (1, 1)

    def test_when_its_own_line_is_said_again(self, desk: Desk) -> None:
        desk.apply("Me", Final(1, 0, 2, "recognize beach"))
        desk.put_cursor(0, 4)
        desk.apply("Me", Final(1, 0, 2, "wreck a nice beach"))
        assert desk.cursor == (0, 4)

    def test_in_a_live_line_that_becomes_final(self, desk: Desk) -> None:
        desk.final("one")
        desk.speak("two and", " three")
        desk.put_cursor(1, 3)
        desk.end("two and three")
        assert desk.cursor == (1, 3)

    def test_selection(self, desk: Desk) -> None:
        desk.final("one")
        desk.final("two")
        desk.put_cursor(0, 1, to=(1, 3))
        desk.final("zero", 1)
        desk.final("three")
        desk.speak("live")
        assert desk.view.textCursor().selection().toPlainText() == "ne\ntwo"


class TestFollowing:
    def test_few_lines_stand_at_the_bottom(self, desk: Desk) -> None:
        desk.final("one")
        bottom = desk.view.viewport().geometry().bottom()
        desk.final("two")
        assert desk.view.viewport().geometry().bottom() == bottom
        assert desk.view.viewport().height() < 100

    def test_reader_at_the_end_follows(self, long: Desk) -> None:
        assert at_end(long)
        for number in range(5):
            long.final(f"new {number}", 1000 + number)
            long.speak("live " * 30)
        assert at_end(long)

    def test_last_line_ends_where_the_view_ends(self, long: Desk) -> None:
        for number in range(8):
            long.final("some words more " * number, 1000 + number)
            last = list(long.view.shown_rows())[-1]
            assert last.top + last.height == long.view.viewport().height() - 1

    def test_reader_elsewhere_stays_there(self, long: Desk) -> None:
        long.view.verticalScrollBar().setValue(40)
        top = long.view.firstVisibleBlock().text()
        long.final("late", 3)
        long.final("new " * 50, 1000)
        long.speak("live")
        assert long.view.firstVisibleBlock().text() == top

    def test_way_back_says_how_much_is_new(self, long: Desk) -> None:
        button = jump_button(long)
        assert not button.isVisible()
        long.view.verticalScrollBar().setValue(40)
        assert not button.isVisible()
        long.speak("live")
        assert button.accessibleName() == "Jump to live"
        long.end("one")
        assert button.accessibleName() == "1 new line"
        long.final("two", 9100)
        assert button.accessibleName() == "2 new lines"
        assert button.isVisible()

    def test_way_back_is_taken(self, qtbot: QtBot, long: Desk) -> None:
        long.view.verticalScrollBar().setValue(40)
        long.final("new", 1000)
        qtbot.mouseClick(jump_button(long), Qt.MouseButton.LeftButton)
        assert at_end(long)
        assert not jump_button(long).isVisible()
        long.final("newer", 1010)
        assert at_end(long)

    def test_scrolling_to_the_end_follows_again(self, long: Desk) -> None:
        bar = long.view.verticalScrollBar()
        bar.setValue(40)
        long.final("new", 1000)
        bar.setValue(bar.maximum())
        long.final("newer " * 40, 1010)
        assert at_end(long)

    def test_selecting_holds_the_view(self, long: Desk) -> None:
        value = long.view.verticalScrollBar().value()
        long.put_cursor(98, 0, to=(98, 4))
        long.final("new " * 40, 1000)
        assert long.view.verticalScrollBar().value() == value

    def test_edit_of_an_earlier_line_holds_the_view(self, qtbot: QtBot, long: Desk) -> None:
        value = long.view.verticalScrollBar().value()
        long.put_cursor(97, 4)
        qtbot.keyClicks(long.view, "X")
        long.final("new " * 40, 1000)
        assert long.view.verticalScrollBar().value() == value
        assert jump_button(long).isVisible()

    def test_resized_view_stays_at_the_end(self, long: Desk) -> None:
        long.view.resize(300, 200)
        assert at_end(long)
        long.view.resize(600, 500)
        assert at_end(long)

    def test_wheel_beside_the_text_scrolls(self, qtbot: QtBot, long: Desk) -> None:
        from PySide6.QtCore import QPointF
        from PySide6.QtGui import QWheelEvent
        from PySide6.QtWidgets import QApplication

        gutter = long.view.childAt(QPoint(10, 100))
        event = QWheelEvent(
            QPointF(5, 5),
            QPointF(5, 5),
            QPoint(0, 0),
            QPoint(0, 240),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(gutter, event)
        assert not at_end(long)


def test_found_text_is_shown(long: Desk) -> None:
    long.view.moveCursor(QTextCursor.MoveOperation.Start)
    assert long.view.find("line 50")
    assert long.cursor == (50, 7)
