"""What the window shows of a session, and lets the user do with it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QSlider
from pytestqt.qtbot import QtBot

from app.domain.audio import Level
from app.domain.captions import Caption
from app.domain.errors import (
    DeviceLostError,
    OutputError,
)
from app.domain.noise import Denoising, Noise
from app.domain.request import (
    Denoise,
    Hotword,
    WordSet,
)
from app.recognizer.news import CaptionChanged, DenoisingChanged, LevelChanged, StatusChanged
from app.recognizer.status import Connecting
from app.ui.controls import Button
from app.ui.first_screen import FirstScreen
from app.ui.progress_row import ProgressRow
from app.ui.side_panel import SidePanel
from app.ui.status_line import StatusLine
from app.ui.surroundings import LastSession
from app.ui.text import Label
from app.ui.theme import DARK
from tests.ui.window_desk import Desktop

TALK = WordSet("Talk", (Hotword("Boutique", 4),), "money")


def test_the_first_screen_gives_way_to_captions(desktop: Desktop) -> None:
    assert desktop.shows(FirstScreen)
    desktop.press("Start captions")
    assert not desktop.shows(FirstScreen)
    desktop.press("Stop captions")
    assert desktop.shows(FirstScreen)
    desktop.service.hear("Something was said.")
    assert not desktop.shows(FirstScreen)
    desktop.service.new_session()
    assert desktop.shows(FirstScreen)


def test_the_last_session_is_offered_until_there_is_another(desktop: Desktop) -> None:
    desktop.window.offer(LastSession(3, desktop.service.new_session))
    offer = next(one for one in desktop.window.findChildren(Button) if "last session" in one.text())
    assert offer.isVisible()
    desktop.press("Start captions")
    desktop.press("Stop captions")
    assert desktop.shows(FirstScreen)
    assert not offer.isVisible()


def test_captions_and_the_transcript_reach_the_view(desktop: Desktop) -> None:
    desktop.press("Start captions")
    desktop.service.hear("It was the best of times.")
    desktop.service.tell(CaptionChanged(Caption("Me", 9, 3.0, "It was the", " worst")))
    text = desktop.window.transcript_view.toPlainText()
    assert text == "It was the best of times.\nIt was the worst"
    desktop.press("Stop captions")
    assert desktop.window.transcript_view.toPlainText() == "It was the best of times."


def test_progress_and_notices_come_and_go_above_a_reader_who_scrolled_up(desktop: Desktop) -> None:
    desktop.window.commands.caption_recording(Path("/talks/keynote.mp4"))
    for second in range(50):
        desktop.service.hear("So long a text that it takes two lines in the window. " * 2, second)
    view = desktop.window.transcript_view
    view.verticalScrollBar().setValue(31)

    def place() -> float:
        QApplication.processEvents()
        top = next(row.top for row in view.shown_rows() if row.block.blockNumber() == watched)
        return view.viewport().mapTo(desktop.window, QPointF(0, top)).y()

    watched = list(view.shown_rows())[4].block.blockNumber()
    before = place()
    desktop.window.tell("The disk is full.")
    assert place() == before
    desktop.service.finish()
    assert not desktop.shows(ProgressRow)
    assert place() == before
    desktop.press("Dismiss")
    assert place() == before


def test_an_edit_is_told_to_the_service(qtbot: QtBot, desktop: Desktop) -> None:
    desktop.service.hear("It was the best of times.")
    qtbot.keyClicks(desktop.window.transcript_view, "X")
    assert desktop.service.edits
    assert desktop.service.transcript.entries[0].edited  # type: ignore[union-attr]


def test_a_note_is_written_at_the_current_time(qtbot: QtBot, desktop: Desktop) -> None:
    desktop.service.elapsed = 12.0
    desktop.press("Add a note")
    qtbot.keyClicks(desktop.window.transcript_view, "Ask about this")
    assert not desktop.shows(FirstScreen)
    assert [entry.start for entry in desktop.service.transcript.entries] == [12.0]


def test_the_level_is_shown_while_listening(desktop: Desktop) -> None:
    from app.ui.level_meter import LevelMeter

    meter = desktop.window.findChild(LevelMeter)
    assert isinstance(meter, LevelMeter)
    desktop.press("Start captions")
    desktop.service.tell(LevelChanged("Me", Level(0.1, 0.2)))
    assert meter.loudness > 0
    desktop.press("Pause")
    desktop.service.tell(LevelChanged("Me", Level(0.1, 0.2)))
    assert meter.loudness == 0


def test_a_failure_is_a_sentence_in_place_until_the_next_attempt(desktop: Desktop) -> None:
    desktop.press("Start captions")
    desktop.service.fail(DeviceLostError("The microphone is gone.", "Plug it in again."))
    assert desktop.notice == "The microphone is gone. Plug it in again."
    assert desktop.status == "The microphone is gone."
    desktop.press("Start captions")
    assert desktop.notice == ""


def test_an_export_that_fails_leaves_the_transcript_and_says_why(desktop: Desktop) -> None:
    desktop.service.hear("What must not be lost.")
    desktop.export_error = OutputError("There is no room left.", "Choose another folder.")
    desktop.button("Export").click()
    dialogs = desktop.window.findChildren(QFileDialog)
    assert dialogs == []
    desktop.window.commands.export_asked.emit()
    dialog = desktop.window.findChild(QFileDialog)
    assert isinstance(dialog, QFileDialog)
    dialog.fileSelected.emit("/full/a.srt")
    dialog.close()
    assert desktop.notice == "There is no room left. Choose another folder. The transcript stays as it is."
    assert len(desktop.service.transcript.entries) == 1


def test_settings_take_effect_at_once(desktop: Desktop) -> None:
    desktop.preferences.change(denoise=Denoise.RNNOISE, appearance="dark")
    assert desktop.service.denoise == [Denoise.RNNOISE]
    assert DARK.surface in desktop.window.styleSheet()


def denoise_label(desktop: Desktop) -> tuple[str, str]:
    line = desktop.window.findChild(StatusLine)
    labels = [one for one in line.findChildren(Label) if "enoise" in one.text() or one.text() == "WebRTC"]
    assert len(labels) == 1
    return labels[0].text(), labels[0].toolTip()


def test_the_status_line_says_what_is_done_about_noise(desktop: Desktop) -> None:
    assert denoise_label(desktop) == ("Denoise off", "")
    desktop.preferences.change(denoise=Denoise.WEBRTC)
    assert denoise_label(desktop) == ("WebRTC", "")
    desktop.preferences.change(denoise=Denoise.AUTO)
    assert denoise_label(desktop)[0] == "Denoise auto"
    for noise, text, why in (
        (Noise.UNKNOWN, "Denoise auto", "turns on where there is steady noise"),
        (Noise.LITTLE, "Denoise off: little noise", "voices stand out"),
        (Noise.CHANGING, "Denoise off: changing noise", "take words along"),
        (Noise.STEADY, "Denoise on: steady noise", "loud, steady noise"),
    ):
        desktop.service.tell(DenoisingChanged("Me", Denoising(Denoise.OFF, noise)))
        shown = denoise_label(desktop)
        assert shown[0] == text
        assert why in shown[1]
    desktop.service.tell(DenoisingChanged("Them", Denoising(Denoise.OFF, Noise.LITTLE)))
    assert denoise_label(desktop)[0] == "Denoise on: steady noise"
    desktop.service.tell(StatusChanged(Connecting()))
    assert denoise_label(desktop)[0] == "Denoise auto"


def test_the_settings_window_opens_beside(qtbot: QtBot, desktop: Desktop) -> None:
    from app.ui.settings_dialog import SettingsDialog

    with qtbot.waitActive(desktop.window):
        desktop.window.show()
        desktop.window.activateWindow()
    assert desktop.window.findChild(SettingsDialog) is None
    qtbot.keyClick(desktop.window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    dialog = desktop.window.findChild(SettingsDialog)
    assert isinstance(dialog, SettingsDialog)
    assert not dialog.isModal()
    slider = next(one for one in dialog.findChildren(QSlider) if one.accessibleName() == "Text size")
    slider.setValue(24)
    assert desktop.preferences.settings.text_size == 24


def test_the_panel_can_be_closed_and_stays_closed(make: Callable[..., Desktop]) -> None:
    desktop = make()
    assert desktop.shows(SidePanel)
    desktop.press("Close the panel")
    assert not desktop.shows(SidePanel)
    assert not desktop.preferences.settings.panel_shown
    assert not make(panel_shown=False).shows(SidePanel)


def test_a_deleted_word_set_can_be_brought_back(make: Callable[..., Desktop]) -> None:
    desktop = make(word_sets=(TALK,), chosen_set="Talk")
    panel = desktop.window.findChild(SidePanel)
    assert isinstance(panel, SidePanel)
    panel.delete_set()
    assert TALK not in desktop.preferences.settings.word_sets
    desktop.answer("Undo")
    assert TALK in desktop.preferences.settings.word_sets


@pytest.mark.parametrize("text", ["Settings…", "Recognizer settings…"])
def test_the_overlay_covers_no_dialog(desktop: Desktop, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    next(one for one in desktop.window.actions() if one.text() == text).trigger()
    dialog = next(one for one in desktop.window.findChildren(QDialog) if one.isVisible())
    assert dialog.windowFlags() & Qt.WindowType.WindowStaysOnTopHint
    raised: list[QDialog] = []
    monkeypatch.setattr(type(dialog), "raise_", lambda self: raised.append(self))
    desktop.press("Show overlay")
    assert raised == [dialog]
    desktop.service.tell(StatusChanged(Connecting()))
    assert raised == [dialog, dialog]
    desktop.press("Show overlay")
    assert raised == [dialog, dialog]
