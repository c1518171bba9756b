"""What the computer plays, from a real sound server; the other systems as far as they can be had here."""

from __future__ import annotations

import os
import sys
import threading
import time
from itertools import takewhile
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from app.audio import monitors, virtual_output
from app.audio.base import SoundSource
from app.audio.devices import InputDevice
from app.audio.loopback import RATE, Loopbacks
from app.audio.microphone import Microphone
from app.audio.system_sound import outputs
from app.audio.virtual_output import VirtualOutputs, virtual
from app.domain.audio import AudioFormat
from app.domain.errors import DeviceLostError, InputError
from tests.audio.sounds import chatter, write_wav
from tests.audio.test_microphone import likeness, record
from tests.harness.pulse import MICROPHONE, SPEAKERS, SPEAKERS_NAME, PulseServer

pytestmark = pytest.mark.xdist_group("sound")

MONITOR = f"{SPEAKERS}.monitor"


def system_sound(key: str | None = None, name: str = "") -> SoundSource:
    return outputs("linux").source(key, name)


def test_outputs_have_the_names_that_the_desktop_shows(pulse: PulseServer) -> None:
    number = pulse.add_output("headset", "Kopfhörer 耳机")
    found = outputs("linux").found()
    pulse.unload(number)
    assert found[0] == InputDevice(MONITOR, SPEAKERS_NAME, True)
    assert InputDevice("headset.monitor", "Kopfhörer 耳机", False) in found


def test_what_is_played_is_what_is_heard(pulse: PulseServer, tmp_path: Path) -> None:
    voice = chatter(2)
    source = system_sound(MONITOR, SPEAKERS_NAME)
    fmt = source.open()
    source.read()
    player = pulse.play(write_wav(tmp_path / "voice.wav", voice), SPEAKERS)
    heard = record(source, 3, fmt.rate)
    source.close()
    player.wait(5)
    assert fmt == AudioFormat(48000, 2)
    assert likeness(heard[:, 0], voice) > 0.98


def test_the_default_output_is_followed_from_one_start_to_the_next(
    pulse: PulseServer, tmp_path: Path
) -> None:
    number = pulse.add_output("headset", "Headset", channels=1, rate=16000)
    formats = []
    for sink in ("headset", SPEAKERS):
        pulse.pactl("set-default-sink", sink)
        source = system_sound()
        formats.append(source.open())
        source.close()
    pulse.unload(number)
    assert formats == [AudioFormat(16000, 1), AudioFormat(48000, 2)]


def test_microphone_and_system_sound_do_not_hear_each_other(pulse: PulseServer, tmp_path: Path) -> None:
    voice = chatter(1)
    here, there = Microphone(MICROPHONE), system_sound()
    here.open()
    there.open()
    here.read()
    there.read()
    player = pulse.play(write_wav(tmp_path / "voice.wav", voice), SPEAKERS)
    played, silence = record(there, 1.5, 48000), record(here, 1.5, 48000)
    here.close()
    there.close()
    player.wait(5)
    assert np.abs(played).max() > 0.3
    assert np.abs(silence).max() < 0.001


def test_an_output_that_goes_is_noticed_and_one_that_stays_is_not(pulse: PulseServer) -> None:
    number = pulse.add_output("usb", "USB speakers")
    source = system_sound("usb.monitor")
    source.open()
    # Longer than it takes to look whether it went before anybody watched.
    record(source, 1.5, 48000)
    pulse.unload(number)
    began = time.monotonic()
    with pytest.raises(DeviceLostError, match=r"“USB speakers” stopped delivering sound\..*another output"):
        list(takewhile(lambda _: time.monotonic() - began < 10, iter(source.read, None)))
    source.close()
    assert time.monotonic() - began < 3


def test_an_output_that_is_not_there_is_named(pulse: PulseServer) -> None:
    with pytest.raises(InputError, match="The output “Beamer” is not connected"):
        system_sound("alsa_output.hdmi.monitor", "Beamer").open()


def test_a_server_without_outputs_is_told() -> None:
    with PulseServer() as server:
        for number in ("3", "2", "1"):
            server.unload(number)
        assert outputs("linux").found() == []
        assert "there is no output" in str(outputs("linux").why_none())
        with pytest.raises(InputError, match="there is no output"):
            system_sound().open()


def test_without_a_server_there_is_a_sentence() -> None:
    with PulseServer() as server:
        server.stop()
        assert outputs("linux").found() == []
        assert "no sound server answers" in str(outputs("linux").why_none())
        with pytest.raises(InputError, match="no sound server answers"):
            system_sound().open()


def test_a_server_that_lets_nobody_in_is_called_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tool = tmp_path / "pactl"
    tool.write_text("#!/bin/sh\necho 'Connection failure: Access denied' >&2\nexit 1\n")
    tool.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert outputs("linux").found() == []
    assert "does not let Surtitle in. Allow programs" in str(outputs("linux").why_none())


def test_a_missing_library_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(monitors, "library_found", lambda: False)
    assert outputs("linux").found() == []
    assert "PortAudio is missing" in str(outputs("linux").why_none())


# macOS


def inputs(*names: str) -> list[InputDevice]:
    return [InputDevice(name, name, number == 0) for number, name in enumerate(names)]


def test_virtual_devices_are_known_by_name() -> None:
    found = virtual(inputs("MacBook Pro Microphone", "BlackHole 2ch", "Loopback Audio", "Aggregate Device"))
    assert [(device.name, device.default) for device in found] == [
        ("BlackHole 2ch", True),
        ("Loopback Audio", False),
        ("Aggregate Device", False),
    ]
    assert virtual(inputs("MacBook Pro Microphone", "AirPods", "External Microphone")) == []


def test_macos_without_a_virtual_device_gets_a_guide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(virtual_output, "list_inputs", lambda: inputs("MacBook Pro Microphone"))
    system = outputs("darwin")
    assert isinstance(system, VirtualOutputs)
    assert system.found() == []
    assert "BlackHole" in str(system.why_none())
    with pytest.raises(InputError, match="virtual device"):
        system.source(None, "").open()


# Windows: the seam to the library alone.


class FakeRecorder:
    def __init__(self) -> None:
        self.entered = self.left = 0
        self.fails = False

    def __enter__(self) -> FakeRecorder:
        self.entered += 1
        return self

    def __exit__(self, *_: object) -> None:
        self.left += 1

    def record(self, frames: int) -> np.ndarray:
        if self.fails:
            raise RuntimeError("Error 0x88890004")
        return np.zeros((frames, 2), np.float32)


class FakeDevice:
    channels = 2

    def __init__(self, key: str, name: str) -> None:
        self.id = key
        self.name = name
        self.recorded = FakeRecorder()

    def recorder(self, rate: int, blocksize: int) -> FakeRecorder:
        assert rate == RATE
        return self.recorded


@pytest.fixture
def soundcard(monkeypatch: pytest.MonkeyPatch) -> dict[str, FakeDevice]:
    devices = {key: FakeDevice(key, name) for key, name in (("{a}", "Lautsprecher"), ("{b}", "Headset"))}

    def microphone(key: str, include_loopback: bool) -> FakeDevice:
        assert include_loopback
        if key not in devices:
            raise IndexError(f"no device with id {key}")
        return devices[key]

    library = ModuleType("soundcard")
    library.all_speakers = lambda: list(devices.values())  # type: ignore[attr-defined]
    library.default_speaker = lambda: devices["{b}"]  # type: ignore[attr-defined]
    library.get_microphone = microphone  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "soundcard", library)
    return devices


def test_windows_outputs_are_listed_the_default_first(soundcard: dict[str, FakeDevice]) -> None:
    found = outputs("win32").found()
    assert found == [InputDevice("{b}", "Headset", True), InputDevice("{a}", "Lautsprecher", False)]


def test_windows_loopback_delivers_blocks_until_it_is_closed(soundcard: dict[str, FakeDevice]) -> None:
    source = Loopbacks().source(None, "")
    assert source.open() == AudioFormat(RATE, 2)
    block = source.read()
    assert block is not None
    assert block.samples.shape == (RATE // 25, 2)
    source.close()
    source.close()
    assert source.read() is None
    recorder = soundcard["{b}"].recorded
    assert (recorder.entered, recorder.left) == (1, 1)


def test_windows_loopback_is_closed_by_another_thread_while_it_opens(
    soundcard: dict[str, FakeDevice],
) -> None:
    source = Loopbacks().source("{a}", "")
    closing = threading.Thread(target=source.close)
    closing.start()
    closing.join()
    source.open()
    assert source.read() is None
    assert soundcard["{a}"].recorded.left == 1


def test_windows_outputs_that_are_gone_are_named(soundcard: dict[str, FakeDevice]) -> None:
    with pytest.raises(InputError, match="“Beamer” can't be heard"):
        Loopbacks().source("{c}", "Beamer").open()
    source = Loopbacks().source("{a}", "")
    source.open()
    soundcard["{a}"].recorded.fails = True
    with pytest.raises(DeviceLostError, match="“Lautsprecher” stopped delivering sound"):
        source.read()
    source.close()
    assert soundcard["{a}"].recorded.left == 1


def test_windows_that_does_not_say_which_outputs_there_are_is_told(
    soundcard: dict[str, FakeDevice], monkeypatch: pytest.MonkeyPatch
) -> None:
    def unplugged() -> None:
        raise RuntimeError("Error 0x88890004")

    monkeypatch.setattr(sys.modules["soundcard"], "default_speaker", unplugged)
    with pytest.raises(InputError, match="does not say which outputs"):
        outputs("win32").found()
