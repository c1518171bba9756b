"""Settings are saved a moment after they change."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pytestqt.qtbot import QtBot

from app.domain.request import Cut
from app.settings import ServiceChoice, Settings
from app.settings_store import SettingsStore
from app.ui.preferences import Preferences


def test_a_change_is_told_and_saved(qtbot: QtBot, store: SettingsStore) -> None:
    preferences = Preferences(Settings(), store)
    with qtbot.waitSignal(preferences.changed, timeout=1000) as told:
        preferences.change(text_size=20)
    assert told.args == [Settings(), Settings(text_size=20)]
    qtbot.waitUntil(lambda: store.load()[0].text_size == 20, timeout=3000)


def test_the_same_value_is_no_change(qtbot: QtBot, store: SettingsStore) -> None:
    preferences = Preferences(Settings(), store)
    with qtbot.assertNotEmitted(preferences.changed):
        preferences.change(text_size=16)


def test_closing_saves_what_waits(qapp: object, store: SettingsStore) -> None:
    preferences = Preferences(Settings(), store)
    preferences.change_overlay(text_size=40)
    preferences.flush()
    assert store.load()[0].overlay.text_size == 40


def test_nothing_changed_writes_nothing(qapp: object, tmp_path: Path) -> None:
    Preferences(Settings(), SettingsStore(tmp_path)).flush()
    assert list(tmp_path.iterdir()) == []


def test_a_save_that_fails_is_told(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "profile").write_text("")
    preferences = Preferences(Settings(), SettingsStore(tmp_path / "profile"))
    preferences.change(text_size=20)
    with qtbot.waitSignal(preferences.failed, timeout=1000) as told:
        preferences.flush()
    assert "can't be saved" in str(told.args[0])


def test_what_the_command_line_set_is_in_force_but_not_saved(qapp: object, store: SettingsStore) -> None:
    preferences = Preferences(Settings(language="en"), store, {"language": "zh", "engine": "other"})
    preferences.change(text_size=20)
    preferences.change(engine="chosen")
    preferences.flush()
    assert preferences.settings.language == "zh"
    saved = store.load()[0]
    assert (saved.language, saved.engine, saved.text_size) == ("en", "chosen", 20)


def test_what_the_command_line_set_of_a_service_is_in_force_but_not_saved(
    qapp: object, store: SettingsStore
) -> None:
    stored = Settings(engine="fun-asr", services=(ServiceChoice("fun-asr", model="a", workspace="w"),))
    given = {"model": "b", "endpoint": "wss://b.example", "cut": Cut.MANUAL}
    preferences = Preferences(stored, store, {}, given)
    choice = preferences.settings.service("fun-asr")
    assert choice == ServiceChoice("fun-asr", "b", "wss://b.example", "w", Cut.MANUAL)
    preferences.change_service(ServiceChoice("vllm", model="v"))
    preferences.flush()
    assert store.load()[0].services == (ServiceChoice("vllm", model="v"), *stored.services)


def test_what_the_user_changes_of_it_is_saved_and_no_more(qapp: object, store: SettingsStore) -> None:
    preferences = Preferences(
        Settings(), store, {"engine": "vllm"}, {"model": "b", "endpoint": "wss://b.example"}
    )
    choice = preferences.settings.service("vllm")
    preferences.change_service(replace(choice, model="c", vad_silence=2.0))
    preferences.flush()
    assert store.load()[0].services == (ServiceChoice("vllm", model="c", vad_silence=2.0),)
    assert preferences.settings.service("vllm").endpoint == "wss://b.example"
