"""The window and the recognizer: which one, with which settings."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QMenu

from app.domain.errors import (
    AccessError,
    CaptionError,
    CredentialError,
    DeviceLostError,
    UsageError,
)
from app.domain.request import (
    Cut,
)
from app.settings import ServiceChoice
from app.ui.combo import Combo
from app.ui.recognizer_dialog import RecognizerDialog
from tests.ui.window_desk import Desktop


def test_the_language_of_a_recognizer_that_knows_one_goes_into_the_request(desktop: Desktop) -> None:
    desktop.press("Start captions")
    assert desktop.service.plans[0].request.language == "en"


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
