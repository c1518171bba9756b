"""The window as a whole, in front of a service that does at once what it is told."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, QRect, Qt, QUrl
from PySide6.QtGui import QAccessible, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu, QPlainTextEdit, QSlider, QWidget
from pytestqt.qtbot import QtBot

from app.domain.audio import Level
from app.domain.captions import Caption
from app.domain.errors import (
    AccessError,
    CaptionError,
    CredentialError,
    DeviceLostError,
    OutputError,
    UsageError,
)
from app.domain.noise import Denoising, Noise
from app.domain.request import (
    Cut,
    Denoise,
    Hotword,
    MicrophoneSource,
    Pace,
    RecordingSource,
    SampleSource,
    WordSet,
)
from app.recognizer.news import CaptionChanged, DenoisingChanged, LevelChanged, Progress, StatusChanged
from app.recognizer.status import Connecting, Listening
from app.settings import OverlaySettings, Place, ServiceChoice, SourceKind
from app.settings_store import SettingsStore
from app.ui.combo import Combo
from app.ui.controls import Button
from app.ui.first_screen import FirstScreen
from app.ui.progress_row import ProgressRow
from app.ui.recognizer_dialog import RecognizerDialog
from app.ui.side_panel import SidePanel
from app.ui.sources import SourceChoice
from app.ui.status_line import StatusLine
from app.ui.surroundings import LastSession
from app.ui.text import Label
from app.ui.theme import DARK
from tests.fakes.service import FakeDevice
from tests.ui.window_desk import Desktop

TALK = WordSet("Talk", (Hotword("Boutique", 4),), "money")


# Start, pause, stop


def test_start_captions_the_default_microphone(desktop: Desktop) -> None:
    desktop.press("Start captions")
    plan = desktop.service.plans[0]
    assert plan.source == MicrophoneSource(None)
    assert plan.engine == "moonshine"
    assert plan.denoise is Denoise.OFF


def test_the_chosen_word_set_goes_into_the_request(make: Callable[..., Desktop]) -> None:
    desktop = make(word_sets=(TALK,), chosen_set="Talk", language="en", denoise=Denoise.RNNOISE)
    desktop.press("Start captions")
    plan = desktop.service.plans[0]
    assert (plan.request.hotwords, plan.request.context, plan.request.language) == (
        TALK.hotwords,
        "money",
        "en",
    )
    assert plan.denoise is Denoise.RNNOISE


def test_the_language_of_a_recognizer_that_knows_one_goes_into_the_request(desktop: Desktop) -> None:
    desktop.press("Start captions")
    assert desktop.service.plans[0].request.language == "en"


def test_words_typed_this_moment_go_into_the_request(desktop: Desktop) -> None:
    editors = desktop.window.findChildren(QPlainTextEdit)
    next(one for one in editors if one.accessibleName() == "Hotwords").setPlainText("Boutique\t4")
    desktop.press("Start captions")
    assert desktop.service.plans[0].request.hotwords == (Hotword("Boutique", 4),)


def test_start_becomes_stop_and_back(desktop: Desktop) -> None:
    assert not desktop.button("Pause").isVisibleTo(desktop.window)
    desktop.press("Start captions")
    assert desktop.button("Stop captions").text() == "Stop"
    assert desktop.button("Pause").isVisibleTo(desktop.window)
    assert desktop.status == "Listening"
    desktop.press("Stop captions")
    assert desktop.button("Start captions").text() == "Start"
    assert desktop.status == "Ready"


def test_pause_and_resume(desktop: Desktop) -> None:
    desktop.press("Start captions")
    desktop.press("Pause")
    assert desktop.status == "Paused"
    desktop.press("Resume")
    assert desktop.status == "Listening"


def test_while_finishing_another_press_does_nothing(desktop: Desktop) -> None:
    desktop.service.slow = True
    desktop.press("Start captions")
    desktop.press("Stop captions")
    desktop.press("Stop captions")
    assert desktop.button("Stop captions").text() == "Stopping"
    assert desktop.status == "Finishing"
    assert len(desktop.service.plans) == 1


@pytest.mark.parametrize("name", ["Stop captions", "Pause"])
def test_who_stops_by_keyboard_stays_on_the_button(qtbot: QtBot, desktop: Desktop, name: str) -> None:
    with qtbot.waitActive(desktop.window):
        desktop.window.activateWindow()
    desktop.press("Start captions")
    desktop.button(name).setFocus()
    desktop.service.finish()
    assert desktop.button("Start captions").hasFocus()


def test_a_long_finish_shows_how_far_it_is_and_a_way_out(qtbot: QtBot, desktop: Desktop) -> None:
    desktop.service.slow = True
    desktop.press("Start captions")
    desktop.service.tell(Progress(60.0, 40.0, None, 0.0))
    desktop.press("Stop captions")
    assert not desktop.shows(ProgressRow)
    qtbot.waitUntil(lambda: desktop.shows(ProgressRow), timeout=3000)
    row = desktop.window.findChild(ProgressRow)
    assert isinstance(row, ProgressRow)
    assert row.text.startswith("0:40 of 1:00")
    row.cancelled.emit()
    assert desktop.status == "Ready"


@pytest.mark.parametrize(("key", "modifier"), [("F5", None), ("Return", "Control")])
def test_the_keyboard_starts(qtbot: QtBot, desktop: Desktop, key: str, modifier: str | None) -> None:
    with qtbot.waitActive(desktop.window):
        desktop.window.show()
        desktop.window.activateWindow()
    keys = Qt.KeyboardModifier.ControlModifier if modifier else Qt.KeyboardModifier.NoModifier
    qtbot.keyClick(desktop.window, getattr(Qt.Key, f"Key_{key}"), keys)
    assert len(desktop.service.plans) == 1


def test_the_session_clock_runs(desktop: Desktop) -> None:
    desktop.press("Start captions")
    desktop.service.elapsed = 761.0
    desktop.service.tell(StatusChanged(Listening()))
    assert "00:12:41" in desktop.texts()


# Sources and recognizers


def test_the_source_of_the_last_time_is_chosen_again(make: Callable[..., Desktop]) -> None:
    desktop = make(source=SourceKind.SAMPLE, pace=Pace.REALTIME)
    desktop.press("Start captions")
    assert desktop.service.plans[0].source == SampleSource(Pace.REALTIME, aloud=True)


def test_a_chosen_source_is_remembered(desktop: Desktop) -> None:
    desktop.window.commands.choose(SourceChoice(SourceKind.MICROPHONE, "b", "USB"))
    settings = desktop.preferences.settings
    assert (settings.microphone, settings.microphone_name) == ("b", "USB")
    assert desktop.button("Source").accessibleDescription() == "USB"


def test_another_microphone_takes_over_while_captioning(desktop: Desktop) -> None:
    desktop.press("Start captions")
    desktop.window.commands.choose(SourceChoice(SourceKind.MICROPHONE, "b", "USB"))
    sources = [plan.source for plan in desktop.service.plans]
    assert sources == [MicrophoneSource(None), MicrophoneSource("b", "USB")]
    assert desktop.status == "Listening"


def test_a_recording_interrupts_live_captions_only_when_told_to(desktop: Desktop) -> None:
    desktop.press("Start captions")
    desktop.window.commands.caption_recording(Path("/talks/a.mp4"))
    assert desktop.status == "Listening"
    desktop.answer("Stop and change")
    assert desktop.service.plans[-1].source == RecordingSource(Path("/talks/a.mp4"))


def test_a_failure_at_the_end_does_not_start_what_waited(desktop: Desktop) -> None:
    desktop.service.slow = True
    desktop.press("Start captions")
    desktop.window.commands.choose(SourceChoice(SourceKind.MICROPHONE, "b", "USB"))
    desktop.service.fail(DeviceLostError("The microphone is gone."))
    assert len(desktop.service.plans) == 1
    assert desktop.notice == "The microphone is gone."


def test_another_recognizer_says_what_it_can_do(desktop: Desktop) -> None:
    desktop.window.commands.choose_recognizer("cloud")
    assert desktop.button("Recognizer").accessibleDescription() == "Cloud"
    assert "Sound leaves this computer and goes to Cloud · China (Beijing)." in " ".join(desktop.texts())
    desktop.press("Start captions")
    assert desktop.service.plans[0].engine == "cloud"


def test_a_recognizer_that_is_gone_gives_way_to_the_default(make: Callable[..., Desktop]) -> None:
    desktop = make(engine="forgotten")
    desktop.press("Start captions")
    assert desktop.service.plans[0].engine == "moonshine"


# Recordings


def test_an_opened_recording_is_captioned(desktop: Desktop) -> None:
    desktop.press("Settings and more")
    dialog = desktop.window.commands.open_recording()
    dialog.fileSelected.emit("/talks/a.mp4")
    dialog.close()
    assert desktop.service.plans[0].source == RecordingSource(Path("/talks/a.mp4"), Pace.FAST)
    assert desktop.preferences.settings.folder == "/talks"
    assert desktop.shows(ProgressRow)


def test_a_dropped_recording_is_captioned(desktop: Desktop) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/talks/采访 a.mp4"), QUrl.fromLocalFile("/talks/b.mp4")])
    keep = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    entered = QDragEnterEvent(QPointF(400, 300).toPoint(), *keep)
    QApplication.sendEvent(desktop.window, entered)
    assert entered.isAccepted()
    QApplication.sendEvent(desktop.window, QDropEvent(QPointF(400, 300), *keep))
    assert desktop.service.plans[0].source == RecordingSource(Path("/talks/采访 a.mp4"))
    assert "One recording at a time" in desktop.notice


def test_a_dropped_link_is_not_welcome(desktop: Desktop) -> None:
    data = QMimeData()
    data.setUrls([QUrl("https://example.com/a.mp4")])
    keep = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    entered = QDragEnterEvent(QPointF(400, 300).toPoint(), *keep)
    entered.ignore()
    QApplication.sendEvent(desktop.window, entered)
    assert not entered.isAccepted()


def test_a_folder_is_not_captioned(desktop: Desktop, tmp_path: Path) -> None:
    desktop.window.commands.caption_recording(tmp_path)
    assert desktop.service.plans == []
    assert "is a folder" in desktop.notice


def test_a_name_without_a_file_is_no_question_of_the_dialog(desktop: Desktop, tmp_path: Path) -> None:
    dialog = desktop.window.commands.open_recording()
    dialog.selectFile(str(tmp_path / "none.wav"))
    dialog.accept()
    assert desktop.service.plans[0].source == RecordingSource(tmp_path / "none.wav")


def test_start_without_a_recording_opened_asks_for_one(desktop: Desktop) -> None:
    desktop.window.commands.begin(SourceChoice(SourceKind.RECORDING))
    dialog = desktop.window.findChild(QFileDialog)
    assert isinstance(dialog, QFileDialog)
    dialog.close()
    assert desktop.service.plans == []


def test_a_recording_never_takes_unsaved_captions_away_unasked(desktop: Desktop) -> None:
    desktop.press("Start captions")
    desktop.service.hear("What must not be lost.")
    desktop.press("Stop captions")
    desktop.window.commands.caption_recording(Path("/talks/a.mp4"))
    assert len(desktop.service.plans) == 1
    assert "not exported yet" in desktop.notice
    desktop.answer("Replace them")
    assert len(desktop.service.plans) == 2


def test_a_new_session_asks_where_captions_are_in_no_file(desktop: Desktop, tmp_path: Path) -> None:
    desktop.service.hear("What must not be lost.")
    desktop.window.commands.new_session()
    assert desktop.service.sessions == 0
    desktop.answer("Export…")
    dialog = desktop.window.findChild(QFileDialog)
    assert isinstance(dialog, QFileDialog)
    dialog.fileSelected.emit(str(tmp_path / "a.srt"))
    dialog.close()
    assert desktop.exported == [tmp_path / "a.srt"]
    desktop.window.commands.new_session()
    assert desktop.service.sessions == 1


# Views


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


# Settings


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


# The overlay


def test_the_overlay_comes_with_the_captions(make: Callable[..., Desktop]) -> None:
    desktop = make(overlay=OverlaySettings(shown=True))
    assert overlays() == []
    desktop.press("Start captions")
    assert len(overlays()) == 1
    desktop.press("Show overlay")
    assert overlays() == []
    assert not desktop.preferences.settings.overlay.shown


def test_the_overlay_can_be_had_before_captions(desktop: Desktop) -> None:
    desktop.press("Show overlay")
    assert len(overlays()) == 1
    assert desktop.button("Show overlay").isChecked()


def test_closing_the_overlay_lets_its_button_go(qtbot: QtBot, desktop: Desktop) -> None:
    desktop.press("Show overlay")
    overlays()[0].closed.emit()  # type: ignore[attr-defined]
    assert not desktop.button("Show overlay").isChecked()


def overlays() -> list[QWidget]:
    shown = [one for one in QApplication.topLevelWidgets() if one.isVisible()]
    return [one for one in shown if one.windowTitle() == "Surtitle captions"]


# Closing, and the rest


def test_closing_saves_tells_and_never_asks(qtbot: QtBot, desktop: Desktop, store: SettingsStore) -> None:
    desktop.press("Show overlay")
    desktop.press("Start captions")
    desktop.service.hear("Not exported.")
    desktop.window.setGeometry(40, 50, 900, 600)
    desktop.window.commands.choose(SourceChoice(SourceKind.MICROPHONE, "b", "USB"))
    with qtbot.waitSignal(desktop.window.closed, timeout=100):
        desktop.window.close()
    assert not [one for one in QApplication.topLevelWidgets() if one.isVisible()]
    saved = store.load()[0]
    assert saved.window == Place(40, 50, 900, 600)
    assert saved.microphone == "b"


def test_words_typed_just_before_closing_are_saved(desktop: Desktop, store: SettingsStore) -> None:
    editors = desktop.window.findChildren(QPlainTextEdit)
    next(one for one in editors if one.accessibleName() == "Context").setPlainText("money")
    desktop.window.close()
    assert store.load()[0].word_sets[0].context == "money"


def test_the_place_of_the_last_time_is_taken_again(make: Callable[..., Desktop]) -> None:
    window = make(window=Place(30, 40, 760, 500)).window
    assert window.geometry() == QRect(30, 40, 760, 500)


def test_a_place_on_a_screen_that_is_gone_is_given_up(make: Callable[..., Desktop]) -> None:
    window = make(window=Place(30_000, 40_000, 760, 500)).window
    assert window.screen().availableGeometry().intersects(window.geometry())


@pytest.mark.parametrize("width", [720, 820, 1000, 1400])
def test_nothing_in_the_bar_is_cut_or_overlaps(qtbot: QtBot, desktop: Desktop, width: int) -> None:
    desktop.window.resize(width, 480)
    with qtbot.waitExposed(desktop.window):
        desktop.press("Start captions")
    QApplication.processEvents()
    bar = desktop.button("Export").parentWidget()
    shown = [one for one in bar.findChildren(Button) if one.isVisible() and one.parentWidget() is bar]
    places = sorted((one.geometry() for one in shown), key=lambda place: place.left())
    assert all(bar.rect().contains(place) for place in places)
    assert all(left.right() < right.left() for left, right in pairwise(places))
    assert desktop.window.width() == width


def test_everything_that_can_be_pressed_has_a_name(desktop: Desktop) -> None:
    for button in desktop.window.findChildren(Button):
        assert button.accessibleName() or button.text(), button


def test_tab_goes_through_the_bar_from_left_to_right(desktop: Desktop) -> None:
    desktop.press("Start captions")
    order = []
    widget = desktop.button("Stop captions")
    for _ in range(9):
        order.append(widget.accessibleName())
        widget = widget.nextInFocusChain()
        while not widget.focusPolicy() & Qt.FocusPolicy.TabFocus or widget.isHidden():
            widget = widget.nextInFocusChain()
    left = ["Stop captions", "Pause", "Source", "Recognizer"]
    assert order == [*left, "Add a note", "Show overlay", "Export", "Words", "Settings and more"]


def test_a_tool_tip_says_what_a_press_would_do_now(desktop: Desktop) -> None:
    assert desktop.button("Start captions").toolTip() == "Start captions (F5)"
    desktop.press("Start captions")
    assert desktop.button("Stop captions").toolTip() == "Stop captions (F5)"


def test_every_command_is_in_the_menu_with_its_shortcut(desktop: Desktop) -> None:
    desktop.press("Settings and more")
    menu = desktop.button("Settings and more").findChild(QMenu)
    assert isinstance(menu, QMenu)
    commands = [action for action in menu.actions() if not action.isSeparator()]
    assert len(commands) == 13
    assert all(action.shortcut().toString() for action in commands)
    menu.close()


def test_screen_readers_find_what_was_promised(desktop: Desktop) -> None:
    names = {one.accessibleName() for one in desktop.window.findChildren(QWidget)}
    promised = "Start captions,Pause,Source,Recognizer,Input level,Status,Transcript,Hotwords,Context,Export"
    assert set(promised.split(",")) | {"Show overlay"} <= names
    interface = QAccessible.queryAccessibleInterface(desktop.window)
    assert interface.role() == QAccessible.Role.Window
    assert interface.text(QAccessible.Text.Name) == "Surtitle"


def test_the_window_needs_nothing_heavy() -> None:
    code = "import sys, json, app.ui.main_window, app.ui.bridge; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    heavy = {"numpy", "av", "soxr", "sounddevice", "moonshine_voice", "jiwer", "qasync"}
    assert not heavy & set(json.loads(done.stdout))


# The recognizer's settings


def dialog_of(desktop: Desktop) -> RecognizerDialog:
    dialog = desktop.window.findChild(RecognizerDialog)
    assert isinstance(dialog, RecognizerDialog)
    return dialog


def test_the_recognizer_button_leads_to_its_settings(desktop: Desktop) -> None:
    desktop.press("Recognizer")
    menu = desktop.button("Recognizer").findChild(QMenu)
    assert isinstance(menu, QMenu)
    action = menu.actions()[-1]
    assert action.text() == "Recognizer settings…"
    menu.close()
    action.trigger()
    assert dialog_of(desktop).isVisible()
    desktop.window.close()
    assert not dialog_of(desktop).isVisible()


def test_a_recognizer_chosen_in_its_settings_is_in_use(desktop: Desktop) -> None:
    next(one for one in desktop.window.actions() if one.text() == "Recognizer settings…").trigger()
    combo = next(one for one in dialog_of(desktop).findChildren(Combo) if "Chosen" in one.accessibleName())
    combo.activated.emit(1)
    assert desktop.preferences.settings.engine == "cloud"
    assert desktop.button("Recognizer").text() == "Cloud"
    assert combo.currentText() == "Cloud"


@pytest.mark.parametrize(
    ("error", "offered"),
    [
        (CredentialError("There is no key for Cloud.", "Put it in."), True),
        (AccessError("The service does not have the model.", "Check its name."), True),
        (UsageError("The endpoint is not the address of a service.", "Check it."), True),
        (DeviceLostError("The microphone is gone.", "Plug it in."), False),
    ],
)
def test_what_the_settings_can_mend_leads_to_them(
    desktop: Desktop, error: CaptionError, offered: bool
) -> None:
    desktop.service.fail(error)
    assert desktop.notice == str(error)
    if offered:
        desktop.answer("Recognizer settings…")
        assert dialog_of(desktop).isVisible()
    else:
        assert desktop.window.findChild(RecognizerDialog) is None


def test_how_a_service_is_to_be_used_goes_into_the_request(make: Callable[..., Desktop]) -> None:
    choice = ServiceChoice("cloud", "m", "wss://a.example", "ws-1", Cut.MANUAL, vad_silence=2.0)
    other = ServiceChoice("moonshine", "n")
    desktop = make(engine="cloud", services=(other, choice), language="de")
    desktop.press("Start captions")
    request = desktop.service.plans[0].request
    assert (request.model, request.endpoint, request.workspace) == ("m", "wss://a.example", "ws-1")
    assert (request.cut, request.vad_silence, request.language) == (Cut.MANUAL, 2.0, "de")


def test_a_language_that_the_recognizer_does_not_know_is_not_asked_of_it(
    make: Callable[..., Desktop],
) -> None:
    desktop = make(engine="cloud", language="tlh")
    desktop.press("Start captions")
    assert desktop.service.plans[0].request.language is None
    assert desktop.preferences.settings.language == "tlh"


def test_where_sound_goes_is_said_anew_when_it_changes(make: Callable[..., Desktop]) -> None:
    desktop = make(engine="cloud")
    desktop.preferences.change_service(ServiceChoice("cloud", endpoint="wss://dashscope-intl.aliyuncs.com"))
    assert "goes to Cloud · Singapore." in " ".join(desktop.texts())
    desktop.preferences.change_service(ServiceChoice("cloud", endpoint="ws://127.0.0.1:9"))
    assert "“Cloud” is on this computer: nothing leaves it." in " ".join(desktop.texts())
    assert "Cloud · this computer" in desktop.texts()


def test_a_device_that_comes_is_in_the_menu_without_a_restart(desktop: Desktop) -> None:
    found = [FakeDevice("a", "Built-in", default=True)]
    microphones = desktop.window._parts.devices.microphones
    desktop.qtbot.waitUntil(lambda: len(microphones.devices) == 2, timeout=2000)
    microphones._look = lambda: tuple(found)
    found.append(FakeDevice("c", "Headset"))
    desktop.window.devices_changed()
    desktop.qtbot.waitUntil(lambda: "Headset" in [one.name for one in microphones.devices], timeout=2000)
