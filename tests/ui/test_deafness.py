"""While nothing is heard although captions run, the bottom line and the overlay say why."""

from __future__ import annotations

from collections.abc import Callable

from app.domain.audio import ReplayStage
from app.recognizer.news import LaneTrouble, Progress, ReplayChanged, StatusChanged
from app.recognizer.status import Listening, Offline, Reconnecting, Reduced
from app.settings import SourceKind
from app.ui.overlay_tools import Badge
from app.ui.recognizer_button import Health
from app.ui.status_line import StatusLine
from tests.ui.window_desk import Desktop

PLAYING = "Nothing is captioned while the last seconds play"


def badge(desktop: Desktop) -> str:
    desktop.window.overlay.show(True)
    overlay = desktop.window.overlay._overlay
    assert overlay is not None
    found = overlay.findChild(Badge)
    assert isinstance(found, Badge)
    return found.text()


def health(desktop: Desktop) -> Health:
    line = desktop.window.findChild(StatusLine)
    assert isinstance(line, StatusLine)
    return line._dot._health


def test_what_is_played_to_the_user_is_told_while_it_lasts(desktop: Desktop) -> None:
    desktop.press("Start captions")
    desktop.service.tell(Progress(10.0, 10.0, None, 0.0))
    assert desktop.status == "Listening · 0.0 s behind · Nothing lost"
    desktop.service.replay(ReplayStage.AFTER)
    assert (desktop.status, badge(desktop)) == (PLAYING, PLAYING)
    assert health(desktop) is Health.BUSY
    desktop.service.replay(None)
    assert (desktop.status, badge(desktop)) == ("Listening · 0.0 s behind · Nothing lost", "")
    assert health(desktop) is Health.GOOD


def test_it_ends_with_the_captions(desktop: Desktop) -> None:
    desktop.press("Start captions")
    desktop.service.replay(ReplayStage.AFTER)
    desktop.press("Stop captions")
    assert (desktop.status, badge(desktop)) == ("Ready", "")
    desktop.press("Start captions")
    assert desktop.status == "Listening"


def test_a_pause_and_a_line_that_broke_are_told_first(desktop: Desktop) -> None:
    desktop.press("Start captions")
    desktop.service.replay(ReplayStage.BEFORE)
    desktop.press("Pause")
    assert (desktop.status, badge(desktop)) == ("Paused", "Paused")
    desktop.service.tell(StatusChanged(Reconnecting("No network.")))
    assert desktop.status == "Reconnecting: No network."
    assert badge(desktop).startswith("Reconnecting.")


def test_who_stands_in_and_who_is_gone_is_told_beside_it(desktop: Desktop) -> None:
    desktop.press("Start captions")
    desktop.service.tell(LaneTrouble("Me", "It is quiet."))
    desktop.service.tell(ReplayChanged(ReplayStage.AFTER))
    desktop.service.tell(StatusChanged(Offline("Embedded", "")))
    assert (desktop.status, badge(desktop)) == (PLAYING, f"{PLAYING} Embedded stands in")
    desktop.service.tell(StatusChanged(Reduced("Them", "It is gone.")))
    assert badge(desktop) == f"{PLAYING} Them is not heard"
    desktop.service.tell(ReplayChanged(None))
    desktop.service.tell(StatusChanged(Listening()))
    assert badge(desktop) == "It is quiet."


def test_that_all_lanes_are_muted_is_told(make: Callable[..., Desktop]) -> None:
    desktop = make(source=SourceKind.MEETING)
    desktop.press("Start captions")
    desktop.press("Mute Me")
    assert (desktop.status, badge(desktop)) == ("Listening", "")
    desktop.press("Mute Them")
    assert (desktop.status, badge(desktop)) == ("Muted", "Muted")
    desktop.press("Unmute Them")
    assert (desktop.status, badge(desktop)) == ("Listening", "")


def test_the_one_lane_that_begins_muted_is_told(desktop: Desktop) -> None:
    desktop.service.mute("Me", True)
    assert (desktop.status, badge(desktop)) == ("Ready", "")
    desktop.press("Start captions")
    assert (desktop.status, badge(desktop)) == ("Muted", "Muted")
    desktop.press("Stop captions")
    assert (desktop.status, badge(desktop)) == ("Ready", "")
