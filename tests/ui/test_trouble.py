"""What keeps a service away and will not mend by itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.domain.errors import CredentialError
from app.recognizer.news import Remark, StatusChanged
from app.recognizer.status import Failed, Finishing, Idle, Listening, Offline, Paused, Reconnecting, Status
from app.settings import OverlaySettings
from app.ui.overlay import Overlay
from app.ui.recognizer_dialog import RecognizerDialog
from tests.ui.test_overlay import words
from tests.ui.window_desk import Desktop

PROBLEM, REMEDY = "The service does not accept the key.", "Check the key."
AWAY = Reconnecting(PROBLEM, REMEDY)


@pytest.fixture
def desktop(make: Callable[..., Desktop]) -> Desktop:
    desktop = make(engine="cloud")
    desktop.press("Start captions")
    desktop.service.tell(StatusChanged(Listening()))
    return desktop


def tell(desktop: Desktop, *statuses: Status) -> None:
    for status in statuses:
        desktop.service.tell(StatusChanged(status))


def told(desktop: Desktop) -> bool:
    return desktop.notice.startswith(f"{PROBLEM} {REMEDY} ")


@pytest.mark.parametrize(
    "status", [AWAY, Offline("Embedded", PROBLEM, REMEDY), Finishing(PROBLEM, REMEDY)], ids=repr
)
def test_problem_and_remedy_are_told_with_the_way_to_the_settings(desktop: Desktop, status: Status) -> None:
    tell(desktop, status)
    assert told(desktop)
    desktop.answer("Recognizer settings…")
    dialog = desktop.window.findChild(RecognizerDialog)
    assert isinstance(dialog, RecognizerDialog)
    assert dialog.isVisible()
    assert not desktop.notice


def test_what_waiting_mends_is_no_matter_for_a_notice(desktop: Desktop) -> None:
    tell(desktop, Reconnecting("No network."), Offline("Embedded", "No network."))
    assert not desktop.notice


def test_it_goes_once_the_service_is_back(desktop: Desktop) -> None:
    tell(desktop, AWAY, Paused())
    assert told(desktop)
    tell(desktop, Listening())
    assert not desktop.notice


def test_who_dismissed_it_is_not_told_again_before_the_service_was_back(desktop: Desktop) -> None:
    tell(desktop, AWAY)
    desktop.press("Dismiss")
    tell(desktop, Offline("Embedded", PROBLEM, REMEDY), AWAY)
    assert not desktop.notice
    tell(desktop, Listening(), AWAY)
    assert told(desktop)


def test_another_problem_takes_its_place(desktop: Desktop) -> None:
    tell(desktop, AWAY, Reconnecting("Arrears.", "Pay."))
    assert desktop.notice.startswith("Arrears. Pay. ")


def test_a_remark_stands_beside_it(desktop: Desktop) -> None:
    tell(desktop, AWAY)
    desktop.service.tell(Remark("The stand-in is unfit."))
    assert told(desktop)
    assert desktop.notice.endswith(" The stand-in is unfit.")
    tell(desktop, Listening())
    assert not desktop.notice
    desktop.service.tell(Remark("Something else."))
    assert desktop.notice == "Something else."


def test_a_failure_takes_its_place_and_stays(desktop: Desktop) -> None:
    tell(desktop, AWAY, Failed(CredentialError(PROBLEM, REMEDY)))
    assert desktop.notice == f"{PROBLEM} {REMEDY}"


def test_it_does_not_outlast_the_session(desktop: Desktop) -> None:
    tell(desktop, AWAY, Finishing(PROBLEM, REMEDY), Idle())
    assert not desktop.notice


def test_the_overlay_says_what_is_wrong_and_that_nothing_is_lost(make: Callable[..., Desktop]) -> None:
    desktop = make(engine="cloud", overlay=OverlaySettings(shown=True))
    made: list[Overlay] = []
    desktop.window.overlay.made.connect(made.append)
    desktop.press("Start captions")
    tell(desktop, AWAY)
    assert PROBLEM in words(made[0])
    assert "is kept" in words(made[0])
    tell(desktop, Reconnecting("No network."))
    assert words(made[0]) == "Reconnecting. What is said is kept."
