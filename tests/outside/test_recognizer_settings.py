"""A service set up in the window, tried out, and used: the whole program in front of services on loopback."""

from __future__ import annotations

import json
import logging
import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from app.desktop import Desktop
from app.engines import catalogue
from app.engines.regions import Region
from app.engines.services import DASHSCOPE_KEY, SERVICES
from app.recognizer.status import Failed, Idle
from app.settings import ServiceChoice
from app.settings_store import SettingsStore
from app.ui.combo import Combo
from app.ui.controls import Button
from app.ui.notice import NoticeStrip
from app.ui.recognizer_dialog import RecognizerDialog
from app.ui.text import Label
from tests.harness.desktop import run_desktop, until
from tests.simulator import Process

KEY = "sk-0123456789abcdef0123456789abcdef"


@pytest.fixture
def regions(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Process, Process]]:
    """Beijing and Singapore, as far as loopback has them; only Singapore knows the key."""
    monkeypatch.delenv(DASHSCOPE_KEY, raising=False)
    with Process("--key", "sk-other") as one, Process("--key", KEY) as two:
        places = (Region("Beijing", one.url), Region("Singapore", two.url))
        rows = [replace(row, regions=places) if row.key == DASHSCOPE_KEY else row for row in SERVICES]
        monkeypatch.setattr(catalogue, "SERVICES", tuple(rows))
        yield one, two


class Hand:
    """What a person does in the recognizer's settings."""

    def __init__(self, desktop: Desktop) -> None:
        actions = desktop.window.actions()
        next(one for one in actions if one.text() == "Recognizer settings…").trigger()
        dialog = desktop.window.findChild(RecognizerDialog)
        assert isinstance(dialog, RecognizerDialog)
        self.dialog = dialog

    def pick(self, name: str, text: str) -> None:
        combo = next(one for one in self.dialog.findChildren(Combo) if one.accessibleName() == name)
        combo.setCurrentIndex(combo.findText(text))
        combo.activated.emit(combo.currentIndex())

    def type(self, name: str, text: str) -> None:
        field = next(one for one in self.dialog.findChildren(QLineEdit) if one.accessibleName() == name)
        QTest.keyClicks(field, text)

    def press(self, text: str) -> None:
        button = next(one for one in self.dialog.findChildren(Button) if one.text() == text)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    async def reads(self, text: str) -> None:
        await until(lambda: text in self.text, 20)

    @property
    def text(self) -> str:
        labels = self.dialog.findChildren(Label)
        return "\n".join(one.text() for one in labels if one.isVisibleTo(self.dialog))


def test_a_service_is_set_up_tried_out_and_captions(
    qapp: QApplication, regions: tuple[Process, Process], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    async def story(desktop: Desktop) -> None:
        hand = Hand(desktop)
        hand.pick("Chosen recognizer", "Qwen-ASR (Alibaba Cloud)")
        hand.press("Test")
        await hand.reads("there is none")
        hand.type("Key", "sk-wrong")
        hand.press("Save")
        await hand.reads("until Surtitle is closed")
        hand.press("Test")
        await hand.reads("does not accept the key")
        hand.type("Key", KEY)
        hand.press("Test")
        await hand.reads("This key is of the region Singapore.")
        hand.press("Use Singapore")
        await hand.reads("Let in")
        hand.pick("Model", "Another model")
        hand.type("Name of the model", "no-such-model")
        hand.press("Test")
        await hand.reads("does not have the model")
        hand.pick("Model", "qwen3-asr-flash-realtime")
        hand.dialog.close()
        desktop.window.commands.start_or_stop()
        await until(lambda: len(desktop.service.transcript) >= 1, 30)
        desktop.service.cancel()
        await until(lambda: isinstance(desktop.service.status, Idle))

    trace = tmp_path / "trace"
    words = ("--trace", str(trace), "--log-level", "debug")
    settings = tmp_path / "profile" / "settings"
    settings.mkdir(parents=True)
    (settings / "settings.json").write_text(json.dumps({"source": "sample"}))
    run_desktop(qapp, tmp_path / "profile", story, *words)
    for one in regions:
        violations = one.state()["violations"]
        assert set(violations) <= {"unauthorized", "unknown model"}, violations
    kept = SettingsStore(settings).load()[0]
    assert kept.services == (ServiceChoice("qwen-asr", endpoint=regions[1].url),)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert trace in files
    for text in [caplog.text, *(path.read_text(errors="replace") for path in files)]:
        assert KEY not in text
        assert "sk-wrong" not in text


def test_a_start_without_a_key_leads_to_where_it_is_put_in(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(DASHSCOPE_KEY, raising=False)

    async def story(desktop: Desktop) -> None:
        await until(lambda: isinstance(desktop.service.status, Failed))
        strip = desktop.window.findChild(NoticeStrip)
        assert isinstance(strip, NoticeStrip)
        assert strip.notice is not None
        assert "There is no key for Fun-ASR" in strip.notice.text
        button = next(one for one in strip.findChildren(Button) if one.text() == "Recognizer settings…")
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        dialog = desktop.window.findChild(RecognizerDialog)
        assert isinstance(dialog, RecognizerDialog)
        assert dialog.isVisible()

    run_desktop(qapp, tmp_path, story, "--engine", "fun-asr", "--listen", "sample")


def test_the_command_line_wins_for_one_run(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DASHSCOPE_KEY, KEY)
    settings = tmp_path / "settings"
    stored = {
        "engine": "fun-asr",
        "language": "de",
        "services": [{"engine": "fun-asr", "model": "paraformer-realtime-v2", "vad_silence": 1.5}],
    }
    settings.mkdir()
    (settings / "settings.json").write_text(json.dumps(stored))

    with Process() as service:

        async def story(desktop: Desktop) -> None:
            await until(lambda: len(desktop.service.transcript) >= 1, 30)
            desktop.service.cancel()
            await until(lambda: isinstance(desktop.service.status, Idle))

        words = ("--model", "fun-asr-realtime", "--endpoint", service.url, "--language", "en")
        run_desktop(qapp, tmp_path, story, *words, "--listen", "sample")
        session = service.state()["sessions"][0]
        assert session["model"] == "fun-asr-realtime"
        told = session["settings"]["parameters"]
        assert told["language_hints"] == ["en"]
        assert told["max_sentence_silence"] == 1500
    kept = json.loads((settings / "settings.json").read_text())
    assert kept["language"] == "de"
    assert kept["services"][0] | stored["services"][0] == kept["services"][0]  # type: ignore[index]
    assert re.search("127.0.0.1|fun-asr-realtime", json.dumps(kept)) is None


class Waiting(KeyringBackend):
    """A keyring that asks the user, who does not answer."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        self.asked, self.answered = threading.Event(), threading.Event()

    def get_password(self, service: str, username: str) -> str | None:
        self.asked.set()
        assert self.answered.wait(30)
        return None

    def set_password(self, service: str, username: str, password: str) -> None:
        raise NotImplementedError


def test_a_keyring_that_waits_for_the_user_does_not_hold_the_program(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(DASHSCOPE_KEY, raising=False)
    ring = Waiting()
    monkeypatch.setattr(keyring, "get_keyring", lambda: ring)

    async def story(desktop: Desktop) -> None:
        # A profile of its own would leave the keyring alone.
        desktop._keys._keyring = True
        hand = Hand(desktop)
        await until(ring.asked.is_set, 10)
        field = next(one for one in hand.dialog.findChildren(QLineEdit) if one.accessibleName() == "Key")
        assert field.placeholderText() == "looking…"

    try:
        # Not everything has ended: the front door leaves without it.
        assert not run_desktop(qapp, tmp_path, story, "--engine", "fun-asr")
    finally:
        ring.answered.set()
