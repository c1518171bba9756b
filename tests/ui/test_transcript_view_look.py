"""How the transcript view looks: measures, colors, the gutter."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QColor, QHelpEvent, QImage, QInputMethodEvent, QPaintEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from app.domain.captions import Caption
from app.domain.events import Gap
from app.domain.request import LANE_NOTE
from app.domain.transcript import Segment
from app.ui.theme import DARK, LIGHT, Appearance, Theme
from app.ui.transcript_gutter import TranscriptGutter
from tests.ui.transcript_desk import Desk

ENTRIES = [
    Segment(1, "Me", 0, 1, "one"),
    Gap(1, 2, "No sound."),
    Segment(2, "Me", 3, 4, "two words", "too words", edited=True),
]
TIMES = QRect(0, 0, 90, 400)
NAMES = QRect(96, 0, 60, 400)


@pytest.fixture
def desk(qtbot: QtBot, appearance: Appearance) -> Desk:
    desk = Desk(appearance, ENTRIES)
    qtbot.addWidget(desk.view)
    desk.view.resize(700, 400)
    desk.view.show()
    return desk


def picture(desk: Desk) -> QImage:
    return desk.view.grab().toImage()


def colors(image: QImage, area: QRect) -> set[str]:
    area = area.intersected(image.rect())
    points = ((x, y) for x in range(area.left(), area.right()) for y in range(area.top(), area.bottom()))
    return {image.pixelColor(x, y).name() for x, y in points}


def row_area(desk: Desk, number: int) -> QRect:
    row = list(desk.view.shown_rows())[number]
    corner = desk.view.viewport().geometry()
    return QRect(corner.x(), corner.y() + int(row.top), corner.width(), int(row.height))


def test_rows_are_spaced_as_designed(desk: Desk) -> None:
    style = desk.view._style
    assert [row.height for row in desk.view.shown_rows()] == [style.px(36)] * 3


def test_lines_of_a_paragraph_are_spaced_as_designed(desk: Desk) -> None:
    desk.final("many words " * 30, 10)
    row = list(desk.view.shown_rows())[-1]
    layout = row.block.layout()
    baselines = [layout.lineAt(n).y() + layout.lineAt(n).ascent() for n in range(layout.lineCount())]
    steps = {round(b - a) for a, b in pairwise(baselines)}
    assert steps == {desk.view._style.line_height}


def test_chinese_lines_are_spaced_the_same(desk: Desk) -> None:
    desk.final("\u4eca\u5929\u5929\u6c14\u5f88\u597d" * 20, 10)
    row = list(desk.view.shown_rows())[-1]
    lines = row.block.layout().lineCount()
    assert lines > 1
    assert row.height == lines * desk.view._style.line_height + 2 * desk.view._style.row_padding


@pytest.mark.parametrize(("mode", "theme"), [("light", LIGHT), ("dark", DARK)])
def test_theme(desk: Desk, appearance: Appearance, mode: str, theme: Theme) -> None:
    appearance.set_mode("dark" if mode == "light" else "light")
    appearance.set_mode(mode)
    image = picture(desk)
    assert {image.pixelColor(x, 5).name() for x in (5, 350, 695)} == {theme.surface}
    assert theme.ink in colors(image, row_area(desk, 0))
    assert theme.warn in colors(image, row_area(desk, 1))


def test_times_stand_beside_every_row(desk: Desk) -> None:
    image = picture(desk)
    for number in range(3):
        row = row_area(desk, number)
        assert len(colors(image, QRect(0, row.top(), 90, row.height()))) > 1


@pytest.mark.parametrize("height", range(150, 210, 7))
def test_a_time_is_out_of_sight_with_its_line(desk: Desk, height: int) -> None:
    for number in range(9):
        desk.final("many words " * 30, 10.0 * number)
    desk.view.resize(700, height)
    above = QRect(0, 0, 160, desk.view.viewport().y())
    assert colors(picture(desk), above) <= {LIGHT.surface}
    desk.view.verticalScrollBar().setValue(2)
    below = QRect(0, desk.view.viewport().geometry().bottom() + 1, 160, height)
    assert colors(picture(desk), below) == {LIGHT.surface}


def test_names_show_with_the_second_speaker(desk: Desk) -> None:
    narrow = desk.view.viewport().x()
    desk.final("hello", 10, lane="Them")
    assert desk.view.viewport().x() > narrow
    assert QColor(LIGHT.them).name() in colors(picture(desk), NAMES)


def test_notes_are_no_speaker(desk: Desk) -> None:
    narrow = desk.view.viewport().x()
    desk.view.add_note()
    assert desk.transcript[3].lane == LANE_NOTE
    assert desk.view.viewport().x() == narrow


def test_changed_words_are_underlined(desk: Desk) -> None:
    assert LIGHT.accent in colors(picture(desk), row_area(desk, 2))
    assert LIGHT.accent not in colors(picture(desk), row_area(desk, 0))


def test_live_row_is_tinted(desk: Desk) -> None:
    desk.speak("live")
    row = row_area(desk, 3)
    image = picture(desk)
    assert image.pixelColor(4, row.center().y()).name() == LIGHT.selection
    assert image.pixelColor(image.width() - 4, row.center().y()).name() == LIGHT.surface


def test_zoom(desk: Desk) -> None:
    desk.view.set_zoom(2.0)
    heights = [row.height for row in desk.view.shown_rows()]
    assert heights == [desk.view._style.px(36)] * 3
    assert heights[0] >= 72


@given(
    st.lists(
        st.one_of(
            st.integers(90, 140).map(lambda percent: ("zoom", percent / 100)),
            st.integers(400, 900).map(lambda width: ("resize", width)),
            st.integers(1, 40).map(lambda words: ("caption", words)),
            st.integers(1, 40).map(lambda words: ("final", words)),
        ),
        max_size=12,
    )
)
@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_line_is_where_its_row_has_room_for_it(
    qtbot: QtBot, appearance: Appearance, steps: list[tuple[str, float]]
) -> None:
    desk = Desk(appearance, ENTRIES)
    desk.view.resize(700, 400)
    desk.view.show()
    for number, (step, value) in enumerate(steps, 10):
        match step:
            case "zoom":
                desk.view.set_zoom(value)
            case "resize":
                desk.view.resize(round(value), 400)
            case "caption":
                desk.speak("\u4eca some words " * round(value), "soft")
            case "final":
                desk.final("many words " * round(value), number)
        # As a grab paints all of it, each line that is seen has been asked for.
        desk.view.grab()
        style = desk.view._style
        for row in desk.view.shown_rows():
            layout = row.block.layout()
            for count in range(layout.lineCount()):
                line = layout.lineAt(count)
                ideal = style.row_padding + count * style.line_height + style.baseline - line.ascent()
                assert abs(line.y() - ideal) <= 0.5
    desk.view.close()


class Painted(QObject):
    """How high the areas are that a widget paints."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.heights: list[int] = []
        widget.installEventFilter(self)

    def eventFilter(self, _: QObject, event: QEvent) -> bool:  # noqa: N802
        if isinstance(event, QPaintEvent):
            self.heights.append(event.rect().height())
        return False


@pytest.mark.parametrize("above", ["words", "gap", "somebody"])
def test_a_word_has_its_own_row_painted(desk: Desk, above: str) -> None:
    for number in range(30):
        desk.final(f"line {number}", 100 + number)
    if above == "gap":
        desk.apply("Me", Gap(200, 201, "No sound."))
    elif above == "somebody":
        desk.speak("I", "go on", lane="Them", utterance=901)
    desk.speak("some", "words")
    QApplication.processEvents()
    painted = Painted(desk.view.viewport())
    desk.speak("some words", "more")
    QApplication.processEvents()
    assert painted.heights
    assert max(painted.heights) <= desk.view._style.row_height(1) + 4


def test_a_word_has_no_time_painted(desk: Desk) -> None:
    desk.speak("some", "words")
    QApplication.processEvents()
    gutter = next(child for child in desk.view.children() if isinstance(child, TranscriptGutter))
    painted = Painted(gutter)
    desk.speak("some words", "more")
    QApplication.processEvents()
    assert not painted.heights
    desk.speak("some words", "more " * 40)
    QApplication.processEvents()
    assert painted.heights


def test_a_word_that_changes_when_it_was_said_has_the_time_painted(desk: Desk) -> None:
    desk.view.show_caption(Caption("Me", 900, 9000.0, "some", ""))
    assert is_painted(desk)
    desk.view.show_caption(Caption("Me", 900, 8000.0, "some words", ""))
    assert is_painted(desk)


def is_painted(desk: Desk) -> bool:
    """Whether the window, which shows what was painted until now, shows what painting all anew would."""
    for _ in range(4):
        QApplication.processEvents()
    return desk.view.screen().grabWindow(desk.view.winId()).toImage() == picture(desk)


@pytest.mark.parametrize("lines_above", [0, 2])
@pytest.mark.parametrize("others", [False, True])
def test_rows_are_painted_where_they_are_once_another_has_grown_or_shrunk(
    desk: Desk, lines_above: int, others: bool
) -> None:
    bar = desk.view.verticalScrollBar()
    desk.view.resize(600, 400)
    for number in range(30):
        desk.final(f"line {number}", 100 + number)
    desk.speak("many words that go on " * 8, "soft", utterance=901)
    if others:
        desk.speak("they", "say", lane="Them", utterance=902)
    assert is_painted(desk)
    bar.setValue(bar.maximum() - lines_above)
    assert is_painted(desk)
    for count in (2, 8, 5, 1):
        desk.speak("many words that go on " * count, "soft", utterance=901)
        assert is_painted(desk)


def test_rows_are_painted_where_they_are_while_the_user_composes_and_breaks_lines(desk: Desk) -> None:
    for number in range(30):
        desk.final(f"line {number} " + "some words " * 12, 100 + number)
    desk.view.verticalScrollBar().setValue(0)
    desk.put_cursor(2, 5)
    for count in (1, 20, 40, 2, 0):
        desk.view.inputMethodEvent(QInputMethodEvent("pre " * count, []))
        assert is_painted(desk)
    desk.put_cursor(3, 40, (2, 3))
    QTest.keyClick(desk.view, Qt.Key.Key_Return)
    assert is_painted(desk)


def test_large_text_keeps_most_of_the_width(desk: Desk) -> None:
    desk.view.resize(590, 400)
    desk.view.set_zoom(2.0)
    style = desk.view._style
    assert style.time_font.pixelSize() < style.text_font.pixelSize()
    assert desk.view.viewport().width() > 590 / 2


def test_lines_are_not_longer_than_can_be_read(desk: Desk) -> None:
    desk.view.resize(2000, 400)
    assert desk.view.viewport().width() == desk.view._style.longest_line


def test_lines_break_at_one_width_whether_or_not_there_is_a_scroll_bar(desk: Desk) -> None:
    width = desk.view.viewport().width()
    for number in range(40):
        desk.final(f"line {number}", 100 + number)
    assert desk.view.verticalScrollBar().isVisible()
    assert desk.view.viewport().width() == width


def test_theme_leaves_the_reader_in_place(desk: Desk, appearance: Appearance) -> None:
    for number in range(60):
        desk.final("many words " * (number % 9), 100 + number)
    desk.view.verticalScrollBar().setValue(20)
    top = desk.view.firstVisibleBlock().text()
    appearance.set_mode("dark")
    assert desk.view.firstVisibleBlock().text() == top


@pytest.mark.parametrize("width", [500, 1080, 1300])
def test_no_line_is_wider_than_the_view(qtbot: QtBot, appearance: Appearance, width: int) -> None:
    desk = Desk(appearance)
    qtbot.addWidget(desk.view)
    desk.view.resize(width, 380)
    desk.view.show()
    words = [*["It", "was", "the", "best", "of", "times."] * 4, "The", "end."]
    for count in range(1, len(words) + 1):
        desk.speak(" ".join(words[:count]))
        qtbot.wait(1)
    desk.end(" ".join(words))
    layout = desk.view.document().firstBlock().layout()
    assert layout.lineCount() > 1
    assert max(layout.lineAt(n).width() for n in range(layout.lineCount())) <= desk.view.viewport().width()


def test_the_time_of_a_line_tells_how_it_was_said(qtbot: QtBot, appearance: Appearance) -> None:
    desk = Desk(
        appearance,
        [
            Segment(1, "Me", 0, 1, "好", language="zh", emotion="happy"),
            Segment(2, "Me", 2, 3, "one", language="en", emotion="neutral"),
            Segment(3, "Me", 4, 5, "two", language="x-nothing"),
        ],
    )
    qtbot.addWidget(desk.view)
    desk.view.resize(500, 300)
    desk.view.show()
    for row, told in enumerate(["Chinese, happy", "English", ""]):
        point_at(desk, row)
        # A tool tip takes a moment to go away.
        qtbot.waitUntil(lambda told=told: QToolTip.text() == told)


def test_a_name_that_is_cut_is_told_whole(qtbot: QtBot, desk: Desk) -> None:
    long = "Everybody on the other end of a long line"
    desk.view.name_lanes({"Me": "Anna", "Them": long, "": ""}.get)
    desk.final("three", 10, lane="Them")
    for row, told in ((3, long), (0, "")):
        point_at(desk, row)
        qtbot.waitUntil(lambda told=told: QToolTip.text() == told)


def point_at(desk: Desk, row: int) -> None:
    """Rest the mouse at the time of a line."""
    gutter, offset = desk.view._gutter, desk.view.viewport().y()
    shown = list(desk.view.shown_rows())[row]
    point = QPoint(20, round(offset + shown.top + shown.height / 2))
    QApplication.sendEvent(gutter, QHelpEvent(QEvent.Type.ToolTip, point, gutter.mapToGlobal(point)))
