"""Settings survive a restart, and a damaged file never stops the program."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import OutputError
from app.domain.request import Cut, Denoise, Hotword, Pace, WordSet
from app.settings import AppearanceMode, OverlaySettings, Place, ServiceChoice, Settings, SourceKind
from app.settings_store import FILE_NAME, SettingsStore

CHOSEN = Settings(
    source=SourceKind.SAMPLE,
    microphone="alsa:usb",
    microphone_name="USB 麦克风",
    engine="fun-asr",
    services=(
        ServiceChoice("fun-asr", model="paraformer-realtime-v2", vad_silence=1.5),
        ServiceChoice(
            "qwen-asr",
            endpoint="wss://{workspace}.us-east-1.maas.aliyuncs.com",
            workspace="ws-1",
            cut=Cut.MANUAL,
            push_to_talk=True,
            vad_threshold=-0.3,
        ),
    ),
    language="en",
    denoise=Denoise.RNNOISE,
    pace=Pace.REALTIME,
    appearance=AppearanceMode.DARK,
    text_size=20,
    overlay=OverlaySettings(shown=False, x=-5, y=9, width=700, text_size=40, opacity=0.5),
    window=Place(10, 20, 900, 600, maximized=True),
    panel_shown=False,
    panel_width=333,
    word_sets=(WordSet("Talks", (Hotword("Bulge Bracket", 5), Hotword("高血压")), "关于银行"),),
    chosen_set="Talks",
    folder="/home/user/Talks",
)


def test_what_was_saved_is_loaded(tmp_path: Path) -> None:
    store = SettingsStore(tmp_path / "new folder")
    store.save(CHOSEN)
    assert store.load() == (CHOSEN, "")


@given(words=st.lists(st.tuples(st.text(), st.text(), st.none() | st.integers(1, 5))), context=st.text())
def test_any_words_survive(
    tmp_path_factory: pytest.TempPathFactory, words: list[tuple[str, str, int | None]], context: str
) -> None:
    store = SettingsStore(tmp_path_factory.mktemp("settings"))
    sets = tuple(WordSet(name, (Hotword(text, weight),), context) for name, text, weight in words)
    store.save(Settings(word_sets=sets))
    assert store.load() == (Settings(word_sets=sets), "")


def test_words_of_a_file_from_before_there_were_lines_as_written(tmp_path: Path) -> None:
    sets = [{"name": "Talks", "hotwords": [{"text": "Boutique", "weight": 4}], "context": "banks"}]
    (tmp_path / FILE_NAME).write_text(json.dumps({"word_sets": sets}))
    words = WordSet("Talks", (Hotword("Boutique", 4),), "banks")
    assert SettingsStore(tmp_path).load() == (Settings(word_sets=(words,)), "")


def test_a_folder_whose_name_is_no_text_survives(tmp_path: Path) -> None:
    store = SettingsStore(tmp_path)
    store.save(Settings(folder=os.fsdecode(b"/home/caf\xe9")))
    assert store.load()[0].folder == os.fsdecode(b"/home/caf\xe9")


def test_a_first_start_has_defaults_and_nothing_to_tell(tmp_path: Path) -> None:
    assert SettingsStore(tmp_path).load() == (Settings(), "")


@pytest.mark.parametrize(
    "damage",
    [b"", b"{", b"\xff\xfe\x00", b"[]", b"null", b"7", b'"text"', b"[" * 100_000],
    ids=["empty", "cut off", "no text", "list", "null", "number", "string", "deep"],
)
def test_a_damaged_file_is_kept_aside_and_said_so(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(damage)
    settings, sentence = SettingsStore(tmp_path).load()
    assert settings == Settings()
    assert "settings.broken-1.json" in sentence
    assert (tmp_path / "settings.broken-1.json").read_bytes() == damage
    assert not (tmp_path / FILE_NAME).exists()


def test_each_damaged_file_is_kept(tmp_path: Path) -> None:
    store = SettingsStore(tmp_path)
    for number in (1, 2, 3):
        (tmp_path / FILE_NAME).write_text(f"damage {number}")
        store.load()
    kept = sorted(path.name for path in tmp_path.iterdir())
    assert kept == ["settings.broken-1.json", "settings.broken-2.json", "settings.broken-3.json"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("source", "telepathy"),
        ("source", ["microphone"]),
        ("microphone", 7),
        ("denoise", None),
        ("text_size", "large"),
        ("text_size", 16.5),
        ("text_size", True),
        ("text_size", -4),
        ("panel_width", 10**9),
        ("panel_shown", 1),
        ("overlay", []),
        ("window", "left"),
        ("word_sets", {}),
        ("services", {}),
        ("services", "fun-asr"),
        ("folder", None),
    ],
)
def test_a_damaged_value_falls_back_alone(tmp_path: Path, field: str, value: object) -> None:
    (tmp_path / FILE_NAME).write_text(json.dumps(asdict(CHOSEN) | {field: value}))
    settings, sentence = SettingsStore(tmp_path).load()
    assert settings == replace(CHOSEN, **{field: getattr(Settings(), field)})
    assert "broken-1" in sentence


@pytest.mark.parametrize("opacity", ["NaN", "Infinity", "7.5", "-1", "null"])
def test_an_impossible_number_falls_back(tmp_path: Path, opacity: str) -> None:
    (tmp_path / FILE_NAME).write_text(f'{{"overlay": {{"opacity": {opacity}, "text_size": 40}}}}')
    assert SettingsStore(tmp_path).load()[0].overlay == OverlaySettings(text_size=40)


def test_of_damaged_word_sets_the_good_ones_stay(tmp_path: Path) -> None:
    good = asdict(CHOSEN.word_sets[0])
    nameless = {"hotwords": [], "context": ""}
    (tmp_path / FILE_NAME).write_text(json.dumps({"word_sets": [7, good, nameless]}))
    settings, sentence = SettingsStore(tmp_path).load()
    assert settings.word_sets == CHOSEN.word_sets
    assert sentence


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("model", None),
        ("endpoint", 7),
        ("workspace", []),
        ("cut", "telepathy"),
        ("push_to_talk", 1),
        ("vad_threshold", 1.1),
        ("vad_threshold", "high"),
        ("vad_silence", 0.1),
        ("vad_silence", 60),
        ("vad_silence", None),
    ],
)
def test_a_damaged_choice_for_a_service_falls_back_alone(tmp_path: Path, field: str, value: object) -> None:
    choice = CHOSEN.services[1]
    (tmp_path / FILE_NAME).write_text(json.dumps({"services": [asdict(choice) | {field: value}]}))
    settings, sentence = SettingsStore(tmp_path).load()
    assert settings.services == (replace(choice, **{field: getattr(ServiceChoice(""), field)}),)
    assert "broken-1" in sentence


def test_choices_for_nobody_are_left_out(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text(json.dumps({"services": [{"model": "m"}, 7, {"engine": "vllm"}]}))
    settings, sentence = SettingsStore(tmp_path).load()
    assert settings.services == (ServiceChoice("vllm"),)
    assert sentence


def test_settings_of_a_newer_version_are_ignored_quietly(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text(json.dumps(asdict(CHOSEN) | {"hologram": {"depth": 3}}))
    assert SettingsStore(tmp_path).load() == (CHOSEN, "")


def test_two_programs_keep_each_others_changes(tmp_path: Path) -> None:
    SettingsStore(tmp_path).save(CHOSEN)
    one, other = SettingsStore(tmp_path), SettingsStore(tmp_path)
    mine, yours = one.load()[0], other.load()[0]
    words = (*CHOSEN.word_sets, WordSet("Law"))
    one.save(replace(mine, word_sets=words))
    other.save(replace(yours, text_size=30))
    other.save(replace(yours, text_size=31))
    one.save(replace(mine, word_sets=words, panel_width=400))
    assert one.load() == (replace(CHOSEN, word_sets=words, text_size=31, panel_width=400), "")


def test_two_programs_that_begin_on_a_new_computer_do_so_too(tmp_path: Path) -> None:
    one, other = SettingsStore(tmp_path), SettingsStore(tmp_path)
    mine, yours = one.load()[0], other.load()[0]
    one.save(replace(mine, word_sets=CHOSEN.word_sets))
    other.save(replace(yours, text_size=30))
    assert one.load() == (Settings(word_sets=CHOSEN.word_sets, text_size=30), "")


def test_settings_damaged_meanwhile_are_written_anew(tmp_path: Path) -> None:
    SettingsStore(tmp_path).save(CHOSEN)
    store = SettingsStore(tmp_path)
    settings, _ = store.load()
    (tmp_path / FILE_NAME).write_text("{")
    store.save(replace(settings, text_size=30))
    assert store.load() == (replace(CHOSEN, text_size=30), "")


def test_a_folder_in_the_way_is_said_and_left(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).mkdir()
    settings, sentence = SettingsStore(tmp_path).load()
    assert settings == Settings()
    assert "can't be read" in sentence


def test_a_file_in_the_place_of_the_folder_is_an_output_error(tmp_path: Path) -> None:
    (tmp_path / "profile").write_text("")
    with pytest.raises(OutputError, match="can't be saved"):
        SettingsStore(tmp_path / "profile").save(Settings())


def test_a_full_disk_keeps_the_settings_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = SettingsStore(tmp_path)
    store.save(CHOSEN)

    def full(self: Path, *args: object, **kwargs: object) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", full)
        with pytest.raises(OutputError, match="the disk is full"):
            store.save(Settings())
    assert store.load() == (CHOSEN, "")
    assert [path.name for path in tmp_path.iterdir()] == [FILE_NAME]
    store.save(Settings())
    assert store.load() == (Settings(), "")
