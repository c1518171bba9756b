from __future__ import annotations

import pytest

from app.audio.pulse import PulseSource, list_monitors, list_sources, parse_monitors, parse_sources
from app.domain.audio import AudioFormat
from tests.harness.pulse import MICROPHONE, MICROPHONE_NAME, PulseServer

pytestmark = pytest.mark.xdist_group("sound")

LISTING = """Source #0
\tState: SUSPENDED
\tName: alsa_output.pci.analog-stereo.monitor
\tDescription: Monitor of Built-in Audio
\tSample Specification: s16le 2ch 44100Hz
\tMonitor of Sink: alsa_output.pci.analog-stereo
\tProperties:
\t\tdevice.class = "monitor"

Source #7
\tState: IDLE
\tName: alsa_input.usb.mono
\tDescription: Kopfhörer: Mikrofon 麦克风
\tSample Specification: s24le 1ch 16000Hz
\tOwner Module: 3
\tMonitor of Sink: n/a
\tProperties:
\t\tdevice.description = "something else"

Source #9
\tName: nameless
\tDescription: (null)
\tSample Specification: float32le 8ch 96000Hz
\tMonitor of Sink: n/a
"""


def test_microphones_are_read_and_monitors_left_out() -> None:
    assert parse_sources(LISTING, "nameless") == [
        PulseSource(7, "alsa_input.usb.mono", "Kopfhörer: Mikrofon 麦克风", AudioFormat(16000, 1), False),
        PulseSource(9, "nameless", "nameless", AudioFormat(96000, 8), True),
    ]


def test_monitors_have_the_names_of_their_outputs() -> None:
    sinks = (
        "Sink #0\n\tName: alsa_output.pci.analog-stereo\n\tDescription: Lautsprecher\n\n"
        "Sink #5\n\tName: silent\n\tDescription: No monitor\n"
    )
    name = "alsa_output.pci.analog-stereo"
    monitor = PulseSource(0, f"{name}.monitor", "Lautsprecher", AudioFormat(44100, 2), True)
    assert parse_monitors(LISTING, sinks, name) == [monitor]
    assert parse_monitors(LISTING, "", name) == []


@pytest.mark.parametrize(
    ("told", "muted"),
    [
        ("Mute: yes\n\tVolume: mono: 65536 / 100% / 0.00 dB", True),
        ("Mute: no\n\tVolume: front-left: 0 / 0% / -inf dB,   front-right: 0 / 0% / -inf dB", True),
        ("Mute: no\n\tVolume: front-left: 0 / 0% / -inf dB,   front-right: 9 / 1% / -90 dB", False),
        ("Mute: no\n\tVolume: mono: 65536 / 100% / 0.00 dB", False),
    ],
)
def test_a_microphone_that_lets_nothing_through_is_muted(told: str, muted: bool) -> None:
    listing = LISTING.replace("Description: (null)", told)
    assert [source.muted for source in parse_sources(listing, "") if source.name == "nameless"] == [muted]


def test_what_makes_no_sense_is_no_microphone() -> None:
    assert parse_sources("", "a") == []
    assert parse_sources("Source #1\n\tName: a\n\tMonitor of Sink: n/a\n", "a") == []


def test_the_real_server_is_understood(pulse: PulseServer) -> None:
    number = pulse.add_microphone("second", "Küche 麦克风", channels=8, rate=16000)
    sources = {source.name: source for source in list_sources()}
    pulse.unload(number)
    assert set(sources) == {MICROPHONE, "second"}
    assert (sources[MICROPHONE].description, sources[MICROPHONE].default) == (MICROPHONE_NAME, True)
    assert (sources["second"].description, sources["second"].default) == ("Küche 麦克风", False)
    assert sources["second"].format == AudioFormat(16000, 8)


def test_no_server_is_not_the_same_as_no_microphone() -> None:
    with PulseServer() as server:
        server.stop()
        assert list_sources() is None
        assert list_monitors() is None
