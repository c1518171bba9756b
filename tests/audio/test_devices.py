from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from app.audio import devices
from app.audio.devices import InputDevice, find_input, list_inputs, tell_apart, why_no_inputs
from app.audio.microphone import Microphone
from app.audio.portaudio import PORTAUDIO, Device
from app.domain.errors import InputError
from tests.harness.pulse import MICROPHONE, MICROPHONE_NAME, PulseServer

pytestmark = pytest.mark.xdist_group("sound")


def device(index: int, name: str, host: str, *, inputs: int = 2, default: bool = False) -> Device:
    return Device(index, name, host, 48000, inputs, default)


def have(monkeypatch: pytest.MonkeyPatch, *found: Device) -> None:
    """Let PortAudio find these and no sound server."""
    for name in ("devices", "refreshed"):
        monkeypatch.setattr(type(PORTAUDIO), name, lambda self: list(found))
    monkeypatch.setattr(devices, "list_sources", lambda: None)
    monkeypatch.setattr(devices, "has_sound_cards", lambda: True)


def test_microphones_have_the_names_people_know(pulse: PulseServer) -> None:
    assert list_inputs() == [InputDevice(MICROPHONE, MICROPHONE_NAME, True)]
    assert why_no_inputs() == ""


def test_a_sound_server_is_asked_without_portaudio(
    pulse: PulseServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unwanted(self: object) -> list[Device]:
        raise AssertionError("30 MB that a recording never needs")

    monkeypatch.setattr(type(PORTAUDIO), "refreshed", unwanted)
    assert [found.name for found in list_inputs()] == ["Test Microphone"]


def test_a_microphone_plugged_in_later_appears(pulse: PulseServer) -> None:
    before = len(list_inputs())
    number = pulse.add_microphone("later", "Headset")
    after = list_inputs()
    pulse.unload(number)
    assert [found.name for found in after[before:]] == ["Headset"]
    assert len(list_inputs()) == before


def test_two_of_one_name_are_told_apart(pulse: PulseServer) -> None:
    numbers = [pulse.add_microphone(name, "Twin") for name in ("twin1", "twin2")]
    twins = [(found.key, found.name) for found in list_inputs()[1:]]
    for number in numbers:
        pulse.unload(number)
    assert twins == [("twin1", "Twin"), ("twin2", "Twin (2)")]


def test_the_list_can_be_asked_for_while_a_microphone_is_open(pulse: PulseServer) -> None:
    microphone = Microphone()
    microphone.open()
    assert list_inputs()
    assert microphone.read() is not None
    assert microphone.read() is not None
    microphone.close()


def test_without_a_sound_server_there_is_a_sentence() -> None:
    with PulseServer() as server:
        server.stop()
        assert list_inputs() == []
        assert "No microphone was found." in why_no_inputs()


def test_a_server_that_lets_nobody_in_is_called_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tool = tmp_path / "pactl"
    tool.write_text("#!/bin/sh\necho 'Connection failure: Access denied' >&2\nexit 1\n")
    tool.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(devices, "has_sound_cards", lambda: False)
    assert list_inputs() == []
    assert "does not let Surtitle in. Allow programs" in why_no_inputs()


def test_a_server_without_microphones_does_not_offer_the_speakers() -> None:
    with PulseServer() as server:
        server.unload("3")
        assert list_inputs() == []
        with pytest.raises(InputError, match="No microphone was found"):
            find_input(None)


@pytest.mark.parametrize("ask", [list_inputs, why_no_inputs])
def test_a_missing_library_is_told_and_how_to_get_it(monkeypatch: pytest.MonkeyPatch, ask) -> None:
    class Missing:
        def find_spec(self, name: str, path: object, target: object = None) -> None:
            if name == "sounddevice":
                raise OSError("PortAudio library not found")

    monkeypatch.setattr(devices, "library_found", lambda: False)
    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Missing(), *sys.meta_path])
    answer = ask()
    assert answer == [] or "PortAudio is missing" in answer
    assert answer == [] or "nstall" in answer


def test_each_microphone_is_shown_through_one_sound_system(monkeypatch: pytest.MonkeyPatch) -> None:
    have(
        monkeypatch,
        device(0, "Microphone (USB)", "MME", default=True),
        device(1, "Microphone (USB)", "Windows DirectSound"),
        device(2, "Array (Realtek)", "Windows WASAPI"),
        device(3, "Microphone (USB)", "Windows WASAPI", default=True),
        device(4, "Speakers", "Windows WASAPI", inputs=0),
    )
    assert list_inputs() == [
        InputDevice("Microphone (USB)", "Microphone (USB)", True),
        InputDevice("Array (Realtek)", "Array (Realtek)", False),
    ]
    assert find_input("Array (Realtek)").entry.index == 2
    assert find_input(None).entry.index == 3


def test_alsa_without_a_server_shows_cards_and_no_plugins(monkeypatch: pytest.MonkeyPatch) -> None:
    have(
        monkeypatch,
        device(0, "USB Audio: - (hw:1,0)", "ALSA"),
        device(1, "upmix", "ALSA"),
        device(2, "default", "ALSA", default=True),
    )
    assert [found.name for found in list_inputs()] == ["Default microphone", "USB Audio: - (hw:1,0)"]


def test_a_microphone_that_is_gone_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    have(monkeypatch, device(0, "Microphone", "Core Audio"))
    with pytest.raises(InputError, match="“Headset” is not connected"):
        find_input("Headset")
    with pytest.raises(InputError, match="“Jabra Headset” is not connected"):
        find_input("alsa_input.usb-0b0e", "Jabra Headset")


def test_names_are_numbered_only_where_they_must() -> None:
    assert tell_apart(["a", "b", "a", "a"]) == ["a", "b", "a (2)", "a (3)"]


def test_a_sound_system_that_is_ill_is_told_and_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    import sounddevice

    def ill(*_: object) -> None:
        raise sounddevice.PortAudioError("Unanticipated host error", -9999)

    with PulseServer() as server:
        with monkeypatch.context() as patch:
            patch.setattr(sounddevice, "_initialize", ill)
            with pytest.raises(InputError, match="does not say which devices there are"):
                PORTAUDIO.refreshed()
        assert any(device.name == "pulse" for device in PORTAUDIO.refreshed())
        assert server.pactl("info")
