"""Sentences that the user ends, from the window; and who recognizes while the service is away."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QMenu, QPlainTextEdit

from app.domain.request import MANUAL_PAUSE, Cut, Prefer
from app.recognizer.news import StatusChanged
from app.recognizer.status import Listening, Offline, Reconnecting
from app.settings import ServiceChoice
from app.ui.recognizer_button import RecognizerButton
from app.ui.talk import KEY, TalkButton, Talking
from tests.ui.window_desk import Desktop

MANUAL = ServiceChoice("cloud", cut=Cut.MANUAL)
PUSH_TO_TALK = ServiceChoice("cloud", cut=Cut.MANUAL, push_to_talk=True)


def talk_button(desktop: Desktop) -> TalkButton:
    return cast("TalkButton", desktop.window.findChild(TalkButton))


def key(desktop: Desktop, down: bool) -> None:
    """Press or release the key while the cursor stands in the hotwords, until that counts."""
    editor = next(
        one for one in desktop.window.findChildren(QPlainTextEdit) if one.accessibleName() == "Hotwords"
    )
    kind = QEvent.Type.KeyPress if down else QEvent.Type.KeyRelease
    QApplication.sendEvent(editor, QKeyEvent(kind, KEY, Qt.KeyboardModifier.NoModifier))
    desktop.qtbot.waitUntil(lambda: down or not talk_button(desktop).talking, timeout=1000)


def entry(desktop: Desktop, text: str) -> bool:
    """Choose `text` in the recognizer's menu; returns whether it was chosen before."""
    button = cast("RecognizerButton", desktop.window.findChild(RecognizerButton))
    menu = QMenu()
    button._fill(menu)  # as the click that opens it does
    action = next(one for one in menu.actions() if one.text() == text)
    before = action.isChecked()
    action.trigger()
    menu.deleteLater()
    return before


def test_the_button_is_there_only_while_the_user_ends_sentences(make: Callable[..., Desktop]) -> None:
    desktop = make(engine="cloud", services=(MANUAL,))
    assert talk_button(desktop).isHidden()
    desktop.press("Start captions")
    assert talk_button(desktop).mode is Talking.ENDS_SENTENCES
    assert not talk_button(desktop).isHidden()
    desktop.press("End sentence")
    desktop.qtbot.waitUntil(lambda: desktop.service.sentences_ended == 1, timeout=1000)
    key(desktop, True)
    key(desktop, False)
    desktop.qtbot.waitUntil(lambda: desktop.service.sentences_ended == 2, timeout=1000)
    desktop.press("Stop captions")
    assert talk_button(desktop).isHidden()


def test_it_says_how_to_end_a_sentence(make: Callable[..., Desktop]) -> None:
    desktop = make(engine="cloud", services=(MANUAL,))
    desktop.press("Start captions")
    assert desktop.status.startswith("Press F8 to end the sentence")
    desktop.press("Pause")
    assert desktop.status.startswith("Paused")
    desktop.press("Pause")
    assert desktop.status.startswith("Press F8 to end the sentence")
    desktop.press("Stop captions")
    assert desktop.status.startswith("Ready")


def test_it_hears_nothing_until_the_key_is_held_and_says_so(make: Callable[..., Desktop]) -> None:
    desktop = make(engine="cloud", services=(PUSH_TO_TALK,))
    desktop.press("Start captions")
    assert desktop.service.plans[0].push_to_talk
    assert desktop.status.startswith("Hold F8 to talk")
    key(desktop, True)
    assert desktop.status.startswith("Listening")
    key(desktop, False)
    assert desktop.service.talked == [True, False]
    assert desktop.status.startswith("Hold F8 to talk")


def test_nothing_moves_when_the_key_goes_down(make: Callable[..., Desktop]) -> None:
    desktop = make(engine="cloud", services=(PUSH_TO_TALK,))
    desktop.press("Start captions")
    before = talk_button(desktop).sizeHint()
    key(desktop, True)
    assert talk_button(desktop).sizeHint() == before
    key(desktop, False)


def test_a_line_that_breaks_while_the_key_is_held_leaves_it_held(make: Callable[..., Desktop]) -> None:
    desktop = make(engine="cloud", services=(PUSH_TO_TALK,))
    desktop.press("Start captions")
    key(desktop, True)
    desktop.service.tell(StatusChanged(Reconnecting("No network.")))
    desktop.service.tell(StatusChanged(Listening()))
    assert desktop.service.talked == [True]
    assert desktop.status.startswith("Listening")
    key(desktop, False)
    assert desktop.service.talked == [True, False]


def test_a_pause_lets_the_key_go(make: Callable[..., Desktop]) -> None:
    desktop = make(engine="cloud", services=(PUSH_TO_TALK,))
    desktop.press("Start captions")
    key(desktop, True)
    desktop.press("Pause")
    assert desktop.service.talked == [True, False]
    assert talk_button(desktop).isHidden()


def test_nobody_presses_a_key_at_the_sentences_of_a_recording(
    make: Callable[..., Desktop], tmp_path: Path
) -> None:
    desktop = make(engine="cloud", services=(PUSH_TO_TALK,))
    recording = tmp_path / "talk.wav"
    recording.touch()
    desktop.window.commands.caption_recording(recording)
    request = desktop.service.plans[0].request
    assert (request.cut, request.commit_pause) == (Cut.MANUAL, MANUAL_PAUSE)
    assert talk_button(desktop).isHidden()


@pytest.mark.parametrize("engine", ["moonshine", "cloud"])
def test_a_recognizer_ends_sentences_by_itself_unless_the_user_does(
    make: Callable[..., Desktop], engine: str
) -> None:
    desktop = make(engine=engine, services=(ServiceChoice("moonshine", cut=Cut.MANUAL),))
    desktop.press("Start captions")
    assert desktop.service.plans[0].request.cut is Cut.VAD
    assert talk_button(desktop).isHidden()


@pytest.mark.parametrize("semantic", [True, False])
def test_sentences_end_by_meaning_where_the_recognizer_can(
    make: Callable[..., Desktop], semantic: bool
) -> None:
    engine = "meetings" if semantic else "cloud"
    desktop = make(engine=engine, services=(ServiceChoice(engine, cut=Cut.SEMANTIC),))
    desktop.press("Start captions")
    assert desktop.service.plans[0].request.cut is (Cut.SEMANTIC if semantic else Cut.VAD)
    assert talk_button(desktop).isHidden()


# While the service is away


def test_captions_go_on_for_ever_and_the_embedded_recognizer_stands_in(make: Callable[..., Desktop]) -> None:
    desktop = make(engine="cloud")
    desktop.press("Start captions")
    request = desktop.service.plans[0].request
    assert (request.give_up, request.patience, request.prefer) == (None, 5.0, Prefer.AUTOMATIC)


def test_the_user_may_have_either_of_them(make: Callable[..., Desktop]) -> None:
    desktop = make(engine="cloud")
    desktop.press("Start captions")
    desktop.service.tell(StatusChanged(Offline("Embedded (English)", "No network.")))
    assert not entry(desktop, "Wait for the service when it is away")
    assert desktop.preferences.settings.stand_in is False
    assert not entry(desktop, "Embedded recognizer for now")
    assert entry(desktop, "Embedded recognizer for now")
    assert not entry(desktop, "Embedded recognizer stands in when needed")
    assert desktop.preferences.settings.stand_in is True
    assert desktop.service.preferred[-1] is Prefer.AUTOMATIC
    assert Prefer.SERVICE in desktop.service.preferred
    assert Prefer.STAND_IN in desktop.service.preferred


def test_the_embedded_recognizer_for_now_is_had_at_the_next_start_too(make: Callable[..., Desktop]) -> None:
    desktop = make(engine="cloud")
    entry(desktop, "Embedded recognizer for now")
    desktop.press("Start captions")
    assert desktop.service.plans[0].request.prefer is Prefer.STAND_IN
    assert desktop.preferences.settings.stand_in is True


def test_there_is_no_stand_in_for_the_embedded_recognizer(make: Callable[..., Desktop]) -> None:
    desktop = make(engine="moonshine")
    with pytest.raises(StopIteration):
        entry(desktop, "Embedded recognizer for now")
