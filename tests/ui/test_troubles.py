from __future__ import annotations

from PySide6.QtCore import Qt

from app.recognizer.news import LaneTrouble, Remark, StatusChanged
from app.recognizer.status import Idle
from app.ui.notice import NoticeStrip
from app.ui.overlay_tools import Badge
from tests.ui.window_desk import Desktop

MUTED = "“Headset” is muted in the sound settings of this computer. Turn it on there."


def badge(desktop: Desktop) -> str:
    desktop.window.overlay.show(True)
    overlay = desktop.window.overlay._overlay
    assert overlay is not None
    found = overlay.findChild(Badge)
    assert isinstance(found, Badge)
    return found.text()


def test_it_is_shown_while_it_lasts(desktop: Desktop) -> None:
    desktop.press("Start captions")
    desktop.service.tell(LaneTrouble("Me", MUTED))
    assert desktop.notice == MUTED
    assert badge(desktop) == MUTED
    desktop.service.tell(LaneTrouble("Me", ""))
    assert desktop.notice == ""
    assert badge(desktop) == ""


def test_what_happened_afterwards_stays(desktop: Desktop) -> None:
    desktop.press("Start captions")
    desktop.service.tell(LaneTrouble("Me", "There is none."))
    desktop.service.tell(Remark("“Headset” is back."))
    desktop.service.tell(LaneTrouble("Me", ""))
    assert desktop.notice == "“Headset” is back."


def test_each_lane_has_its_own(desktop: Desktop) -> None:
    desktop.press("Start captions")
    desktop.service.tell(LaneTrouble("Me", MUTED))
    desktop.service.tell(LaneTrouble("Them", "There is none."))
    assert desktop.notice == f"{MUTED} There is none."
    desktop.service.tell(LaneTrouble("Me", ""))
    assert desktop.notice == "There is none."


def test_a_notice_that_was_dismissed_does_not_come_again(desktop: Desktop) -> None:
    desktop.press("Start captions")
    desktop.service.tell(LaneTrouble("Me", MUTED))
    strip = desktop.window.findChild(NoticeStrip)
    assert isinstance(strip, NoticeStrip)
    desktop.qtbot.mouseClick(strip._dismiss, Qt.MouseButton.LeftButton)
    desktop.service.tell(LaneTrouble("Me", MUTED))
    assert desktop.notice == ""


def test_it_ends_with_the_captions(desktop: Desktop) -> None:
    desktop.press("Start captions")
    desktop.service.tell(LaneTrouble("Me", MUTED))
    desktop.service.tell(StatusChanged(Idle()))
    assert desktop.notice == ""
