"""While there is no device to hear, or nobody to recognize: what the window says, and what goes on moving."""

from __future__ import annotations

import pytest

from app.domain.audio import Level
from app.recognizer.news import LaneTrouble, LevelChanged, StatusChanged
from app.recognizer.status import Connecting, Hearing, Listening, Offline, Reconnecting, Reduced, Waiting
from app.ui.level_meter import LevelMeter
from app.ui.overlay_tools import Badge
from app.ui.recognizer_button import Health, RecognizerButton
from app.ui.source_button import SourceButton
from app.ui.status_line import health_of
from tests.fakes.service import FakeDevice
from tests.ui.window_desk import Desktop

WENT = "“Headset” was unplugged."
OUTLOOK = f"{WENT} Plug in a microphone; captions then go on by themselves."
LOUD = Level(0.1, 0.2)


@pytest.fixture
def waiting(desktop: Desktop) -> Desktop:
    """Captions whose only microphone was unplugged."""
    desktop.press("Start captions")
    desktop.service.tell(LevelChanged("Me", LOUD))
    desktop.service.tell(LaneTrouble("Me", OUTLOOK))
    desktop.service.tell(StatusChanged(Waiting(WENT)))
    return desktop


def badge(desktop: Desktop) -> str:
    desktop.window.overlay.show(True)
    overlay = desktop.window.overlay._overlay
    assert overlay is not None
    found = overlay.findChild(Badge)
    assert isinstance(found, Badge)
    return found.text()


def meter(desktop: Desktop) -> LevelMeter:
    found = desktop.window.findChild(LevelMeter)
    assert isinstance(found, LevelMeter)
    return found


def test_nobody_listens_and_the_notice_says_what_to_do(waiting: Desktop) -> None:
    assert waiting.status == f"Nothing is heard: {WENT}"
    assert waiting.notice == OUTLOOK
    waiting.service.tell(LaneTrouble("Me", ""))
    waiting.service.tell(StatusChanged(Listening()))
    assert (waiting.status, waiting.notice) == ("Listening", "")


def test_what_is_heard_at_last_is_in_the_list(waiting: Desktop) -> None:
    source = waiting.window.findChild(SourceButton)
    assert isinstance(source, SourceButton)
    waiting.qtbot.waitUntil(lambda: source.text() == "Built-in")
    waiting.microphones = (FakeDevice("n", "New", default=True),)
    waiting.service.tell(LaneTrouble("Me", ""))
    waiting.qtbot.waitUntil(lambda: source.text() == "New")


def test_whoever_recognizes_is_not_to_blame(waiting: Desktop) -> None:
    button = waiting.window.findChild(RecognizerButton)
    assert isinstance(button, RecognizerButton)
    assert button.health is Health.GOOD
    assert health_of(Waiting(WENT)) is Health.BUSY


@pytest.mark.parametrize(
    ("status", "also"),
    [(Waiting(WENT), ""), (Offline("Embedded", "The network is gone."), " Embedded stands in")],
)
def test_the_overlay_says_it_too_and_who_stands_in(waiting: Desktop, status: Hearing, also: str) -> None:
    waiting.service.tell(StatusChanged(status))
    assert badge(waiting) == OUTLOOK + also


def test_the_overlay_says_that_captions_are_paused(desktop: Desktop) -> None:
    desktop.press("Start captions")
    assert badge(desktop) == ""
    desktop.press("Pause")
    assert badge(desktop) == "Paused"
    desktop.press("Pause")
    assert badge(desktop) == ""


def test_the_user_can_pause_stop_and_choose_another_device(waiting: Desktop) -> None:
    waiting.press("Pause")
    assert waiting.status == "Paused"
    waiting.press("Pause")
    waiting.press("Stop captions")
    assert waiting.status == "Ready"


def test_the_meter_falls_with_the_silence(waiting: Desktop) -> None:
    for _ in range(12):
        waiting.service.tell(LevelChanged("Me", Level(0.0, 0.0)))
    assert meter(waiting).loudness == 0


@pytest.mark.parametrize(
    "status",
    [
        Connecting(),
        Listening(),
        Waiting(WENT, "Them"),
        Reduced("Them", WENT),
        Reconnecting("The network is gone."),
        Offline("Embedded", "The network is gone."),
    ],
)
def test_the_level_is_shown_whoever_recognizes_it(desktop: Desktop, status: Hearing) -> None:
    desktop.press("Start captions")
    desktop.service.tell(StatusChanged(status))
    desktop.service.tell(LevelChanged("Me", LOUD))
    assert meter(desktop).loudness > 0
