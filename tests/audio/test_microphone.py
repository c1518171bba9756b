from __future__ import annotations

import threading
import time
from dataclasses import replace
from itertools import takewhile
from pathlib import Path

import numpy as np
import psutil
import pytest

from app.audio import microphone as microphone_module
from app.audio.devices import InputDevice, Opening, find_input
from app.audio.following import Following
from app.audio.kind import Wish
from app.audio.microphone import Microphone, explain
from app.audio.microphones import microphones
from app.audio.portaudio import Device
from app.audio.ring import Ring
from app.domain.audio import AudioFormat
from app.domain.errors import DeviceLostError, InputError
from tests.audio.sounds import chatter, write_wav
from tests.harness.pulse import MICROPHONE, PulseServer

pytestmark = pytest.mark.xdist_group("sound")

GONE = Device(999, "Gone", "ALSA", 48000, 1, False)


def record(microphone: Microphone, seconds: float, rate: int) -> np.ndarray:
    """Read so many seconds; shape (n, channels)."""
    blocks, length = [], 0
    while length < seconds * rate:
        blocks.append(microphone.read().samples)
        length += len(blocks[-1])
    return np.concatenate(blocks)


def likeness(heard: np.ndarray, played: np.ndarray) -> float:
    """Correlation of what was played with where it is found in what was heard."""
    lags = np.fft.irfft(np.fft.rfft(heard, len(heard)) * np.conj(np.fft.rfft(played, len(heard))), len(heard))
    found = heard[int(lags.argmax()) :][: len(played)]
    return float(np.corrcoef(found, played[: len(found)])[0, 1])


def read_until_lost(microphone: Microphone) -> float:
    """Read until the microphone is lost; return the seconds that took."""
    began = time.monotonic()
    with pytest.raises(DeviceLostError, match="stopped delivering sound"):
        list(takewhile(lambda _: time.monotonic() - began < 10, iter(microphone.read, None)))
    return time.monotonic() - began


def test_what_is_said_is_what_is_heard(pulse: PulseServer, tmp_path: Path) -> None:
    voice = chatter(2)
    microphone = Microphone(MICROPHONE)
    fmt = microphone.open()
    # What is played before the first block is lost.
    microphone.read()
    player = pulse.play(write_wav(tmp_path / "voice.wav", voice))
    heard = record(microphone, 3, fmt.rate)
    microphone.close()
    player.wait(5)
    assert fmt == AudioFormat(48000, 1)
    assert likeness(heard[:, 0], voice) > 0.98


def test_a_microphone_has_its_own_rate_and_channels(pulse: PulseServer, tmp_path: Path) -> None:
    number = pulse.add_microphone("array", "Array", channels=8, rate=44100)
    voice = chatter(1, 44100)
    microphone = Microphone("array")
    fmt = microphone.open()
    microphone.read()
    player = pulse.play(write_wav(tmp_path / "voice.wav", voice, 44100), "arrayfeed")
    heard = record(microphone, 2, fmt.rate)
    microphone.close()
    player.wait(5)
    pulse.unload(number)
    assert fmt == AudioFormat(44100, 8)
    assert likeness(heard[:, 0], voice) > 0.98


def test_two_microphones_at_once_do_not_hear_each_other(pulse: PulseServer, tmp_path: Path) -> None:
    number = pulse.add_microphone("other", "Other")
    voice = chatter(1)
    first, second = Microphone(MICROPHONE), Microphone("other")
    first.open()
    second.open()
    first.read()
    second.read()
    player = pulse.play(write_wav(tmp_path / "voice.wav", voice))
    heard, silence = record(first, 1.5, 48000), record(second, 1.5, 48000)
    first.close()
    second.close()
    player.wait(5)
    pulse.unload(number)
    assert np.abs(heard).max() > 0.3
    assert np.abs(silence).max() < 0.001


def test_blocks_are_50_ms(pulse: PulseServer) -> None:
    microphone = Microphone()
    microphone.open()
    lengths = {len(microphone.read().samples) for _ in range(5)}
    microphone.close()
    assert lengths == {2400}


def test_a_late_reader_learns_what_was_given_up(pulse: PulseServer, monkeypatch: pytest.MonkeyPatch) -> None:
    came = 0

    class Counted(Ring):
        def put(self, samples: np.ndarray, lost: int = 0, at: float | None = None) -> None:
            nonlocal came
            super().put(samples, lost, at)
            came += len(samples) + lost

    monkeypatch.setattr(microphone_module, "_KEPT_SECONDS", 0.2)
    monkeypatch.setattr(microphone_module, "Ring", Counted)
    microphone = Microphone()
    microphone.open()
    first = microphone.read()
    while came < 48000:
        time.sleep(0.02)
    late = microphone.read()
    microphone.close()
    rest = list(iter(microphone.read, None))
    assert late.lost > 48000 * 0.5
    assert sum(len(block.samples) + block.lost for block in (first, late, *rest)) == came


def test_closing_ends_a_wait_at_once(pulse: PulseServer) -> None:
    microphone = Microphone()
    microphone.open()
    ended = threading.Event()

    def read_on() -> None:
        while microphone.read() is not None:
            pass
        ended.set()

    reader = threading.Thread(target=read_on)
    reader.start()
    time.sleep(0.1)
    microphone.close()
    assert ended.wait(2)
    reader.join()
    microphone.close()


def test_closing_while_it_opens_leaves_nothing_open(pulse: PulseServer) -> None:
    before = pulse.pactl("list", "short", "source-outputs")
    microphone = Microphone()
    microphone.close()
    microphone.open()
    # It may have heard a little; what matters is that this ends.
    list(iter(microphone.read, None))
    assert pulse.pactl("list", "short", "source-outputs") == before


def test_a_hundred_times_on_and_off_leaves_nothing(pulse: PulseServer) -> None:
    def left() -> tuple[int, ...]:
        process = psutil.Process()
        recordings = pulse.pactl("list", "short", "source-outputs").splitlines()
        return process.num_threads(), process.num_fds(), len(process.children()), len(recordings)

    def once() -> None:
        microphone = Microphone(MICROPHONE)
        microphone.open()
        microphone.close()

    once()
    before = left()
    for _ in range(100):
        once()
    # Fewer is well: what tests before this one left to the libraries may end meanwhile.
    assert all(now <= then for now, then in zip(left(), before, strict=True))


def test_unplugging_is_noticed_though_nothing_comes_any_more(
    pulse: PulseServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = pulse.add_microphone("usb", "USB microphone")
    microphone = Microphone("usb")
    microphone.open()
    microphone.read()
    # As PipeWire does: the stream stays, and falls silent.
    monkeypatch.setattr(microphone._ring, "put", lambda *_: None)
    monkeypatch.setattr(microphone, "_patience", 30.0)
    pulse.unload(number)
    took = read_until_lost(microphone)
    microphone.close()
    assert took < 3


def test_unplugging_is_noticed_though_the_server_passes_on_another_microphone(pulse: PulseServer) -> None:
    number = pulse.add_microphone("usb", "USB microphone")
    microphone = Microphone("usb")
    microphone.open()
    microphone.read()
    pulse.unload(number)
    took = read_until_lost(microphone)
    microphone.close()
    assert took < 3


def test_the_end_of_the_sound_server_is_noticed() -> None:
    with PulseServer() as server:
        microphone = Microphone()
        microphone.open()
        microphone.read()
        server.stop()
        took = read_until_lost(microphone)
        microphone.close()
    assert took < 1


def test_a_microphone_that_falls_silent_is_given_up(
    pulse: PulseServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(microphone_module, "_PATIENCE", 0.3)
    microphone = Microphone()
    microphone.open()
    microphone.read()
    microphone._stream.abort()
    microphone._ring._closed = False
    took = read_until_lost(microphone)
    microphone.close()
    assert took < 2


def test_a_rate_of_zero_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    opening = Opening(InputDevice("a", "Odd microphone", True), GONE, AudioFormat(0, 1))
    monkeypatch.setattr(microphone_module, "find_input", lambda *_: opening)
    with pytest.raises(InputError, match="“Odd microphone” reports a sample rate of 0 Hz"):
        Microphone().open()


@pytest.mark.parametrize("there", [True, False], ids=["refused", "gone from the list"])
def test_a_device_that_can_not_be_opened_is_told(
    there: bool, pulse: PulseServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = find_input(None).entry if there else GONE
    opening = Opening(InputDevice("a", "Broken", True), entry, AudioFormat(48000, 999))
    monkeypatch.setattr(microphone_module, "find_input", lambda *_: opening)
    with pytest.raises(InputError, match="“Broken” can't be opened"):
        Microphone().open()


def test_a_device_whose_number_is_another_ones_by_now_is_looked_for_again(
    pulse: PulseServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = find_input(None)
    found = [replace(right, entry=replace(right.entry, name="Unplugged since")), right]
    monkeypatch.setattr(microphone_module, "find_input", lambda *_: found.pop(0))
    microphone = Microphone()
    microphone.open()
    assert microphone.read() is not None
    microphone.close()
    assert found == []


REFUSALS = [
    ("linux", ("Device unavailable", -9985), "“Mic” is in use by another program. Close that program"),
    ("win32", ("host", -9999, (13, -2004287478, "")), "“Mic” is in use by another program."),
    ("win32", ("host", -9999, (13, -2147024891, "")), "Programs may not use “Mic”. Allow it in Settings"),
    ("darwin", ("host", -9999, (5, -50, "")), "Programs may not use “Mic”. Allow Surtitle in System"),
    ("linux", ("Invalid sample rate", -9997), "“Mic” changed its sample rate"),
    ("linux", ("Internal error", -9986), "“Mic” can't be opened. Check that it is plugged in"),
    ("linux", ("no number",), "“Mic” can't be opened."),
]


@pytest.mark.parametrize(("platform", "told", "sentence"), REFUSALS)
def test_a_refusal_says_what_to_do(platform: str, told: tuple[object, ...], sentence: str) -> None:
    assert str(explain("Mic", RuntimeError(*told), platform=platform)).startswith(sentence)


def test_one_frame_blocks_are_sound_like_any_other(
    pulse: PulseServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(microphone_module, "_BLOCK_SECONDS", 1 / 48000)
    following = Following(microphones(), Wish(MICROPHONE))
    following.open()
    heard = sum(len(block.samples) + block.lost for block in (following.read() for _ in range(2000)))
    following.close()
    assert heard >= 2000
