"""Icons are one set and take the color of the text."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from PySide6.QtGui import QColor

import app.ui
from app.ui.icons import ICONS_FOLDER, Icons

DRAWINGS = sorted(ICONS_FOLDER.glob("*.svg"))


@pytest.mark.parametrize("path", DRAWINGS, ids=lambda path: path.stem)
def test_every_drawing_keeps_to_the_grid(path: Path) -> None:
    drawing = ET.parse(path).getroot()
    assert drawing.get("viewBox") == "0 0 24 24"
    assert drawing.get("stroke") == "currentColor"
    assert drawing.get("stroke-width") == "1.75"


@pytest.mark.parametrize("path", DRAWINGS, ids=lambda path: path.stem)
def test_every_drawing_is_used(path: Path) -> None:
    sources = "".join(file.read_text() for file in Path(app.ui.__file__).parent.glob("*.py"))
    assert re.search(rf'"{path.stem}"', sources)


@pytest.mark.parametrize("path", DRAWINGS, ids=lambda path: path.stem)
def test_a_drawing_takes_the_color_asked_for(qapp: object, path: Path) -> None:
    image = Icons().icon(path.stem, "#ff0000", 24).pixmap(24, 24).toImage()
    inked = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    inked = [color for color in inked if color.alpha() > 200]
    assert inked
    assert {color.name() for color in inked} == {QColor("#ff0000").name()}
