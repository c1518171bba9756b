"""Rows of a dialog, as they look."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QSlider
from pytestqt.qtbot import QtBot

from app.ui.form import Form, ValueSlider
from app.ui.icons import Icons
from app.ui.look import Look
from app.ui.style import style_sheet
from app.ui.theme import Appearance


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_whole_handle_of_a_slider_stands_out(qtbot: QtBot, mode: str) -> None:
    look = Look(Appearance(mode), Icons())
    slider = ValueSlider(look, "Text size", str)
    qtbot.addWidget(slider)
    slider.setStyleSheet(style_sheet(look))
    slider.show_value(5, 0, 10)
    slider.show()
    slider.clearFocus()
    bar = slider.findChild(QSlider)
    assert isinstance(bar, QSlider)
    picture = bar.grab().toImage()
    middle = [picture.pixelColor(picture.width() // 2, y).name() for y in range(picture.height())]
    assert middle.count(look.theme.accent) >= look.px(14)


def test_a_remark_stands_close_to_what_it_is_about(qtbot: QtBot, look: Look) -> None:
    form = Form(look, "Sentences")
    qtbot.addWidget(form)
    form.row("Pause", ValueSlider(look, "Pause", str))
    remark = form.note("How much silence ends a sentence.")
    form.resize(540, form.sizeHint().height())
    form.show()
    picture = remark.grab().toImage()
    ground = picture.pixelColor(0, picture.height() - 1)
    inked = [y for y in range(picture.height()) for x in range(80) if picture.pixelColor(x, y) != ground]
    assert min(inked) <= look.px(4)
