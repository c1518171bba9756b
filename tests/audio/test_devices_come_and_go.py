"""With a real PulseAudio and a real PipeWire: unplugged, plugged in, moved, killed, restarted."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from app.audio.following import Following
from app.audio.kind import Wish
from app.audio.microphones import microphones, why_silent
from app.audio.portaudio import STREAM_MARK
from app.audio.pulse import list_sources
from app.audio.server_watch import ServerWatch
from tests.audio.listener import Listener, wait_until
from tests.audio.sounds import hum, write_wav
from tests.harness.pulse import MICROPHONE, MICROPHONE_NAME, PulseServer

pytestmark = pytest.mark.xdist_group("sound")


@pytest.fixture
def headset(server: PulseServer) -> Iterator[Listener]:
    """Listens to a headset that is plugged in beside the other microphone."""
    plug(server)
    listener = Listener(Following(microphones(), Wish("usb", "Headset")))
    listener.wait_for(sound=True)
    yield listener
    listener.close()


def plug(server: PulseServer) -> None:
    server.add_microphone("usb", "Headset")
    wait_until(lambda: "usb" in server.sources())


def test_the_next_best_is_heard_within_moments_and_the_headset_again_when_it_returns(
    server: PulseServer, headset: Listener, tmp_path: Path
) -> None:
    offset = headset.behind()
    server.unplug("usb")
    took = headset.wait_for(sentence=f"“Headset” was unplugged; listening to “{MICROPHONE_NAME}”.")
    assert took < 5
    plug(server)
    headset.wait_for(sentence="“Headset” is back; listening to it again.")
    player = server.play(write_wav(tmp_path / "hum.wav", hum(30)), "usbfeed")
    wait_until(lambda: np.abs(headset.blocks[-1][1].samples).max(initial=0.0) > 0.3)
    player.kill()
    player.wait()
    gaps = headset.gaps()
    assert set(gaps) == {"“Headset” was unplugged."}
    assert gaps["“Headset” was unplugged."] < 5
    assert abs(headset.behind() - offset) < 0.15


def test_a_mute_device_in_between_does_not_hold_up_the_next_one(tmp_path: Path) -> None:
    with PulseServer() as server:
        # Nobody writes into this pipe: it opens as any microphone does, and nothing comes of it.
        server.load("module-pipe-source", "source_name=mute", f"file={tmp_path / 'pipe'}")
        server.pactl("set-default-source", "mute")
        plug(server)
        listener = Listener(Following(microphones(), Wish("usb", "Headset")))
        try:
            listener.wait_for(sound=True)
            server.unplug("usb")
            took = listener.wait_for(sentence=f"“Headset” was unplugged; listening to “{MICROPHONE_NAME}”.")
            # Ten seconds is what a mute one is given where nobody waits for its turn.
            assert took < 5
        finally:
            listener.close()


def test_without_any_device_time_goes_on_until_there_is_one(server: PulseServer, headset: Listener) -> None:
    offset = headset.behind()
    server.unplug(MICROPHONE)
    server.unplug("usb")
    headset.wait_for(
        sentence="“Headset” was unplugged. Plug in a microphone; captions then go on by themselves."
    )
    before = headset.samples
    time.sleep(1.0)
    assert headset.samples - before > 0.5 * headset.rate
    plug(server)
    headset.wait_for(sentence="“Headset” is back.")
    headset.wait_for(sound=True)
    assert "" in headset.sentences
    assert headset.gaps()["“Headset” was unplugged."] > 1.0
    assert abs(headset.behind() - offset) < 0.15


def test_a_server_that_crashes_and_is_started_again_is_heard_again(
    server: PulseServer, headset: Listener
) -> None:
    offset = headset.behind()
    server.kill()
    stopped = "The sound server of this computer stopped."
    headset.wait_for(sentence=f"{stopped} Captions go on by themselves once it runs again.")
    server.start_again()
    headset.wait_for(sentence=f"{stopped.removesuffix('.')}; listening to “{MICROPHONE_NAME}”.")
    headset.wait_for(sound=True)
    plug(server)
    headset.wait_for(sentence="“Headset” is back; listening to it again.")
    assert set(headset.gaps()) == {stopped}
    assert abs(headset.behind() - offset) < 0.15


def test_the_systems_default_is_followed(server: PulseServer) -> None:
    plug(server)
    server.pactl("set-default-source", MICROPHONE)
    wait_until(lambda: any(source.name == MICROPHONE and source.default for source in list_sources() or ()))
    listener = Listener(Following(microphones(), Wish()))
    try:
        listener.wait_for(sound=True)
        server.pactl("set-default-source", "usb")
        listener.wait_for(sentence="Listening to “Headset”, which the system prefers now.")
        assert listener.gaps() == {}
    finally:
        listener.close()


def test_a_recording_that_the_server_moves_is_brought_back(server: PulseServer, headset: Listener) -> None:
    ours = server.pactl("list", "short", "source-outputs").splitlines()
    number = next(line.split("\t")[0] for line in reversed(ours) if STREAM_MARK in detail(server, line))
    back = "Another device was being recorded; “Headset” is back."
    # PipeWire forgets a move that comes right after the stream began.
    for _ in range(10):
        server.pactl("move-source-output", number, MICROPHONE)
        time.sleep(1.0)
        if back in headset.sentences:
            break
    headset.wait_for(sentence=back)


def detail(server: PulseServer, line: str) -> str:
    """All that the server tells of a recording."""
    number = line.split("\t")[0]
    parts = server.pactl("list", "source-outputs").split("Source Output #")
    return next(part for part in parts if part.startswith(f"{number}\n"))


def test_a_muted_microphone_is_called_so(server: PulseServer) -> None:
    device = microphones().present()[0]
    assert "mute switch" in why_silent(device, True, "linux")
    assert "Next to nothing" in why_silent(device, False, "linux")
    assert "allowed to hear it?" in why_silent(device, True, "darwin")
    server.pactl("set-source-mute", device.key, "1")
    assert why_silent(device, True) == (
        f"“{MICROPHONE_NAME}” is muted in the sound settings of this computer. Turn it on there."
    )
    server.pactl("set-source-mute", device.key, "0")
    server.pactl("set-source-volume", device.key, "0%")
    assert "is muted" in why_silent(device, True)


def test_the_watch_hears_of_devices_and_outlives_the_server(server: PulseServer) -> None:
    watch = ServerWatch()
    try:
        # Once it surely listens it says so by itself.
        wait_until(watch.changed)
        plug(server)
        wait_until(watch.changed)
        server.kill()
        wait_until(watch.changed)
        server.start_again()
        wait_until(watch.changed)
    finally:
        watch.close()
        watch.close()
    assert not watch.changed()


def test_two_lanes_go_on_side_by_side_on_one_clock(server: PulseServer) -> None:
    plug(server)
    lanes = [Listener(Following(microphones(), Wish(key))) for key in ("usb", MICROPHONE)]
    try:
        for lane in lanes:
            lane.wait_for(sound=True)
        time.sleep(1.0)
        before = [lane.behind() for lane in lanes]
        server.kill()
        stopped = "The sound server of this computer stopped."
        for lane in lanes:
            lane.wait_for(sentence=f"{stopped} Captions go on by themselves once it runs again.")
        server.start_again()
        for lane in lanes:
            lane.wait_for(sentence="")
            lane.wait_for(sound=True)
        time.sleep(1.0)
        for lane, offset in zip(lanes, before, strict=True):
            assert abs(lane.behind() - offset) < 0.1
        assert [set(lane.gaps()) for lane in lanes] == [{stopped}, {stopped}]
    finally:
        for lane in lanes:
            lane.close()
