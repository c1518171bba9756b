from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QAccessible, QColor, QEnterEvent, QGuiApplication, QImage, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from app.domain.captions import Caption
from app.ui.overlay import Overlay
from app.ui.overlay_place import (
    FONT_SIZES,
    OPACITIES,
    SMALLEST_WIDTH,
    OverlayState,
    first_place,
    first_width,
    next_opacity,
    raised_into,
    reachable,
)
from app.ui.theme import OverlayColours

# The offscreen platform says so of every window that stays on top or has a fixed height.
pytestmark = pytest.mark.qt_log_ignore(r"This plugin does not support (raise|propagateSizeHints)\(\)")

SCREEN = QRect(0, 0, 1920, 1080)
PLACE = OverlayState(x=20, y=30, width=600)


def caption(
    settled: str, soft: str = "", *, utterance: int = 1, lane: str = "Me", final: bool = False
) -> Caption:
    return Caption(lane, utterance, 0.0, settled, soft, final)


@pytest.fixture
def overlay(qtbot: QtBot) -> Iterator[Overlay]:
    made = Overlay(PLACE)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.close()


def words(overlay: Overlay) -> str:
    """What a screen reader finds."""
    window = QAccessible.queryAccessibleInterface(overlay)
    children = [window.child(index) for index in range(window.childCount())]
    labels = [child for child in children if child.role() == QAccessible.Role.StaticText]
    return "\n".join(label.text(QAccessible.Text.Name) for label in labels).strip()


def settle(overlay: Overlay, qtbot: QtBot, settled: str, soft: str = "", **how: object) -> None:
    """Show a caption and wait until it is painted."""
    with qtbot.waitSignal(overlay.painted, timeout=1000):
        overlay.show_caption(caption(settled, soft, **how))  # type: ignore[arg-type]  # forwarded as they are


def ink(overlay: Overlay, color: str) -> QRect:
    """The rectangle in which a text colour is found; empty if nowhere."""
    image = QImage(overlay.size(), QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.black)
    overlay.render(image)
    wanted = QColor(color).rgb()
    found = [
        QPoint(x, y)
        for y in range(image.height())
        for x in range(image.width())
        if image.pixel(x, y) == wanted
    ]
    if not found:
        return QRect()
    return QRect(
        QPoint(min(point.x() for point in found), min(point.y() for point in found)),
        QPoint(max(point.x() for point in found), max(point.y() for point in found)),
    )


def button(overlay: Overlay, name: str) -> QAbstractButton:
    return next(each for each in overlay.findChildren(QAbstractButton) if each.accessibleName() == name)


def test_it_floats_above_and_takes_no_focus(overlay: Overlay) -> None:
    flags = overlay.windowFlags()
    assert flags & Qt.WindowType.FramelessWindowHint
    assert flags & Qt.WindowType.WindowStaysOnTopHint
    assert flags & Qt.WindowType.WindowDoesNotAcceptFocus
    assert overlay.testAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
    assert overlay.testAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)


def test_its_name_is_the_one_that_others_count_on(overlay: Overlay) -> None:
    assert overlay.windowTitle() == "Surtitle captions"
    interface = QAccessible.queryAccessibleInterface(overlay)
    assert interface.role() == QAccessible.Role.Window
    assert interface.text(QAccessible.Text.Name) == "Surtitle captions"


def test_a_screen_reader_finds_the_words_on_screen(overlay: Overlay, qtbot: QtBot) -> None:
    settle(overlay, qtbot, "It was the best", " of times")
    assert words(overlay) == "It was the best of times"


def test_painted_tells_the_words_and_only_when_they_are_new(overlay: Overlay, qtbot: QtBot) -> None:
    told: list[str] = []
    overlay.painted.connect(told.append)
    settle(overlay, qtbot, "It was", " the")
    overlay.show_caption(caption("It was the"))
    QTest.qWait(20)
    overlay.repaint()
    assert told == ["It was the"]


def test_many_captions_in_one_turn_are_painted_once(overlay: Overlay, qtbot: QtBot) -> None:
    told: list[str] = []
    overlay.painted.connect(told.append)
    for count in range(1, 50):
        overlay.show_caption(caption("word " * count))
    qtbot.waitUntil(lambda: bool(told), timeout=1000)
    QTest.qWait(20)
    assert len(told) == 1


def test_a_caption_that_changes_nothing_is_not_painted(
    overlay: Overlay, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(overlay, qtbot, "It was", " the")
    paints: list[object] = []
    monkeypatch.setattr(Overlay, "paintEvent", lambda _self, event: paints.append(event))
    overlay.show_caption(caption("It was", " the"))
    QTest.qWait(20)
    assert paints == []


def test_settled_words_are_white_and_soft_words_quieter(overlay: Overlay, qtbot: QtBot) -> None:
    settle(overlay, qtbot, "settled", " softer")
    settled, soft = ink(overlay, OverlayColours().text), ink(overlay, OverlayColours().soft)
    assert not settled.isEmpty()
    assert soft.left() > settled.right()


def test_a_word_does_not_move_as_it_settles(overlay: Overlay, qtbot: QtBot) -> None:
    colours = OverlayColours()
    settle(overlay, qtbot, "AVA", " VAV")
    soft = ink(overlay, colours.soft)
    left = ink(overlay, colours.text).left()
    overlay.show_caption(caption("AVA VAV", final=True))
    QTest.qWait(20)
    assert ink(overlay, colours.text) == QRect(QPoint(left, soft.top()), soft.bottomRight())


def test_clear_takes_the_words_away(overlay: Overlay, qtbot: QtBot) -> None:
    settle(overlay, qtbot, "It was", final=True)
    with qtbot.waitSignal(overlay.painted, timeout=1000) as painted:
        overlay.clear()
    assert painted.args == [""]
    settle(overlay, qtbot, "A new session", final=True)
    assert words(overlay) == "A new session"


def test_the_height_does_not_depend_on_the_words(overlay: Overlay, qtbot: QtBot) -> None:
    before = overlay.size()
    settle(overlay, qtbot, "word " * 40)
    overlay.set_badge("Reconnecting")
    assert overlay.size() == before


def test_the_badge_is_shown_and_taken_off(overlay: Overlay) -> None:
    overlay.set_badge("Reconnecting · keeping sound 0:07")
    assert words(overlay) == "Reconnecting · keeping sound 0:07"
    assert not ink(overlay, OverlayColours().badge).isEmpty()
    overlay.set_badge("")
    assert words(overlay) == ""


def test_a_long_badge_stays_within_the_window(overlay: Overlay) -> None:
    overlay.set_badge("The microphone was unplugged. " * 10)
    assert ink(overlay, OverlayColours().badge).right() < overlay.width() - 20


def test_a_badge_without_room_for_all_shows_whole_sentences(overlay: Overlay) -> None:
    problem, remedy = "Nothing is heard from “Dr. No’s headset”.", "Look for a mute switch on it."
    overlay.set_badge(f"{problem} {remedy}")
    short = ink(overlay, OverlayColours().badge)
    overlay.set_badge(f"{problem} {remedy} {remedy}")
    assert ink(overlay, OverlayColours().badge) == short
    overlay.resize(1200, overlay.height())
    assert ink(overlay, OverlayColours().badge).right() > short.right()


def test_what_else_is_so_is_told_before_the_second_sentence(overlay: Overlay) -> None:
    colours = OverlayColours()
    reason, also = f"Nothing is heard. Look for a {'mute ' * 20}switch.", "Embedded stands in"
    overlay.set_badge(reason, also)
    assert words(overlay) == f"{reason} {also}"
    both = ink(overlay, colours.badge)
    overlay.set_badge(f"Nothing is heard · {also}")
    assert ink(overlay, colours.badge) == both
    overlay.set_badge("Nothing is heard.", "stands in " * 20)
    alone = ink(overlay, colours.badge)
    overlay.set_badge("Nothing is heard.")
    assert ink(overlay, colours.badge) == alone


def test_words_and_height_stay_where_they_are_under_a_badge(overlay: Overlay, qtbot: QtBot) -> None:
    settle(overlay, qtbot, "These words stand.")
    before, size = ink(overlay, OverlayColours().text), overlay.size()
    overlay.set_badge("Paused")
    assert (ink(overlay, OverlayColours().text), overlay.size()) == (before, size)


def test_the_lane_is_named_only_when_asked_for(overlay: Overlay, qtbot: QtBot) -> None:
    colours = OverlayColours()
    settle(overlay, qtbot, "Hello", lane="Them")
    assert ink(overlay, colours.them).isEmpty()
    overlay.set_show_lanes(True)
    assert ink(overlay, colours.them).bottom() < ink(overlay, colours.text).top()


def test_each_lane_is_named_above_its_line(overlay: Overlay, qtbot: QtBot) -> None:
    colours = OverlayColours()
    overlay.set_show_lanes(True)
    overlay.show_caption(caption("Hello", lane="Me"))
    settle(overlay, qtbot, "No", lane="Them")
    assert ink(overlay, colours.them).top() > ink(overlay, colours.me).bottom()
    assert overlay.rect().contains(ink(overlay, colours.text))


def test_a_screen_reader_is_told_who_speaks_where_that_is_shown(overlay: Overlay, qtbot: QtBot) -> None:
    overlay.name_lanes({"Me": "Anna", "Them": "{the} others"}.get)
    settle(overlay, qtbot, "Hello", lane="Me")
    assert words(overlay) == "Hello"
    overlay.set_show_lanes(True)
    assert words(overlay) == "Anna: Hello"
    with qtbot.waitSignal(overlay.painted, timeout=1000) as painted:
        overlay.show_caption(caption("No", " {way}", lane="Them"))
    assert painted.args == ["Hello\nNo {way}"]
    assert words(overlay) == "Anna: Hello\n{the} others: No {way}"
    overlay.name_lanes(str)
    assert words(overlay) == "Me: Hello\nThem: No {way}"


def test_a_speaker_who_goes_on_is_named_once(overlay: Overlay, qtbot: QtBot) -> None:
    overlay.set_show_lanes(True)
    settle(overlay, qtbot, "Ever tried. Ever failed. " * 3, lane="Me")
    first, second = words(overlay).split("\n")
    assert first.startswith("Me: Ever")
    assert second.startswith("Ever")


def test_chinese_and_a_wide_character_take_their_colours(overlay: Overlay, qtbot: QtBot) -> None:
    colours = OverlayColours()
    settle(overlay, qtbot, "𠀋所以", "利润")
    assert ink(overlay, colours.soft).left() > ink(overlay, colours.text).right()


@pytest.mark.parametrize("size", [16, 30, 72])
def test_both_lines_fit_at_every_size(overlay: Overlay, qtbot: QtBot, size: int) -> None:
    overlay.set_font_size(size)
    settle(overlay, qtbot, "Ågpq " * 40)
    found = ink(overlay, OverlayColours().text)
    assert overlay.rect().adjusted(8, 8, -8, -8).contains(found)


def test_the_tools_are_shown_only_under_the_pointer(overlay: Overlay) -> None:
    close = button(overlay, "Close captions")
    assert not close.isVisible()
    middle = QPointF(overlay.rect().center())
    QApplication.sendEvent(overlay, QEnterEvent(middle, middle, middle))
    assert close.isVisible()
    QApplication.sendEvent(overlay, QEvent(QEvent.Type.Leave))
    assert not close.isVisible()


@pytest.mark.parametrize(("name", "size"), [("Larger text", 32), ("Smaller text", 28)])
def test_text_size_by_tool(overlay: Overlay, qtbot: QtBot, name: str, size: int) -> None:
    height = overlay.height()
    with qtbot.waitSignal(overlay.changed, timeout=1000) as changed:
        button(overlay, name).click()
    assert changed.args[0].font_size == size
    assert (overlay.height() > height) == (size > 30)


def test_text_size_stays_legible(overlay: Overlay) -> None:
    overlay.set_font_size(1000)
    assert overlay.state.font_size == FONT_SIZES[1]
    assert not button(overlay, "Larger text").isEnabled()
    overlay.set_font_size(1)
    assert overlay.state.font_size == FONT_SIZES[0]
    assert not button(overlay, "Smaller text").isEnabled()


def test_background_by_tool(overlay: Overlay, qtbot: QtBot) -> None:
    with qtbot.waitSignal(overlay.changed, timeout=1000) as changed:
        button(overlay, "Background opacity").click()
    assert changed.args[0].opacity == 1.0
    pixel = overlay.grab().toImage().pixelColor(40, 8)
    assert pixel.name() == OverlayColours().background


def test_close_hides_it_and_keeps_it_alive(overlay: Overlay, qtbot: QtBot) -> None:
    with qtbot.waitSignal(overlay.closed, timeout=1000):
        button(overlay, "Close captions").click()
    assert not overlay.isVisible()
    overlay.show_caption(caption("Still here"))
    with qtbot.waitSignal(overlay.painted, timeout=1000) as painted:
        overlay.show()
    assert painted.args == ["Still here"]


def test_the_program_closing_it_is_not_the_user(overlay: Overlay) -> None:
    told: list[bool] = []
    overlay.closed.connect(lambda: told.append(True))
    overlay.close()
    assert told == []


def test_dragging_moves_it_and_the_place_is_told(overlay: Overlay, qtbot: QtBot) -> None:
    with qtbot.waitSignal(overlay.changed, timeout=1000) as changed:
        drag(overlay, QPoint(300, 60), QPoint(40, 25))
    assert overlay.pos() == QPoint(60, 55)
    assert (changed.args[0].x, changed.args[0].y) == (60, 55)


def test_a_click_does_not_move_it(overlay: Overlay) -> None:
    drag(overlay, QPoint(300, 60), QPoint(2, 2))
    assert overlay.pos() == QPoint(20, 30)


@pytest.mark.parametrize(
    ("start", "way", "expected"),
    [
        (QPoint(599, 60), QPoint(100, 0), QRect(20, 30, 700, 0)),
        (QPoint(2, 60), QPoint(100, 0), QRect(120, 30, 500, 0)),
        (QPoint(599, 60), QPoint(-590, 0), QRect(20, 30, SMALLEST_WIDTH, 0)),
        (QPoint(2, 60), QPoint(590, 0), QRect(620 - SMALLEST_WIDTH, 30, SMALLEST_WIDTH, 0)),
    ],
)
def test_dragging_an_edge_resizes_it(overlay: Overlay, start: QPoint, way: QPoint, expected: QRect) -> None:
    height = overlay.height()
    drag(overlay, start, way)
    expected.setHeight(height)
    assert overlay.geometry() == expected


def test_the_pointer_shows_that_an_edge_can_be_dragged(overlay: Overlay) -> None:
    QTest.mouseMove(overlay, QPoint(2, 60))
    assert overlay.cursor().shape() == Qt.CursorShape.SizeHorCursor
    QTest.mouseMove(overlay, QPoint(200, 60))
    assert overlay.cursor().shape() == Qt.CursorShape.ArrowCursor


def test_words_are_laid_out_anew_for_a_new_width(overlay: Overlay, qtbot: QtBot) -> None:
    settle(overlay, qtbot, "It was the best of times, it was the worst of times", final=True)
    assert "\n" in words(overlay)
    with qtbot.waitSignal(overlay.painted, timeout=1000):
        overlay.resize(1400, overlay.height())
    assert words(overlay) == "It was the best of times, it was the worst of times"


def test_what_was_remembered_is_restored(overlay: Overlay) -> None:
    told: list[object] = []
    overlay.changed.connect(told.append)
    state = OverlayState(x=50, y=60, width=500, font_size=40, opacity=0.72)
    overlay.restore(state)
    assert overlay.state == state
    assert overlay.geometry().topLeft() == QPoint(50, 60)
    QTest.qWait(300)
    assert told == []


def test_without_a_remembered_place_it_is_at_the_bottom_centre(qtbot: QtBot) -> None:
    overlay = Overlay()
    qtbot.addWidget(overlay)
    screen = QGuiApplication.primaryScreen().availableGeometry()
    assert overlay.geometry().center().x() == pytest.approx(screen.center().x(), abs=1)
    assert screen.center().y() < overlay.y() < screen.bottom() - overlay.height()


def test_a_place_that_no_screen_shows_is_given_up(qtbot: QtBot) -> None:
    overlay = Overlay(OverlayState(x=9000, y=9000, width=500))
    qtbot.addWidget(overlay)
    assert QGuiApplication.primaryScreen().availableGeometry().contains(overlay.geometry())


def test_it_comes_back_when_its_screen_goes(overlay: Overlay) -> None:
    overlay.move(9000, 9000)
    overlay.come_back()
    assert QGuiApplication.primaryScreen().availableGeometry().contains(overlay.geometry())


def test_larger_text_does_not_grow_out_of_the_screen(overlay: Overlay) -> None:
    screen = QGuiApplication.primaryScreen().availableGeometry()
    overlay.move(20, screen.bottom() - overlay.height())
    overlay.set_font_size(72)
    assert overlay.geometry().bottom() <= screen.bottom()


@pytest.mark.parametrize(("width", "expected"), [(1920, 900), (1000, 700), (320, SMALLEST_WIDTH)])
def test_first_width(width: int, expected: int) -> None:
    assert first_width(QRect(0, 0, width, 800)) == expected


def test_first_place_on_a_screen_that_is_not_the_first() -> None:
    place = first_place(SCREEN.translated(1920, 0), QSize(900, 134))
    assert place == QPoint(1920 + 510, 1080 - 134 - 24)


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        (QRect(0, 0, 900, 134), True),
        (QRect(-850, 0, 900, 134), False),
        (QRect(-700, 0, 900, 134), True),
        (QRect(100, 1060, 900, 134), False),
        (QRect(2500, 100, 900, 134), False),
    ],
)
def test_reachable(window: QRect, expected: bool) -> None:
    assert reachable(window, [SCREEN]) is expected


def test_raised_into_moves_only_up_and_only_as_far_as_needed() -> None:
    assert raised_into(QRect(100, 100, 900, 134), [SCREEN]) == QPoint(100, 100)
    assert raised_into(QRect(100, 1000, 900, 134), [SCREEN]) == QPoint(100, 946)
    assert raised_into(QRect(-100, -20, 900, 134), [SCREEN]) == QPoint(-100, -20)


def test_opacity_goes_round() -> None:
    assert [next_opacity(level) for level in OPACITIES] == [*OPACITIES[1:], OPACITIES[0]]


def drag(overlay: Overlay, start: QPoint, way: QPoint) -> None:
    """Press, pull and let go, told in the window's own places at each moment."""
    left = Qt.MouseButton.LeftButton
    pressed = overlay.mapToGlobal(start)
    QTest.mousePress(overlay, left, Qt.KeyboardModifier.NoModifier, start)
    for step in (0.5, 1.0):
        target = pressed + QPoint(round(way.x() * step), round(way.y() * step))
        send_move(overlay, target)
    QTest.mouseRelease(overlay, left, Qt.KeyboardModifier.NoModifier, overlay.mapFromGlobal(pressed + way))


def send_move(overlay: Overlay, target: QPoint) -> None:
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(overlay.mapFromGlobal(target)),
        QPointF(target),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(overlay, event)
