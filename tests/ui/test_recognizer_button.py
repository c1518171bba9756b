"""The button that says who recognizes."""

from __future__ import annotations

from app.domain.request import Prefer
from app.ui.look import Look
from app.ui.recognizer_button import Health, RecognizerButton
from tests.ui.test_recognizer_dialog import ROWS


def test_of_a_service_nothing_is_known_until_it_is_asked(look: Look) -> None:
    button = RecognizerButton(look, ROWS, "moonshine", lambda: Prefer.AUTOMATIC)
    assert button.health is Health.GOOD
    button.show_chosen("fun-asr")
    assert button.health is Health.RESTING
    button.show_health(Health.GOOD)
    assert button.health is Health.GOOD
    button.show_health(None)
    button.show_chosen("moonshine")
    assert button.health is Health.GOOD
