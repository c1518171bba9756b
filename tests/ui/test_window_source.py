"""The window and what it listens to."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog

from app.domain.errors import (
    DeviceLostError,
)
from app.domain.request import (
    MicrophoneSource,
    Pace,
    RecordingSource,
    SampleSource,
)
from app.domain.segment import Segment
from app.settings import SourceKind
from app.settings_store import SettingsStore
from app.ui.controls import Button
from app.ui.progress_row import ProgressRow
from app.ui.sources import SourceChoice, choice_of
from app.ui.surroundings import LastSession
from tests.fakes.service import FakeDevice
from tests.ui.window_desk import Desktop


def test_the_source_of_the_last_time_is_chosen_again(make: Callable[..., Desktop]) -> None:
    desktop = make(source=SourceKind.SAMPLE, pace=Pace.REALTIME)
    desktop.press("Start captions")
    assert desktop.service.plans[0].source == SampleSource(Pace.REALTIME, aloud=True)


def test_a_chosen_source_is_remembered(desktop: Desktop) -> None:
    desktop.window.commands.choose(SourceChoice(SourceKind.MICROPHONE, "b", "USB"))
    settings = desktop.preferences.settings
    assert (settings.microphone, settings.microphone_name) == ("b", "USB")
    assert desktop.button("Source").accessibleDescription() == "USB"


def test_the_default_microphone_is_remembered_as_none(desktop: Desktop, store: SettingsStore) -> None:
    desktop.window.commands.choose(SourceChoice(SourceKind.MICROPHONE, "b", "USB"))
    desktop.window.commands.choose(SourceChoice(SourceKind.MICROPHONE))
    desktop.window.close()
    settings = store.load()[0]
    assert (settings.microphone, settings.microphone_name) == (None, "")
    assert choice_of(settings).spec(Pace.FAST) == MicrophoneSource(None)


def test_another_microphone_takes_over_while_captioning(desktop: Desktop) -> None:
    desktop.press("Start captions")
    desktop.window.commands.choose(SourceChoice(SourceKind.MICROPHONE, "b", "USB"))
    sources = [plan.source for plan in desktop.service.plans]
    assert sources == [MicrophoneSource(None), MicrophoneSource("b", "USB")]
    assert desktop.status == "Listening"


def test_a_pause_outlasts_another_microphone_and_another_recognizer(desktop: Desktop) -> None:
    desktop.press("Start captions")
    desktop.press("Pause")
    desktop.window.commands.choose(SourceChoice(SourceKind.MICROPHONE, "b", "USB"))
    desktop.window.commands.choose_recognizer("cloud")
    assert [plan.paused for plan in desktop.service.plans] == [False, True, True]
    assert desktop.status == "Paused"
    desktop.press("Pause")
    desktop.press("Stop captions")
    desktop.press("Start captions")
    assert not desktop.service.plans[-1].paused


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
    QApplication.sendEvent(desktop.window.windowHandle(), entered)
    assert entered.isAccepted()
    QApplication.sendEvent(desktop.window.windowHandle(), QDropEvent(QPointF(400, 300), *keep))
    assert desktop.service.plans[0].source == RecordingSource(Path("/talks/采访 a.mp4"))
    assert "One recording at a time" in desktop.notice


def test_a_dropped_link_is_not_welcome(desktop: Desktop) -> None:
    data = QMimeData()
    data.setUrls([QUrl("https://example.com/a.mp4")])
    keep = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    entered = QDragEnterEvent(QPointF(400, 300).toPoint(), *keep)
    entered.ignore()
    QApplication.sendEvent(desktop.window.windowHandle(), entered)
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


def test_a_question_about_one_source_goes_when_another_is_chosen(desktop: Desktop) -> None:
    desktop.service.hear("What must not be lost.")
    desktop.window.commands.caption_recording(Path("/talks/a.mp4"))
    assert "not exported yet" in desktop.notice
    desktop.window.commands.choose(SourceChoice(SourceKind.MICROPHONE))
    assert desktop.notice == ""


def test_what_was_exported_is_not_told_any_more_when_captions_go_on(desktop: Desktop) -> None:
    desktop.service.hear("It was the best of times.")
    desktop.window._parts.exporting.write(Path("/talks/a.srt"))
    assert "Exported to" in desktop.notice
    desktop.press("Start captions")
    assert desktop.notice == ""


def test_a_session_that_was_opened_again_is_not_replaced_without_a_question(desktop: Desktop) -> None:
    kept = (Segment(1, "Me", 0.0, 1.0, "Kept."), Segment(2, "Me", 1.0, 2.0, "Kept, too."))
    desktop.window.offer(LastSession(2, partial(desktop.service.new_session, kept)))
    desktop.window.commands.choose(SourceChoice(SourceKind.SYSTEM))
    next(one for one in desktop.window.findChildren(Button) if "last session" in one.text()).click()
    desktop.window.commands.choose(SourceChoice(SourceKind.SAMPLE))
    desktop.press("Start captions")
    assert (desktop.service.plans, desktop.service.transcript.entries) == ([], kept)
    desktop.answer("Replace them")
    assert len(desktop.service.plans) == 1


def test_a_session_that_is_in_a_file_gives_way_at_once_when_it_was_opened_again(desktop: Desktop) -> None:
    desktop.service.exported = True
    desktop.service.new_session((Segment(1, "Me", 0.0, 1.0, "Kept."),))
    desktop.window.commands.choose(SourceChoice(SourceKind.SAMPLE))
    desktop.press("Start captions")
    assert len(desktop.service.plans) == 1


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


def test_a_device_that_comes_is_in_the_menu_without_a_restart(desktop: Desktop) -> None:
    found = [FakeDevice("a", "Built-in", default=True)]
    microphones = desktop.window._parts.devices.microphones
    desktop.qtbot.waitUntil(lambda: len(microphones.devices) == 2, timeout=2000)
    microphones._look = lambda: tuple(found)
    found.append(FakeDevice("c", "Headset"))
    desktop.window.devices_changed()
    desktop.qtbot.waitUntil(lambda: "Headset" in [one.name for one in microphones.devices], timeout=2000)
