"""Which microphones there are, by the names people know them by; how to record from a device."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.audio.portaudio import PORTAUDIO, Device, has_sound_cards, install_advice, library_found
from app.audio.pulse import PulseSource, has_alsa_plugin, lets_nobody_in, list_sources
from app.domain.audio import AudioFormat
from app.domain.errors import InputError

_PULSE = "pulse"
"""The ALSA device that leads to PulseAudio and PipeWire."""
_ALSA_NAMES = {"default": "Default microphone", "pipewire": "PipeWire"}
_WIRELESS = re.compile(r"bluetooth|hands-?free|airpods|\bbuds|\bbeats\b|\bW[HF]-\d", re.I)
"""What the names of Bluetooth headsets have in them, where nothing else says so."""
_BEST_HOSTS = ("Windows WASAPI", "Core Audio", "ALSA")
"""Each platform's own sound system; the other ones show the same microphones once more."""


@dataclass(frozen=True, slots=True)
class InputDevice:
    """A microphone to choose, or an output whose sound can be heard.

    Attributes:
        key: what to remember it by; the same after a restart.
        name: what to call it; no two in a list are the same.
        default: the one that the system would take.
        wireless: it may lose its connection for a moment, and be back.
    """

    key: str
    name: str
    default: bool
    wireless: bool = False


@dataclass(frozen=True, slots=True)
class Opening:
    """How to record from a device.

    Attributes:
        entry: the device in PortAudio's own list.
        source: the sound server's device behind it, where there is a sound server.
    """

    device: InputDevice
    entry: Device
    format: AudioFormat
    source: PulseSource | None = None


def list_inputs() -> list[InputDevice]:
    """Every microphone plugged in now, the default one first; `why_no_inputs` explains an empty list.

    Takes some 0.1 s the first time: not for the thread that draws.
    """
    known = _known_to_linux()
    if known is not None:
        return known
    try:
        return [opening.device for opening in _openings(PORTAUDIO.refreshed())]
    except InputError:
        return []


def list_server_inputs() -> list[InputDevice]:
    """The sound server's microphones; while it is away none, though the cards could be had without it.

    Who takes a card for itself while the server is being restarted keeps the server from having it.

    Raises:
        InputError: the server does not answer.
    """
    sources = list_sources()
    if sources is None:
        raise server_stopped()
    return default_first(named(sources))


def no_output() -> InputError:
    """The computer has nothing to play with."""
    return InputError(
        "System sound can't be heard: there is no output.", "Switch on or plug in speakers or headphones."
    )


def server_stopped() -> InputError:
    """The sound server was there, and does not answer any more."""
    return InputError(
        "The sound server of this computer stopped.", "Captions go on by themselves once it runs again."
    )


def not_let_in() -> InputError:
    """There is a sound server, and it refuses us."""
    return InputError(
        "The sound server of this computer does not let Surtitle in.",
        "Allow programs to use the microphone and the sound (in a sandbox: its permission “pulseaudio”).",
    )


def why_no_inputs() -> str:
    """Why the list is empty and what to do about it; empty where there are microphones."""
    known = _known_to_linux()
    if known is not None:
        return "" if known else str(nothing_plugged_in())
    try:
        return "" if _openings(PORTAUDIO.refreshed()) else str(nothing_plugged_in())
    except InputError as error:
        return str(error)


def find_input(key: str | None, name: str = "") -> Opening:
    """How to open a microphone.

    Args:
        key: what it is remembered by; None for the system's default one.
        name: what to call it where it is not there any more.

    Raises:
        InputError: there is none, or not this one.
    """
    openings = _openings(PORTAUDIO.devices())
    if not any(opening.source for opening in openings):
        # Only a sound server tells of microphones that came since PortAudio looked.
        openings = _openings(PORTAUDIO.refreshed())
    if not openings:
        raise nothing_plugged_in()
    opening = pick(openings, key)
    if opening is None:
        raise InputError(
            f"The microphone “{name or key}” is not connected.", "Plug it in, or choose another microphone."
        )
    return opening


def pick(openings: Sequence[Opening], key: str | None) -> Opening | None:
    """The one that is remembered by `key`, or the first of them without a key; None where it is not there."""
    return next((one for one in openings if key in (None, one.device.key)), None)


def through_server(devices: Sequence[Device], sources: Sequence[PulseSource]) -> list[Opening] | None:
    """How to open what the sound server has, the default first; None where PortAudio has no way there."""
    server = next((device for device in devices if device.name == _PULSE and device.inputs), None)
    if server is None:
        return None
    openings = [
        Opening(device, server, source.format, source)
        for source, device in zip(sources, named(sources), strict=True)
    ]
    return sorted(openings, key=lambda opening: not opening.device.default)


def default_first(devices: Iterable[InputDevice]) -> list[InputDevice]:
    """The system's own choice, then the others as they were."""
    return sorted(devices, key=lambda device: not device.default)


def named(sources: Sequence[PulseSource]) -> list[InputDevice]:
    """What people choose from; no two have one name."""
    names = tell_apart([source.description for source in sources])
    return [
        InputDevice(source.name, name, source.default, source.wireless)
        for source, name in zip(sources, names, strict=True)
    ]


def sounds_wireless(name: str) -> bool:
    """Whether it is a Bluetooth headset's name, for systems that tell nothing but names."""
    return _WIRELESS.search(name) is not None


def tell_apart(names: list[str]) -> list[str]:
    """Number the names that come more than once: `Mic`, `Mic (2)`."""
    seen: dict[str, int] = {}
    told: list[str] = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        told.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return told


def _known_to_linux() -> list[InputDevice] | None:
    """The list, where it can be had without PortAudio, which costs 30 MB that a recording never needs.

    None where only PortAudio can tell.
    """
    if not sys.platform.startswith("linux") or not library_found():
        return None
    sources = list_sources()
    if sources is None:
        return None if has_sound_cards() else []
    return default_first(named(sources)) if has_alsa_plugin() else None


def _openings(devices: list[Device]) -> list[Opening]:
    server = any(device.name == _PULSE and device.inputs for device in devices)
    sources = list_sources() if server else None
    served = None if sources is None else through_server(devices, sources)
    return _from_portaudio(devices) if served is None else served


def _from_portaudio(devices: list[Device]) -> list[Opening]:
    inputs = [device for device in devices if device.inputs and _is_for_people(device)]
    host = next((host for host in _BEST_HOSTS if any(device.host == host for device in inputs)), None)
    chosen = [device for device in inputs if host in (None, device.host)]
    keys = tell_apart([device.name for device in chosen])
    openings = [
        Opening(
            InputDevice(key, _ALSA_NAMES.get(key, key), device.default_input, sounds_wireless(key)),
            device,
            AudioFormat(device.rate, device.inputs),
        )
        for device, key in zip(chosen, keys, strict=True)
    ]
    return sorted(openings, key=lambda opening: not opening.device.default)


def _is_for_people(device: Device) -> bool:
    # ALSA also lists its plugins (`upmix`, `dsnoop`, `iec958`) as if they were microphones.
    return device.host != "ALSA" or "(hw:" in device.name or device.name in _ALSA_NAMES


def nothing_plugged_in() -> InputError:
    """Why there is no microphone, and what to do about it."""
    sources = list_sources()
    if sources and not any(device.name == _PULSE for device in PORTAUDIO.devices()):
        # The sound server has microphones, but ALSA's way to it is not installed.
        return InputError("The microphones can't be reached.", install_advice())
    if sources is None and lets_nobody_in():
        return not_let_in()
    if sources is None and sys.platform.startswith("linux"):
        return InputError(
            "No microphone was found.", "Plug one in, and check that a sound server is running."
        )
    return InputError("No microphone was found.", "Plug one in.")
