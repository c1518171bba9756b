"""Qt's own file dialog in our colors."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from app.ui.file_dialog import file_dialog
from app.ui.style import palette
from app.ui.theme import DARK, LIGHT, Theme


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_arrows_have_the_color_of_text(qtbot: QtBot, theme: Theme) -> None:
    before = QApplication.palette()
    QApplication.setPalette(palette(theme))
    window = QWidget()
    qtbot.addWidget(window)
    dialog = file_dialog(window, "Open", "")
    arrow = dialog.findChild(QToolButton, "toParentButton")
    assert isinstance(arrow, QToolButton)
    picture = arrow.icon().pixmap(16, 16).toImage()
    pixels = [picture.pixelColor(x, y) for x in range(16) for y in range(16)]
    QApplication.setPalette(before)
    assert {pixel.name() for pixel in pixels if pixel.alpha() == 255} == {theme.ink}
