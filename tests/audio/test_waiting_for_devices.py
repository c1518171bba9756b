"""With a real PulseAudio and a real PipeWire: no device at the start, and headsets without a cable."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest

from app.audio import scout
from app.audio.devices import sounds_wireless
from app.audio.following import Following
from app.audio.kind import Kind, Wish
from app.audio.microphones import microphones
from app.audio.system_sound import played
from tests.audio.listener import PATIENCE, Listener, wait_until
from tests.harness.pulse import MICROPHONE, MICROPHONE_NAME, SPEAKERS, SPEAKERS_NAME, PulseServer

pytestmark = pytest.mark.xdist_group("sound")

BLUETOOTH = "device.bus=bluetooth"


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Headsets have more time to be back, on machines that need long to bring one back."""
    monkeypatch.setattr(scout, "_GRACE", PATIENCE)


@pytest.fixture
def listen() -> Iterator[Callable[..., Listener]]:
    """Listens to devices of a kind, until the test is over."""
    listeners: list[Listener] = []

    def listen(kind: Kind, key: str | None = None, name: str = "") -> Listener:
        listener = Listener(Following(kind, Wish(key, name)))
        listeners.append(listener)
        return listener

    yield listen
    for listener in listeners:
        listener.close()


def test_a_list_that_is_empty_is_waited_out(server: PulseServer, listen: Callable[..., Listener]) -> None:
    server.unplug(MICROPHONE)
    wait_until(lambda: MICROPHONE not in server.sources())
    listener = listen(microphones(), "usb", "Headset")
    listener.wait_for(sentence="No microphone was found. Plug one in. Captions begin once there is sound.")
    server.add_microphone("usb", "Headset")
    assert listener.wait_for(sound=True) < PATIENCE / 4
    listener.wait_for(sentence="Listening to “Headset”.")
    assert set(listener.gaps()) == {"No microphone was found."}
    assert abs(listener.behind()) < 0.2


@pytest.mark.parametrize(
    ("kind", "missing", "found"),
    [
        (microphones, "No microphone was found.", MICROPHONE_NAME),
        (played, "System sound can't be heard: no sound server answers.", SPEAKERS_NAME),
    ],
    ids=["microphone", "system sound"],
)
def test_a_server_that_is_not_there_is_waited_for(
    listen: Callable[..., Listener], kind: Callable[[], Kind], missing: str, found: str
) -> None:
    with PulseServer() as server:
        server.kill()
        listener = listen(kind())
        wait_until(lambda: any(said.startswith(missing) for said in listener.sentences))
        time.sleep(0.5)
        server.start_again()
        assert listener.wait_for(sound=True) < PATIENCE / 4
        listener.wait_for(sentence=f"Listening to “{found}”.")
        assert set(listener.gaps()) == {missing}
        assert abs(listener.behind()) < 0.2
        # From now on it is told what comes and goes.
        server.kill()
        wait_until(
            lambda: any(said.startswith("The sound server of this computer") for said in listener.sentences)
        )
        listener.close()


def test_both_servers_and_systems_say_what_has_no_cable(server: PulseServer) -> None:
    server.add_microphone("plain", "Desk")
    server.add_microphone("bluez_input.00_11_22", "Named")
    server.add_microphone("told", "Told", properties=BLUETOOTH)
    server.load("module-null-sink", "sink_name=bluez_output.00", "rate=48000", "channels=2")
    wait_until(lambda: {"told", "bluez_output.00.monitor"} <= set(server.sources()))
    wireless = {device.key for device in microphones().present() if device.wireless}
    assert wireless == {"bluez_input.00_11_22", "told"}
    wireless = {device.key for device in played().present() if device.wireless}
    assert "bluez_output.00.monitor" in wireless
    assert f"{SPEAKERS}.monitor" not in wireless


@pytest.mark.parametrize(
    ("name", "wireless"),
    [
        ("Headset (WH-1000XM4 Hands-Free AG Audio)", True),
        ("Anna's AirPods Pro", True),
        ("Bluetooth Headset", True),
        ("Galaxy Buds2 Pro", True),
        ("Pixel Buds", True),
        ("MacBook Pro Microphone", False),
        ("Microphone (USB Audio Device)", False),
    ],
)
def test_elsewhere_the_name_says_it(name: str, wireless: bool) -> None:
    assert sounds_wireless(name) == wireless


@pytest.mark.usefixtures("unhurried")
def test_a_headset_without_a_cable_that_is_back_at_once_has_no_stand_in(
    server: PulseServer, listen: Callable[..., Listener]
) -> None:
    server.add_microphone("air", "Headset", properties=BLUETOOTH)
    wait_until(lambda: "air" in server.sources())
    listener = listen(microphones(), "air", "Headset")
    listener.wait_for(sound=True)
    server.unplug("air")
    why = "“Headset” was disconnected."
    listener.wait_for(sentence=f"{why} Waiting a moment for it to come back.")
    time.sleep(1.2)
    server.add_microphone("air", "Headset", properties=BLUETOOTH)
    listener.wait_for(sentence="“Headset” is back.")
    listener.wait_for(sound=True)
    assert not any(MICROPHONE_NAME in said for said in listener.sentences)
    gaps = listener.gaps()
    assert set(gaps) == {why}
    assert gaps[why] > 1.0


def test_what_a_headset_without_a_cable_played_is_heard_from_the_speakers_at_once(
    server: PulseServer, listen: Callable[..., Listener]
) -> None:
    number = server.add_output("bluez_output.00", "Headset")
    wait_until(lambda: "bluez_output.00.monitor" in server.sources())
    listener = listen(played(), "bluez_output.00.monitor", "Headset")
    listener.wait_for(sound=True)
    server.unload(number)
    said = "“Headset” was disconnected; listening to “"
    wait_until(lambda: any(sentence.startswith(said) for sentence in listener.sentences))
    listener.wait_for(sound=True)
    # None at all where the speakers were there within the seam that no change of devices goes without.
    assert listener.gaps().get("“Headset” was disconnected.", 0.0) < 2.5


@pytest.mark.usefixtures("unhurried")
def test_a_headset_that_is_back_with_another_profile_has_no_stand_in(
    server: PulseServer, listen: Callable[..., Listener]
) -> None:
    server.add_microphone("bluez_source.00.headset_head_unit", "Headset")
    wait_until(lambda: "bluez_source.00.headset_head_unit" in server.sources())
    listener = listen(microphones(), "bluez_source.00.headset_head_unit", "Headset")
    listener.wait_for(sound=True)
    server.unplug("bluez_source.00.headset_head_unit")
    why = "“Headset” was disconnected"
    listener.wait_for(sentence=f"{why}. Waiting a moment for it to come back.")
    server.add_microphone("bluez_source.00.handsfree_head_unit", "Headset")
    listener.wait_for(sentence=f"{why}; listening to “Headset”.")
    assert not any(MICROPHONE_NAME in said for said in listener.sentences)


def test_a_headset_without_a_cable_that_stays_away_has_a_stand_in(
    server: PulseServer, listen: Callable[..., Listener]
) -> None:
    server.add_microphone("air", "Headset", properties=BLUETOOTH)
    wait_until(lambda: "air" in server.sources())
    listener = listen(microphones(), "air", "Headset")
    listener.wait_for(sound=True)
    server.unplug("air")
    listener.wait_for(sentence=f"“Headset” was disconnected; listening to “{MICROPHONE_NAME}”.")
    listener.wait_for(sound=True)
    assert 2.5 < listener.gaps()["“Headset” was disconnected."] < PATIENCE / 2
