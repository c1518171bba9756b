"""Qt's own file dialog in our colors."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QListView, QToolButton, QTreeView, QWidget
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


def test_places_sizes_kinds_and_dates_can_be_read(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "talk.wav").write_bytes(bytes(123_456))
    window = QWidget()
    qtbot.addWidget(window)
    dialog = file_dialog(window, "Open", str(tmp_path))
    dialog.show()
    table, places = dialog.findChild(QTreeView, "treeView"), dialog.findChild(QListView, "sidebar")
    assert isinstance(table, QTreeView)
    assert isinstance(places, QListView)
    model, root = table.model(), table.rootIndex()
    qtbot.waitUntil(lambda: all(model.index(0, column, root).data() for column in range(4)))
    for column in range(1, 4):
        assert table.columnWidth(column) >= table.sizeHintForColumn(column)
    assert places.viewport().width() >= places.sizeHintForColumn(0)
    dialog.close()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's home; their documents are where this system says they are."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / ".config"))
    return tmp_path


def begins(qtbot: QtBot, folder: Path | str) -> Path:
    window = QWidget()
    qtbot.addWidget(window)
    return Path(file_dialog(window, "Open", str(folder)).directory().absolutePath())


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the system itself says where documents are")
def test_it_begins_where_files_were_last_else_among_documents_else_at_home(qtbot: QtBot, home: Path) -> None:
    talks, documents = home / "talks", home / "Documents"
    talks.mkdir()
    assert begins(qtbot, talks) == talks
    assert begins(qtbot, "") == home
    documents.mkdir()
    assert begins(qtbot, "") == documents
    assert begins(qtbot, home / "gone") == documents


def test_the_overlay_does_not_cover_it(qtbot: QtBot, tmp_path: Path) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    dialog = file_dialog(window, "Open", str(tmp_path))
    assert dialog.windowFlags() & Qt.WindowType.WindowStaysOnTopHint
