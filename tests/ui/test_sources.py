"""Which sound was chosen, and the list of microphones."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.domain.errors import InputError
from app.domain.request import (
    MeetingSource,
    MicrophoneSource,
    Pace,
    RecordingSource,
    SampleSource,
    SystemSource,
)
from app.settings import Settings, SourceKind
from app.ui.sources import DeviceList, SourceChoice, choice_of
from tests.fakes.service import FakeDevice

BUILT_IN = FakeDevice("built-in", "Built-in microphone", default=True)
USB = FakeDevice("usb", "USB headset")


def listed(qtbot: QtBot, *devices: FakeDevice) -> DeviceList:
    microphones = DeviceList(lambda: devices)
    with qtbot.waitSignal(microphones.listed, timeout=2000):
        microphones.refresh()
    return microphones


@pytest.mark.parametrize(
    ("choice", "spec"),
    [
        (SourceChoice(), MicrophoneSource(None)),
        (SourceChoice(SourceKind.MICROPHONE, "usb", "USB headset"), MicrophoneSource("usb", "USB headset")),
        (SourceChoice(SourceKind.SYSTEM, output="tv", output_name="TV"), SystemSource("tv", "TV")),
        (
            SourceChoice(SourceKind.MEETING, "usb", "USB headset", output="tv", output_name="TV"),
            MeetingSource(MicrophoneSource("usb", "USB headset"), SystemSource("tv", "TV")),
        ),
        (SourceChoice(SourceKind.SAMPLE), SampleSource(Pace.FAST)),
        (SourceChoice(SourceKind.RECORDING, path=Path("a.mp4")), RecordingSource(Path("a.mp4"), Pace.FAST)),
        (SourceChoice(SourceKind.RECORDING), None),
    ],
)
def test_a_choice_is_told_to_the_service(choice: SourceChoice, spec: object) -> None:
    assert choice.spec(Pace.FAST) == spec


def test_what_plays_along_in_real_time_is_heard() -> None:
    assert SourceChoice(SourceKind.SAMPLE).spec(Pace.REALTIME) == SampleSource(Pace.REALTIME, aloud=True)


def test_the_microphone_of_the_last_time_is_chosen_again() -> None:
    settings = Settings(microphone="usb", microphone_name="USB headset")
    assert choice_of(settings) == SourceChoice(SourceKind.MICROPHONE, "usb", "USB headset")


def test_the_meeting_of_the_last_time_is_chosen_again() -> None:
    settings = Settings(source=SourceKind.MEETING, microphone="usb", output="tv", output_name="TV")
    choice = choice_of(settings)
    assert choice == SourceChoice(SourceKind.MEETING, "usb", output="tv", output_name="TV")


def test_a_recording_of_the_last_time_is_not_opened_by_itself() -> None:
    assert choice_of(Settings(source=SourceKind.RECORDING)).kind is SourceKind.MICROPHONE


def test_the_default_microphone_is_called_by_its_name(qtbot: QtBot) -> None:
    microphones = listed(qtbot, BUILT_IN, USB)
    assert microphones.name_of(None) == "Built-in microphone"
    assert microphones.name_of("usb") == "USB headset"


def test_an_unplugged_microphone_keeps_its_name_and_is_missing(qtbot: QtBot) -> None:
    microphones = listed(qtbot, BUILT_IN)
    assert microphones.name_of("usb", "USB headset") == "USB headset"
    assert microphones.missing("usb")
    assert not microphones.missing(None)


def test_before_anybody_looked_nothing_is_missing() -> None:
    microphones = DeviceList(list)
    assert not microphones.missing("usb")
    assert microphones.problem == ""


def test_no_microphone_is_said(qtbot: QtBot) -> None:
    assert "No device was found" in listed(qtbot).problem


def test_what_to_install_is_said(qtbot: QtBot) -> None:
    def look() -> list[FakeDevice]:
        raise InputError("PortAudio is missing.", "Install libportaudio2.")

    microphones = DeviceList(look)
    with qtbot.waitSignal(microphones.listed, timeout=2000):
        microphones.refresh()
    assert microphones.problem == "PortAudio is missing. Install libportaudio2."


def test_the_same_list_is_no_news(qtbot: QtBot) -> None:
    microphones = listed(qtbot, BUILT_IN)
    with qtbot.assertNotEmitted(microphones.listed, wait=100):
        microphones.refresh()


def test_a_sound_system_that_hangs_holds_nobody_up(qtbot: QtBot) -> None:
    asked, go_on = threading.Event(), threading.Event()

    def look() -> list[FakeDevice]:
        asked.set()
        go_on.wait(5)
        return [BUILT_IN]

    microphones = DeviceList(look)
    microphones.refresh()
    microphones.refresh()
    assert asked.wait(2)
    microphones.close()
    with qtbot.assertNotEmitted(microphones.listed, wait=100):
        go_on.set()


def test_what_changes_while_somebody_looks_is_looked_at_again(qtbot: QtBot) -> None:
    asked, go_on = threading.Event(), threading.Event()
    plugged_in = [BUILT_IN]

    def look() -> list[FakeDevice]:
        found = list(plugged_in)
        asked.set()
        go_on.wait(5)
        return found

    microphones = DeviceList(look)
    microphones.refresh()
    assert asked.wait(2)
    plugged_in.append(USB)
    microphones.refresh()
    go_on.set()
    qtbot.waitUntil(lambda: microphones.devices == (BUILT_IN, USB), timeout=2000)
    qtbot.waitUntil(lambda: not microphones._waiting.isActive(), timeout=2000)


def test_a_defect_while_looking_is_told_and_the_next_look_happens(qtbot: QtBot) -> None:
    looks: list[int] = []

    def look() -> list[FakeDevice]:
        looks.append(1)
        if len(looks) == 1:
            raise RuntimeError("Error 0x88890004")
        return [USB]

    devices = DeviceList(look)
    with qtbot.waitSignal(devices.listed, timeout=2000):
        devices.refresh()
    assert "can't be listed" in devices.problem
    with qtbot.waitSignal(devices.listed, timeout=2000):
        devices.refresh()
    assert (devices.devices, devices.problem) == ((USB,), "")
