"""The recognizer's settings, as a person uses them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QSlider, QWidget
from pytestqt.qtbot import QtBot

from app.domain.errors import CredentialError, RegionError, ServiceError
from app.domain.request import Cut, RecognitionRequest
from app.engines.catalogue import Catalogue
from app.keys import KeyPlace
from app.settings import ServiceChoice, Settings
from app.settings_store import SettingsStore
from app.ui.combo import Combo
from app.ui.controls import Button
from app.ui.languages import language_name
from app.ui.look import Look
from app.ui.preferences import Preferences
from app.ui.recognizer_dialog import RecognizerDialog
from app.ui.style import style_sheet
from app.ui.surroundings import RecognizerRow
from app.ui.text import Label
from tests.fakes.errands import FakeErrands

KEY, NAME = "sk-0123456789abcdef", "DASHSCOPE_API_KEY"
SINGAPORE = "wss://dashscope-intl.aliyuncs.com"
VIRGINIA = "wss://{workspace}.us-east-1.maas.aliyuncs.com"
ROWS = [RecognizerRow(row.id, row.title, row.traits, row.service) for row in Catalogue().rows]


class Desk:
    """The dialog, with all recognizers that there are."""

    def __init__(self, qtbot: QtBot, look: Look, store: SettingsStore) -> None:
        self.qtbot = qtbot
        self.preferences = Preferences(Settings(engine="qwen-asr"), store)
        self.errands = FakeErrands()
        self.dialog = RecognizerDialog(look, self.preferences, ROWS, self.row, self.errands)
        self.dialog.setStyleSheet(style_sheet(look))
        self.dialog.recognizer_chosen.connect(self._choose)
        qtbot.addWidget(self.dialog)

    def open(self, engine: str = "qwen-asr") -> Desk:
        self._choose(engine)
        self.dialog.show()
        return self

    def row(self) -> RecognizerRow:
        return next(row for row in ROWS if row.id == self.preferences.settings.engine)

    @property
    def choice(self) -> ServiceChoice:
        return self.preferences.settings.service(self.row().id)

    def combo(self, name: str) -> Combo:
        return self._named(Combo, name)

    def field(self, name: str) -> QLineEdit:
        return self._named(QLineEdit, name)

    def button(self, name: str) -> Button:
        buttons = self.dialog.findChildren(Button)
        return next(one for one in buttons if name in (one.text(), one.accessibleName()))

    def shows(self, *names: str) -> list[str]:
        """Those of `names` whose control can be seen."""
        widgets = [one for one in self.dialog.findChildren(QWidget) if one.isVisibleTo(self.dialog)]
        seen = {one.accessibleName() for one in widgets}
        seen |= {one.text() for one in widgets if isinstance(one, QAbstractButton)}
        return [name for name in names if name in seen]

    def pick(self, name: str, text: str) -> None:
        combo = self.combo(name)
        texts = [combo.itemText(number) for number in range(combo.count())]
        combo.setFocus()
        combo.setCurrentIndex(texts.index(text))
        combo.activated.emit(texts.index(text))

    def press(self, name: str) -> None:
        self.qtbot.mouseClick(self.button(name), Qt.MouseButton.LeftButton)

    def type(self, name: str, text: str) -> None:
        field = self.field(name)
        field.setFocus()
        field.selectAll()
        self.qtbot.keyClicks(field, text)
        self.qtbot.keyClick(field, Qt.Key.Key_Return)

    def slide(self, name: str, value: int) -> None:
        self._named(QSlider, name).setValue(value)

    def texts(self) -> str:
        labels = self.dialog.findChildren(Label)
        return "\n".join(label.text() for label in labels if label.isVisibleTo(self.dialog))

    def _named(self, kind: type[QWidget], name: str) -> QWidget:
        return next(one for one in self.dialog.findChildren(kind) if one.accessibleName() == name)

    def _choose(self, engine: str) -> None:
        self.preferences.change(engine=engine)


@pytest.fixture
def desk(qtbot: QtBot, look: Look, store: SettingsStore) -> Iterator[Desk]:
    desk = Desk(qtbot, look, store)
    yield desk
    desk.dialog.close()


# What is there to choose


def test_the_embedded_recognizer_has_nothing_to_set(desk: Desk) -> None:
    desk.open("moonshine")
    assert desk.shows("Key", "Region", "Model", "Pause", "Ended", "Test") == []
    assert desk.combo("Language").currentText() == "English"
    assert "nothing to set" in desk.texts()


@pytest.mark.parametrize(
    ("engine", "expected"),
    [
        ("qwen-asr", "Key Region Workspace Model Ended Pause Threshold"),
        ("fun-asr", "Key Region Workspace Model Ended Pause Threshold"),
        ("openai-realtime", "Key Region Model Ended Pause Threshold"),
        ("vllm", "Key Region Model Pause"),
        ("funasr", "Region"),
    ],
)
def test_a_recognizer_shows_what_it_can_be_told(desk: Desk, engine: str, expected: str) -> None:
    desk.open(engine)
    names = ("Key", "Region", "Address", "Workspace", "Model", "Ended", "Push to talk", "Pause", "Threshold")
    assert desk.shows(*names) == expected.split()


def test_another_recognizer_can_be_chosen_here(desk: Desk) -> None:
    desk.open().pick("Chosen recognizer", "Fun-ASR (Alibaba Cloud)")
    assert desk.preferences.settings.engine == "fun-asr"
    assert desk.combo("Model").currentText() == "fun-asr-realtime"


@pytest.mark.parametrize("engine", [row.id for row in ROWS])
def test_everything_that_can_be_used_has_a_name_and_can_be_reached_by_keyboard(
    desk: Desk, engine: str
) -> None:
    desk.open(engine)
    # All of it in sight.
    desk.dialog.resize(700, 1200)
    kinds = (QAbstractButton, QLineEdit, Combo, QSlider)
    controls = {
        one for kind in kinds for one in desk.dialog.findChildren(kind) if one.isVisibleTo(desk.dialog)
    }
    assert all(one.accessibleName() or (isinstance(one, QAbstractButton) and one.text()) for one in controls)
    chain, at = [], desk.dialog.nextInFocusChain()
    while at is not desk.dialog:
        if at in controls and at.focusPolicy() & Qt.FocusPolicy.TabFocus:
            chain.append(at)
        at = at.nextInFocusChain()
    assert set(chain) == controls
    middles = [one.mapTo(desk.dialog, QPoint(0, one.height() // 2)) for one in chain]
    places = [(round(middle.y() / 20), middle.x()) for middle in middles]
    assert places == sorted(places)


def test_nothing_stands_wider_than_the_dialog(qtbot: QtBot, desk: Desk) -> None:
    for row in ROWS:
        desk.open(row.id)
        desk.dialog.resize(desk.dialog.minimumSizeHint())
        qtbot.wait(1)
        for one in desk.dialog.findChildren(QWidget):
            if one.isVisible() and isinstance(one, (Button, Combo, QLineEdit, Label)):
                assert one.mapTo(desk.dialog, QPoint(one.width(), 0)).x() <= desk.dialog.width(), one


def test_all_fields_stand_in_one_column(desk: Desk) -> None:
    desk.open().pick("Model", "Another model")
    names = ("Chosen recognizer", "Key", "Region", "Model", "Name of the model", "Language")
    widgets = [one for one in desk.dialog.findChildren(QWidget) if one.accessibleName() in names]
    lefts = {one.mapTo(desk.dialog, QPoint()).x() for one in widgets if one.isVisible()}
    assert len(widgets) >= len(names)
    assert len(lefts) == 1


def test_the_wheel_scrolls_and_never_chooses(qtbot: QtBot, desk: Desk) -> None:
    desk.open()
    nowhere, down = QPointF(5, 5), QPoint(0, -120)
    for one in (desk.combo("Model"), desk._named(QSlider, "Pause")):
        event = QWheelEvent(
            nowhere, QPointF(one.mapToGlobal(QPoint(5, 5))), down, down, Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(one, event)
    assert desk.choice == ServiceChoice("qwen-asr")


# The key


@pytest.mark.parametrize(
    ("place", "says", "forget"),
    [
        (KeyPlace.ENVIRONMENT, "in the environment (DASHSCOPE_API_KEY)", False),
        (KeyPlace.KEYRING, "in this computer's keyring", True),
        (KeyPlace.RUN, "for this run only", True),
        (KeyPlace.NOWHERE, "none yet", False),
    ],
)
def test_the_field_says_where_the_key_is(desk: Desk, place: KeyPlace, says: str, forget: bool) -> None:
    desk.errands.places[NAME] = place
    desk.open()
    assert desk.field("Key").placeholderText() == says
    assert bool(desk.shows("Forget key")) is forget
    assert desk.field("Key").isEnabled() is (place is not KeyPlace.ENVIRONMENT)


def test_a_saved_key_is_kept_and_shown_to_nobody(desk: Desk) -> None:
    desk.open()
    assert not desk.button("Save key").isEnabled()
    desk.field("Key").setFocus()
    desk.qtbot.keyClicks(desk.field("Key"), KEY)
    assert desk.field("Key").displayText() == "●" * len(KEY)
    desk.press("Save key")
    assert desk.errands.kept == {NAME: KEY}
    assert desk.field("Key").text() == ""
    assert not desk.field("Key").isUndoAvailable()
    assert desk.field("Key").placeholderText() == "in this computer's keyring"
    shown = [one.text() for kind in (Label, QLineEdit, Button) for one in desk.dialog.findChildren(kind)]
    assert KEY not in " ".join([*shown, repr(desk.preferences.settings)])


def test_enter_saves_the_key_and_leaves_the_dialog_open(desk: Desk) -> None:
    desk.open().type("Key", KEY)
    assert desk.errands.kept == {NAME: KEY}
    assert desk.dialog.isVisible()


def test_where_there_is_no_keyring_that_is_said(desk: Desk) -> None:
    desk.errands.keeps = KeyPlace.RUN
    desk.open().type("Key", KEY)
    assert "until Surtitle is closed" in desk.texts()


def test_a_key_that_can_be_none_is_told_and_can_be_mended(desk: Desk) -> None:
    desk.errands.keeps = CredentialError("The key has blanks in it.", "Copy it again.")
    desk.open().type("Key", "sk-12 34")
    assert "The key has blanks in it. Copy it again." in desk.texts()
    assert desk.field("Key").text() == "sk-12 34"
    assert desk.field("Key").isEnabled()


def test_a_key_is_forgotten(desk: Desk) -> None:
    desk.errands.places[NAME] = KeyPlace.KEYRING
    desk.open().press("Forget key")
    assert desk.errands.places == {}
    assert desk.field("Key").placeholderText() == "none yet"


def test_a_keyring_that_takes_its_time_is_waited_for_and_overtaken(desk: Desk) -> None:
    desk.errands.looks_at_once = False
    desk.open()
    assert desk.field("Key").placeholderText() == "looking…"
    desk.type("Key", KEY)
    # The answer to the question before would be out of date.
    assert desk.errands.looking == []
    assert desk.field("Key").placeholderText() == "in this computer's keyring"


def test_a_key_that_was_typed_and_not_saved_does_not_stay(desk: Desk) -> None:
    desk.open()
    desk.qtbot.keyClicks(desk.field("Key"), KEY)
    desk.dialog.close()
    assert desk.field("Key").text() == ""
    assert desk.errands.kept == {}


# Region, workspace, address


def test_a_region_is_chosen(desk: Desk) -> None:
    desk.open().pick("Region", "Singapore")
    assert desk.choice == ServiceChoice("qwen-asr", endpoint=SINGAPORE)
    desk.pick("Region", "China (Beijing)")
    assert desk.choice == ServiceChoice("qwen-asr")


def test_a_region_of_workspaces_counts_once_there_is_one(desk: Desk) -> None:
    desk.open().pick("Region", "USA (Virginia)")
    assert desk.choice == ServiceChoice("qwen-asr")
    assert "no workspace is named" in desk.texts()
    # Whatever else is chosen meanwhile does not take it back.
    desk.pick("Language", "German")
    assert desk.combo("Region").currentText() == "USA (Virginia)"
    desk.type("Workspace", "ws-1")
    assert (desk.choice.endpoint, desk.choice.workspace) == (VIRGINIA, "ws-1")
    assert "no workspace" not in desk.texts()


def test_an_address_of_ones_own(desk: Desk) -> None:
    desk.open("vllm").pick("Region", "Another address")
    desk.type("Address", " wss://box.lan:8000 ")
    assert desk.choice.endpoint == "wss://box.lan:8000"
    desk.dialog.close()
    desk.open("vllm")
    assert desk.combo("Region").currentText() == "Another address"
    assert desk.field("Address").text() == "wss://box.lan:8000"


@pytest.mark.parametrize("address", ["ws://box.lan", "hello", KEY, f"wss://box.lan?api_key={KEY}"])
def test_an_address_that_makes_no_sense_is_told_and_not_taken(desk: Desk, address: str) -> None:
    desk.open("vllm").pick("Region", "Another address")
    desk.type("Address", address)
    assert desk.choice == ServiceChoice("vllm")
    assert "endpoint" in desk.texts() or "not encrypted" in desk.texts()
    assert KEY not in desk.texts()
    desk.press("Test")
    assert desk.errands.trials == []


# Model and language


def test_a_model_is_chosen_and_says_what_it_can_not(desk: Desk) -> None:
    desk.open("fun-asr")
    assert "For telephone sound (8 kHz) there is fun-asr-flash-8k-realtime." in desk.texts()
    desk.pick("Model", "paraformer-realtime-8k-v2")
    assert desk.choice.model == "paraformer-realtime-8k-v2"
    assert "Not available with this model: context." in desk.texts()
    assert "made for telephone sound" in desk.texts()
    assert not desk.combo("Language").isEnabled()
    assert desk.combo("Language").currentText() == "Chinese"
    desk.pick("Model", "fun-asr-realtime")
    assert desk.choice == ServiceChoice("fun-asr")


@pytest.mark.parametrize("model", ["fun-asr-realtime", "qwen-audio-3.0-asr-flash-streaming"])
def test_only_languages_that_the_model_knows_are_offered(desk: Desk, model: str) -> None:
    desk.preferences.change(language="tr")
    desk.preferences.change_service(ServiceChoice("fun-asr", model=model))
    desk.open("fun-asr")
    combo = desk.combo("Language")
    offered = {combo.itemText(number) for number in range(combo.count())}
    assert not offered & {"Turkish", "Ukrainian", "Urdu", "Hebrew", "Tamil", "Cantonese"}
    assert {"Croatian", "Slovak", language_name("tl")} <= offered
    assert combo.currentText() == "Detect"


def test_a_model_of_another_name(desk: Desk) -> None:
    desk.open("vllm").pick("Model", "Another model")
    desk.type("Name of the model", " my/model ")
    assert desk.choice.model == "my/model"
    assert desk.combo("Model").currentText() == "Another model"


def test_a_key_in_the_place_of_a_model_is_not_taken(desk: Desk) -> None:
    desk.open("vllm").pick("Model", "Another model")
    desk.type("Name of the model", KEY)
    assert desk.choice == ServiceChoice("vllm")
    assert "That is a key" in desk.texts()
    assert KEY not in desk.field("Name of the model").text()


def test_a_language_is_chosen_by_its_name_or_left_to_the_recognizer(desk: Desk) -> None:
    desk.open().pick("Language", "Cantonese")
    assert desk.preferences.settings.language == "yue"
    desk.pick("Language", "Detect")
    assert desk.preferences.settings.language is None


def test_a_language_that_a_model_does_not_know_is_kept_for_one_that_does(desk: Desk) -> None:
    desk.preferences.change(language="sv")
    desk.open("fun-asr").pick("Model", "paraformer-realtime-v2")
    assert desk.combo("Language").currentText() == "Detect"
    desk.pick("Model", "fun-asr-realtime")
    assert desk.combo("Language").currentText() == "Swedish"


# Sentences


def test_the_user_may_end_sentences(desk: Desk) -> None:
    desk.open().press("By me")
    assert desk.choice.cut is Cut.MANUAL
    assert desk.shows("Pause", "Threshold", "Push to talk") == ["Push to talk"]
    desk.press("On")
    assert desk.choice.push_to_talk
    desk.press("By the recognizer")
    assert desk.shows("Pause", "Threshold", "Push to talk") == ["Pause", "Threshold"]


def test_a_service_may_end_sentences_by_meaning(desk: Desk) -> None:
    desk.open("fun-asr")
    assert desk.shows("By the recognizer", "By meaning", "By me") == ["By the recognizer", "By meaning"]
    desk.press("By meaning")
    assert desk.choice.cut is Cut.SEMANTIC
    assert desk.shows("Pause", "Threshold", "Push to talk") == ["Threshold"]
    assert "not at a pause" in desk.texts()
    # The arrow keys pass over what is not offered.
    with desk.qtbot.waitActive(desk.dialog):
        desk.dialog.activateWindow()
    desk.button("By meaning").setFocus()
    desk.qtbot.keyClick(desk.button("By meaning"), Qt.Key.Key_Right)
    assert desk.choice.cut is Cut.SEMANTIC
    desk.qtbot.keyClick(desk.button("By meaning"), Qt.Key.Key_Left)
    assert desk.choice.cut is Cut.VAD
    desk.press("By meaning")
    # A model that can't ends them at pauses; the choice stays for one that can.
    desk.pick("Model", "qwen-audio-3.1-asr-flash-message")
    assert desk.shows("Ended", "Pause", "Threshold") == []
    desk.open("qwen-asr")
    assert desk.shows("By the recognizer", "By meaning", "By me") == ["By the recognizer", "By me"]
    assert desk.button("By the recognizer").isChecked()


def test_pause_and_threshold_can_be_set_and_taken_back(desk: Desk) -> None:
    desk.open()
    assert desk.shows("Usual values") == []
    desk.slide("Pause", 25)
    desk.slide("Threshold", -4)
    assert (desk.choice.vad_silence, desk.choice.vad_threshold) == (2.5, -0.4)
    assert {"2.5 s", "-0.4"} <= set(desk.texts().splitlines())
    desk.press("Usual values")
    assert desk.choice == ServiceChoice("qwen-asr")


# The test


def test_good_news(desk: Desk) -> None:
    desk.preferences.change(language="de")
    desk.open("fun-asr").press("Test")
    assert "Testing…" in desk.texts()
    assert desk.errands.trials == [("fun-asr", RecognitionRequest(language="de"))]
    desk.errands.answer()
    assert "Let in: the service is ready for captions." in desk.texts()


def test_bad_news_says_what_to_do(desk: Desk) -> None:
    desk.open().press("Test")
    desk.errands.answer(ServiceError("Nothing answers at box.lan.", "Check that the service runs."))
    assert "Nothing answers at box.lan. Check that the service runs." in desk.texts()


@pytest.mark.parametrize("place", [KeyPlace.NOWHERE, KeyPlace.KEYRING])
def test_where_there_is_no_key_nobody_is_sent_to_where_they_are(desk: Desk, place: KeyPlace) -> None:
    desk.errands.places[NAME] = place
    desk.open().press("Test")
    desk.errands.answer(CredentialError("The key is not good.", "Put it into the recognizer's settings."))
    here, elsewhere = "into the field “Key” above", "into the recognizer's settings"
    assert (here in desk.texts()) == (place is KeyPlace.NOWHERE)
    assert (elsewhere in desk.texts()) == (place is KeyPlace.KEYRING)


def test_while_one_test_runs_there_is_no_other(desk: Desk) -> None:
    desk.open().press("Test")
    desk.press("Test")
    assert len(desk.errands.trials) == 1


def test_what_was_typed_last_is_what_is_tested(desk: Desk) -> None:
    desk.open("vllm").pick("Region", "Another address")
    desk.qtbot.keyClicks(desk.field("Address"), "ws://127.0.0.1:9")
    desk.press("Test")
    assert desk.errands.trials[0][1].endpoint == "ws://127.0.0.1:9"


def test_a_key_that_was_typed_is_saved_before_the_test(desk: Desk) -> None:
    desk.open()
    desk.qtbot.keyClicks(desk.field("Key"), KEY)
    desk.press("Test")
    assert desk.errands.kept == {NAME: KEY}
    assert len(desk.errands.trials) == 1
    assert "Testing…" in desk.texts()


def test_a_key_that_can_be_none_is_not_tested(desk: Desk) -> None:
    desk.errands.keeps = CredentialError("The key has blanks in it.", "Copy it again.")
    desk.open()
    desk.qtbot.keyClicks(desk.field("Key"), "sk-1 2")
    desk.press("Test")
    assert desk.errands.trials == []
    assert "The key has blanks in it." in desk.texts()
    assert "Testing…" not in desk.texts()


def test_a_key_of_another_region_is_put_right_by_a_button(desk: Desk) -> None:
    desk.open().press("Test")
    desk.errands.answer(RegionError("Singapore", SINGAPORE))
    assert "This key is of the region Singapore." in desk.texts()
    desk.press("Use Singapore")
    assert desk.choice.endpoint == SINGAPORE
    assert desk.combo("Region").currentText() == "Singapore"
    assert desk.errands.trials[-1][1].endpoint == SINGAPORE
    desk.errands.answer()
    assert "Let in" in desk.texts()
    assert desk.shows("Use Singapore") == []


def test_another_choice_makes_the_verdict_void(desk: Desk) -> None:
    desk.open().press("Test")
    desk.errands.answer()
    desk.pick("Region", "Singapore")
    assert "Let in" not in desk.texts()
    desk.press("Test")
    desk.pick("Language", "German")
    assert desk.errands.cancelled == 1
    assert "Testing" not in desk.texts()


@pytest.mark.parametrize("name", ["Key", "Address", "Workspace", "Name of the model"])
@pytest.mark.parametrize("error", [None, ServiceError("Nothing answers.", "Check the address.")])
def test_what_is_being_typed_makes_the_verdict_void(
    desk: Desk, name: str, error: ServiceError | None
) -> None:
    desk.open().pick("Model", "Another model")
    desk.type("Name of the model", "qwen4-asr")
    desk.pick("Region", "Another address")
    desk.type("Address", "wss://example.com")
    desk.press("Test")
    desk.errands.answer(error)
    verdict = str(error or "Let in")
    assert verdict in desk.texts()
    desk.qtbot.keyClicks(desk.field(name), "x")
    assert verdict not in desk.texts()


@pytest.mark.parametrize(("name", "text"), [("Region", "Another address"), ("Model", "Another model")])
def test_a_choice_that_still_wants_words_makes_the_verdict_void(desk: Desk, name: str, text: str) -> None:
    desk.open().press("Test")
    desk.errands.answer()
    desk.pick(name, text)
    assert "Let in" not in desk.texts()


def test_closing_gives_the_test_up(desk: Desk) -> None:
    desk.open().press("Test")
    desk.press("Close")
    assert not desk.dialog.isVisible()
    assert desk.errands.cancelled == 1
    desk.open()
    assert "Testing" not in desk.texts()
