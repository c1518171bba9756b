"""Buttons are drawn from the theme and shrink with dignity."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QAccessible, QColor, QImage
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from app.ui.controls import Button, Kind
from app.ui.look import Look
from app.ui.menu_button import MenuButton
from app.ui.segmented import Segmented
from app.ui.theme import DARK, LIGHT, Appearance


def colors(button: Button) -> set[str]:
    button.resize(button.sizeHint())
    image: QImage = button.grab().toImage()
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


def test_a_compact_button_is_a_square_and_keeps_its_name(qtbot: QtBot, look: Look) -> None:
    button = Button(look, "Export", "export")
    qtbot.addWidget(button)
    button.setAccessibleName("Export")
    wide = button.sizeHint().width()
    button.set_compact(True)
    assert button.sizeHint().width() == button.sizeHint().height() < wide
    assert button.accessibleName() == "Export"
    assert button.text() == "Export"


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_the_keyboard_presses_it(qtbot: QtBot, look: Look, key: Qt.Key) -> None:
    button = Button(look, "Start")
    qtbot.addWidget(button)
    with qtbot.waitSignal(button.clicked, timeout=1000):
        qtbot.keyClick(button, key)


def test_the_focus_ring_is_for_the_keyboard(qtbot: QtBot, look: Look) -> None:
    button = Button(look, "Export", "export")
    qtbot.addWidget(button)
    with qtbot.waitActive(button):
        button.show()
        button.activateWindow()
    button.clearFocus()
    button.setFocus(Qt.FocusReason.MouseFocusReason)
    assert LIGHT.accent not in colors(button)
    button.clearFocus()
    button.setFocus(Qt.FocusReason.TabFocusReason)
    assert LIGHT.accent in colors(button)


def test_the_theme_changes_what_is_drawn(qtbot: QtBot, look: Look, appearance: Appearance) -> None:
    button = Button(look, "Start", "play", Kind.ACCENT)
    qtbot.addWidget(button)
    assert LIGHT.accent in colors(button)
    appearance.set_mode("dark")
    assert DARK.accent in colors(button)


def test_a_long_name_is_cut_but_kept_for_screen_readers(qtbot: QtBot, look: Look) -> None:
    button = MenuButton(look, longest=100)
    qtbot.addWidget(button)
    button.setText("HD Pro Webcam C920 Analog Stereo (Front-Left, USB 3.0 Docking Station)")
    assert button.sizeHint().width() < 200
    assert button.text().endswith("Docking Station)")


def test_a_menu_is_filled_each_time_it_opens(qtbot: QtBot, look: Look) -> None:
    button = MenuButton(look)
    qtbot.addWidget(button)
    times: list[int] = []

    def fill(menu: QMenu) -> None:
        times.append(len(times))
        menu.addAction(str(times))

    button.fill_with(fill)
    for _ in range(2):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        menu = button.findChild(QMenu)
        assert isinstance(menu, QMenu)
        assert len(menu.actions()) == 1
        menu.close()
    assert times == [0, 1]


def test_an_accent_is_legible_in_both_themes() -> None:
    for theme in (LIGHT, DARK):
        pairs = ((theme.on_accent, theme.accent), (theme.on_stop, theme.stop), (theme.accent, theme.surface))
        for ink, ground in pairs:
            assert contrast(ink, ground) >= 4.5, (ink, ground)


def contrast(first: str, second: str) -> float:
    """As WCAG 2 defines it."""
    lights = sorted((luminance(first), luminance(second)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def luminance(color: str) -> float:
    parts = QColor(color).getRgbF()[:3]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def toggle(button: Button) -> None:
    """Press it as a screen reader does."""
    QAccessible.queryAccessibleInterface(button).actionInterface().doAction("Toggle")


def test_a_screen_reader_presses_it_and_something_happens(qtbot: QtBot, look: Look) -> None:
    button = Button(look, "Mute")
    qtbot.addWidget(button)
    button.setCheckable(True)
    heard: list[bool] = []
    button.clicked.connect(lambda: heard.append(button.isChecked()))
    toggle(button)
    toggle(button)
    assert heard == [True, False]


def test_it_is_pressed_once_whoever_presses_it_and_showing_so_is_no_press(qtbot: QtBot, look: Look) -> None:
    button = Button(look, "Mute")
    qtbot.addWidget(button)
    button.setCheckable(True)
    heard: list[bool] = []
    button.clicked.connect(lambda: heard.append(button.isChecked()))
    button.setChecked(True)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.keyClick(button, Qt.Key.Key_Space)
    assert heard == [False, True]


def test_one_of_several_is_chosen_by_a_screen_reader(qtbot: QtBot, look: Look) -> None:
    choice = Segmented(look, ((1, "One"), (2, "Two")), 1)
    qtbot.addWidget(choice)
    chosen: list[int] = []
    choice.chosen.connect(chosen.append)
    one, two = choice.findChildren(Button)
    toggle(two)
    choice.show_chosen(1)
    assert (chosen, one.isChecked(), two.isChecked()) == ([2], True, False)


def test_a_name_longer_than_its_button_ends_before_the_chevron(qtbot: QtBot, look: Look) -> None:
    button = MenuButton(look, longest=2000)
    qtbot.addWidget(button)
    button.setText("Weekly")
    button.resize(268, button.sizeHint().height())
    end = QRect(button.width() - look.px(12 + 16 + 4), 0, look.px(12 + 16 + 4), button.height())
    short = button.grab(end).toImage()
    button.setText("Weekly meeting of the editors of the reading group for A Tale of Two Cities")
    assert button.grab(end).toImage() == short
    assert button.grab().toImage() != short
