"""Rows of a dialog, as they look."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QSlider
from pytestqt.qtbot import QtBot

from app.ui.controls import HEIGHT, Button
from app.ui.form import Form, ValueSlider
from app.ui.icons import Icons
from app.ui.look import Look
from app.ui.style import style_sheet
from app.ui.text import Label
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


@pytest.mark.parametrize("width", [360, 540, 900])
def test_remarks_take_the_lines_they_need_and_no_control_is_squeezed(
    qtbot: QtBot, look: Look, width: int
) -> None:
    form = Form(look, "Sentences")
    qtbot.addWidget(form)
    controls = [Button(look, "A"), Button(look, "B")]
    form.row("First", controls[0])
    remarks = [form.note("How much silence ends a sentence."), form.note("Higher: clear speech only. " * 6)]
    form.row("Second", controls[1])
    form.resize(width, form.heightForWidth(width))
    form.show()
    assert [control.height() for control in controls] == [look.px(HEIGHT)] * 2
    assert [remark.height() for remark in remarks] == [one.heightForWidth(one.width()) for one in remarks]


def test_a_row_goes_with_its_label(qtbot: QtBot, look: Look) -> None:
    form = Form(look, "Access")
    qtbot.addWidget(form)
    control = Button(look, "A")
    form.row("Key", control)
    form.show()
    whole = form.sizeHint().height()
    form.show_row(control, False)
    labels = [label.text() for label in form.findChildren(Label) if label.isVisible()]
    assert labels == ["Access"]
    assert form.sizeHint().height() < whole
