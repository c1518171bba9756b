"""The line that says in words how it goes."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.domain.errors import DeviceLostError, InputError
from app.recognizer.news import Progress
from app.recognizer.status import (
    Connecting,
    Failed,
    Finishing,
    Idle,
    Listening,
    Offline,
    Paused,
    Reconnecting,
    Reduced,
    Status,
    Waiting,
)
from app.ui.look import Look
from app.ui.recognizer_button import Health
from app.ui.status_line import StatusLine, health_of
from app.ui.style import style_sheet
from app.ui.text import Label


def room_for(label: Label) -> int:
    """What a label that says the same, and was never given a size, asks for."""
    other = QLabel(label.text())
    other.setFont(label.font())
    other.setContentsMargins(label.contentsMargins())
    return other.sizeHint().width()


@pytest.fixture
def line(qtbot: QtBot, look: Look) -> StatusLine:
    line = StatusLine(look)
    qtbot.addWidget(line)
    return line


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (Idle(), "Ready"),
        (Connecting(), "Loading the recognizer"),
        (Listening(), "Listening"),
        (Paused(), "Paused"),
        (Waiting("“Headset” was unplugged."), "Nothing is heard: “Headset” was unplugged."),
        (Waiting("“Headset” was unplugged.", "Me"), "Me is not heard: “Headset” was unplugged."),
        (Reduced("Them", "It is gone."), "Them is not heard: It is gone."),
        (Finishing(), "Finishing"),
        (Finishing("No network."), "Finishing: No network."),
        (Finishing("No key.", "Get one."), "Finishing: No key. Get one."),
        (Reconnecting("No network."), "Reconnecting: No network."),
        (Reconnecting("No key.", "Get one."), "Reconnecting: No key. Get one."),
        (Offline("Embedded", "No key.", "Get one."), "Embedded stands in: No key. Get one."),
        (Failed(DeviceLostError("The microphone is gone.", "Plug it in.")), "The microphone is gone."),
    ],
)
def test_each_status_has_its_words(line: StatusLine, status: Status, text: str) -> None:
    line.show_status(status)
    assert line.text == text


def test_a_service_is_connected_to_and_not_loaded(line: StatusLine) -> None:
    line.show_engine("A service", "", far=True)
    line.show_status(Connecting())
    assert line.text == "Connecting to the service"


def test_a_source_that_is_not_there_is_told_where_the_sources_are(line: StatusLine) -> None:
    line.show_status(Failed(InputError("No microphone was found.", "Plug one in.")))
    assert line.text == "Ready"
    assert health_of(Failed(InputError("No microphone was found."))) is Health.RESTING
    assert health_of(Failed(DeviceLostError("It is gone."))) is Health.BAD


def test_a_new_status_has_its_room_at_once(line: StatusLine) -> None:
    line.resize(900, 32)
    line.show()
    line.show_status(Connecting())
    shown = next(label for label in line.findChildren(Label) if label.text() == "Loading the recognizer")
    assert shown.width() >= shown.sizeHint().width()


def test_a_long_sentence_leaves_the_dot_its_room(line: StatusLine) -> None:
    line.show_engine("A service with a long name, in a region with a long name", "", far=True)
    line.show_status(Failed(DeviceLostError("A sentence that is longer than the line. " * 3, "")))
    line.resize(360, 32)
    line.show()
    assert line.childAt(20, 16) is not None
    assert line.childAt(20, 16).width() == 8


def test_live_sound_says_how_far_behind(line: StatusLine) -> None:
    line.show_status(Listening())
    line.show_progress(Progress(10.0, 9.6, None, 0.0))
    assert line.text == "Listening · 0.4 s behind · Nothing lost"


def test_a_figure_has_the_room_it_needs_and_no_more(line: StatusLine, look: Look) -> None:
    line.setStyleSheet(style_sheet(look))
    line.resize(900, 32)
    line.show()
    line.show_status(Listening())
    for seconds, what in ((98.9, 0.0), (1.1, 12.0), (0.4, 0.3), (1234.5, 0.0), (8.9, 0.0)):
        line.show_progress(Progress(seconds, 0.0, None, what))
        behind, lost = line.findChildren(Label)[1:3]
        assert behind.text() == f"{seconds} s behind"
        assert [label.width() for label in (behind, lost)] == [room_for(label) for label in (behind, lost)]
        headline = line.findChildren(Label)[0]
        gaps = [
            b.x() + b.contentsMargins().left() - a.geometry().right() - 1
            for a, b in pairwise((headline, behind, lost))
        ]
        assert gaps == [look.px(6) + look.px(10)] * 2
        assert len({label.height() for label in line.findChildren(Label) if label.isVisible()}) == 1


def test_a_lag_that_shrinks_is_told_in_the_place_of_listening(line: StatusLine) -> None:
    line.show_status(Listening())
    line.show_progress(Progress(30.0, 18.0, None, 0.0, catching_up=True))
    assert line.text == "Catching up · 12.0 s behind · Nothing lost"
    line.show_listening("Hold F8 to talk")
    assert line.text == "Hold F8 to talk · 12.0 s behind · Nothing lost"
    line.show_listening("")
    line.show_status(Reconnecting("No network."))
    assert line.text.startswith("Reconnecting: No network. · 12.0 s behind")
    line.show_status(Listening())
    line.show_progress(Progress(40.0, 39.8, None, 0.0))
    assert line.text == "Listening · 0.2 s behind · Nothing lost"


def test_a_recording_is_never_behind(line: StatusLine) -> None:
    line.show_status(Listening())
    line.show_progress(Progress(10.0, 4.0, 60.0, 0.0))
    assert line.text == "Listening · Nothing lost"


def test_lost_sound_is_never_kept_quiet(line: StatusLine) -> None:
    line.show_status(Listening())
    line.show_progress(Progress(10.0, 9.6, None, 0.02))
    assert line.text.endswith("0.1 s lost")


def test_a_new_attempt_forgets_the_one_before(line: StatusLine) -> None:
    line.show_status(Listening())
    line.show_progress(Progress(10.0, 9.6, None, 3.0))
    line.show_status(Connecting())
    line.show_status(Listening())
    assert line.text == "Listening"


def test_a_screen_reader_finds_name_and_text(line: StatusLine) -> None:
    line.show_status(Paused())
    assert line.accessibleName() == "Status"
    assert line.accessibleDescription() == "Paused"


def test_captions_are_counted_in_words(line: StatusLine) -> None:
    from app.ui.text import Label

    line.show_captions(1)
    assert "1 caption" in [label.text() for label in line.findChildren(Label)]
    line.show_captions(12)
    assert "12 captions" in [label.text() for label in line.findChildren(Label)]


def test_in_a_narrow_window_the_fault_stays_and_the_rest_gives_way(qtbot: QtBot, look: Look) -> None:
    line = StatusLine(look)
    qtbot.addWidget(line)
    line.show_engine("Embedded (English)", "Nothing leaves this computer.", far=False)
    line.show_denoise("Denoise off")
    line.show_captions(12)
    line.show_status(Reduced("Them", "“Headset” was unplugged."))
    line.resize(1000, 32)
    line.show()
    assert shown(line) == ["Embedded (English)", "Denoise off", "12 captions"]
    line.resize(480, 32)
    assert shown(line) == ["12 captions"]
    headline = line.findChildren(Label)[0]
    assert headline.width() >= headline.sizeHint().width()
    line.show_status(Idle())
    assert shown(line) == ["Embedded (English)", "Denoise off", "12 captions"]


def shown(line: StatusLine) -> list[str]:
    """What stands at the right."""
    return [label.text() for label in line.findChildren(Label)[3:] if label.isVisible()]
