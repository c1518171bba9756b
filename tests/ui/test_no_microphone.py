"""Where there is no microphone that is one sentence in one place, and the recognizer is not to blame."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.recognizer.news import StatusChanged
from app.recognizer.status import Connecting
from app.ui.microphone_problem import MicrophoneProblem
from app.ui.recognizer_button import Health, RecognizerButton
from app.ui.source_button import SourceButton
from tests.ui.window_desk import NO_MICROPHONE, Desktop


@pytest.fixture
def bare(desktop: Desktop) -> Desktop:
    """A desktop without a microphone, which nobody has looked for yet."""
    desktop.microphones = ()
    return desktop


def places(desktop: Desktop) -> list[str]:
    """Every text of the window that can be seen and says so."""
    labels = desktop.window.findChildren(QLabel)
    shown = [label.text() for label in labels if label.isVisible()]
    return [text for text in shown if NO_MICROPHONE.problem in text]


def look(qtbot: QtBot, desktop: Desktop) -> None:
    problem = desktop.window.findChild(MicrophoneProblem)
    assert isinstance(problem, MicrophoneProblem)
    qtbot.waitUntil(lambda: problem.text() == str(NO_MICROPHONE))


def start(desktop: Desktop) -> None:
    desktop.service.tell(StatusChanged(Connecting()))
    desktop.service.fail(NO_MICROPHONE)


def dot(desktop: Desktop) -> Health:
    button = desktop.window.findChild(RecognizerButton)
    assert isinstance(button, RecognizerButton)
    return button.health


def test_who_knows_it_and_starts_all_the_same_is_told_louder_in_the_same_place(
    qtbot: QtBot, bare: Desktop
) -> None:
    look(qtbot, bare)
    assert places(bare) == [str(NO_MICROPHONE)]
    start(bare)
    assert places(bare) == [str(NO_MICROPHONE)]
    problem = bare.window.findChild(MicrophoneProblem)
    assert isinstance(problem, MicrophoneProblem)
    assert problem.palette().windowText().color().name() == "#dc2626"
    assert bare.notice == ""
    assert dot(bare) is Health.GOOD


def test_a_microphone_that_went_since_is_told_under_the_bar_until_the_first_screen_knows(
    qtbot: QtBot, desktop: Desktop
) -> None:
    source = desktop.window.findChild(SourceButton)
    assert isinstance(source, SourceButton)
    qtbot.waitUntil(lambda: source.text() == "Built-in")
    desktop.microphones = ()
    start(desktop)
    assert desktop.notice == str(NO_MICROPHONE)
    assert len(places(desktop)) == 1
    look(qtbot, desktop)
    assert places(desktop) == [str(NO_MICROPHONE)]
    assert desktop.notice == ""


def test_beside_captions_it_is_told_under_the_bar(qtbot: QtBot, bare: Desktop) -> None:
    look(qtbot, bare)
    bare.service.hear("Words from before.")
    start(bare)
    assert places(bare) == [str(NO_MICROPHONE)]
    assert bare.notice == str(NO_MICROPHONE)
    assert dot(bare) is Health.GOOD
