"""Exporting from the window."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from app.domain.errors import CaptionError, OutputError
from app.domain.segment import Segment
from app.domain.transcript import Change
from app.settings import Settings
from app.settings_store import SettingsStore
from app.ui.exporting import Exporting
from app.ui.notice import Tone
from app.ui.preferences import Preferences
from app.ui.tally import Tally
from tests.fakes.service import FakeFormat

FORMATS = (FakeFormat(".srt", "SubRip subtitles"), FakeFormat(".txt", "Plain text"))


class Writer:
    def __init__(self) -> None:
        self.paths: list[Path] = []
        self.error: OutputError | None = None

    def __call__(self, path: Path, told: Callable[[CaptionError | None], None]) -> None:
        if not self.error:
            self.paths.append(path)
        self.meanwhile()
        told(self.error)

    def meanwhile(self) -> None:
        """What happens while it is written."""


@pytest.fixture
def writer() -> Writer:
    return Writer()


@pytest.fixture
def exporting(qtbot: QtBot, writer: Writer, store: SettingsStore, tmp_path: Path) -> Exporting:
    window = QWidget()
    qtbot.addWidget(window)
    tally = Tally()
    tally.restart([Segment(1, "Me", 0.0, 1.0, "Hello.")], exported=True)
    preferences = Preferences(Settings(folder=str(tmp_path)), store)
    return Exporting(FORMATS, writer, lambda: "The talk v1.2", preferences, tally, window)


def test_where_there_are_no_captions_no_file_is_asked_for(
    qtbot: QtBot, writer: Writer, store: SettingsStore
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    exporting = Exporting(FORMATS, writer, str, Preferences(Settings(), store), Tally(), window)
    with qtbot.waitSignal(exporting.told) as told:
        assert exporting.ask() is None
    assert told.args[0].text == "There are no captions to export yet."
    assert window.findChildren(QFileDialog) == []


def test_the_dialog_offers_every_format(exporting: Exporting) -> None:
    dialog = exporting.ask(".txt")
    assert dialog.nameFilters() == ["SubRip subtitles (*.srt)", "Plain text (*.txt)"]
    assert dialog.selectedNameFilter() == "Plain text (*.txt)"
    assert [Path(name).name for name in dialog.selectedFiles()] == ["The talk v1.2.txt"]
    dialog.close()


def test_another_format_changes_the_suffix(exporting: Exporting) -> None:
    dialog = exporting.ask()
    dialog.filterSelected.emit("Plain text (*.txt)")
    assert [Path(name).name for name in dialog.selectedFiles()] == ["The talk v1.2.txt"]
    dialog.close()


@pytest.mark.parametrize(
    ("typed", "written"), [("a.srt", "a.srt"), ("a.TXT", "a.TXT"), ("a", "a.srt"), ("v1.2", "v1.2.srt")]
)
def test_a_name_without_a_known_suffix_gets_one(
    qtbot: QtBot, exporting: Exporting, writer: Writer, typed: str, written: str
) -> None:
    dialog: QFileDialog = exporting.ask()
    with qtbot.waitSignal(exporting.done, timeout=1000):
        dialog.fileSelected.emit(f"/talks/{typed}")
    assert writer.paths == [Path("/talks") / written]
    dialog.close()


def test_a_name_without_a_known_suffix_gets_that_of_the_format_chosen(
    qtbot: QtBot, exporting: Exporting, writer: Writer
) -> None:
    dialog: QFileDialog = exporting.ask()
    dialog.selectNameFilter("Plain text (*.txt)")
    with qtbot.waitSignal(exporting.done, timeout=1000):
        dialog.fileSelected.emit("/talks/Standup 10.30")
    assert writer.paths == [Path("/talks/Standup 10.30.txt")]
    dialog.close()


@pytest.mark.skipif(sys.platform == "darwin", reason="its own dialog asks")
def test_a_file_that_is_there_is_replaced_only_when_told_to(
    qtbot: QtBot, exporting: Exporting, writer: Writer, tmp_path: Path
) -> None:
    (tmp_path / "a.srt").write_text("old")
    dialog = exporting.ask()
    dialog.selectFile("a.srt")
    with qtbot.waitSignal(exporting.told, timeout=1000) as told:
        dialog.accept()
    assert not dialog.isVisible()
    assert writer.paths == []
    assert told.args[0].text == "There is a file a.srt already."
    replace, another = told.args[0].remedies
    replace.do()
    assert writer.paths == [tmp_path / "a.srt"]
    another.do()
    again = next(one for one in exporting.parent().findChildren(QFileDialog) if one.isVisible())
    assert [Path(name).name for name in again.selectedFiles()] == ["The talk v1.2.srt"]
    again.close()


def test_a_failure_is_a_sentence(qtbot: QtBot, exporting: Exporting, writer: Writer) -> None:
    writer.error = OutputError("There is no room left on the disk.", "Choose another folder.")
    with qtbot.assertNotEmitted(exporting.done), qtbot.waitSignal(exporting.told, timeout=1000) as told:
        exporting.write(Path("/full/a.srt"))
    assert told.args[0].tone is Tone.BAD
    assert told.args[0].text.startswith("There is no room left on the disk. Choose another folder.")
    assert "The transcript stays" in told.args[0].text


def test_what_was_said_while_a_file_was_written_is_not_in_it(
    qtbot: QtBot, exporting: Exporting, writer: Writer
) -> None:
    segment = Segment(2, "Me", 1.0, 2.0, "More.")
    writer.meanwhile = lambda: exporting._tally.take(Change(1, (), (segment,)))  # type: ignore[method-assign]
    with qtbot.assertNotEmitted(exporting.done), qtbot.waitSignal(exporting.told, timeout=1000) as told:
        exporting.write(Path("/talks/a.srt"))
    assert told.args[0].text.startswith("Exported to")
    assert exporting._tally.unsaved
