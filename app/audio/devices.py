"""Which microphones there are, by the names people know them by."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass

from app.audio.portaudio import PORTAUDIO, Device, has_sound_cards, install_advice, library_found
from app.audio.pulse import PulseSource, has_alsa_plugin, lets_nobody_in, list_sources
from app.domain.audio import AudioFormat
from app.domain.errors import InputError

_PULSE = "pulse"
"""The ALSA device that leads to PulseAudio and PipeWire."""
_ALSA_NAMES = {"default": "Default microphone", "pipewire": "PipeWire"}
_BEST_HOSTS = ("Windows WASAPI", "Core Audio", "ALSA")
"""Each platform's own sound system; the other ones show the same microphones once more."""


@dataclass(frozen=True, slots=True)
class InputDevice:
    """A microphone to choose.

    Attributes:
        key: what to remember it by; the same after a restart.
        name: what to call it; no two in a list are the same.
        default: the one that the system would take.
    """

    key: str
    name: str
    default: bool


@dataclass(frozen=True, slots=True)
class Opening:
    """How to open a microphone.

    Attributes:
        index: PortAudio's number of the device.
        source: the sound server's microphone behind it, where there is a sound server.
    """

    device: InputDevice
    index: int
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
        raise InputError(
            "The sound server of this computer stopped.", "Captions go on by themselves once it runs again."
        )
    return _default_first(_named(sources))


def why_no_inputs() -> str:
    """Why the list is empty and what to do about it; empty where there are microphones."""
    known = _known_to_linux()
    if known is not None:
        return "" if known else str(_nothing_plugged_in())
    try:
        return "" if _openings(PORTAUDIO.refreshed()) else str(_nothing_plugged_in())
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
        raise _nothing_plugged_in()
    if key is None:
        return openings[0]
    for opening in openings:
        if opening.device.key == key:
            return opening
    raise InputError(
        f"The microphone “{name or key}” is not connected.", "Plug it in, or choose another microphone."
    )


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
    return _default_first(_named(sources)) if has_alsa_plugin() else None


def _default_first(devices: Iterable[InputDevice]) -> list[InputDevice]:
    return sorted(devices, key=lambda device: not device.default)


def _named(sources: list[PulseSource]) -> list[InputDevice]:
    names = tell_apart([source.description for source in sources])
    return [
        InputDevice(source.name, name, source.default) for source, name in zip(sources, names, strict=True)
    ]


def _openings(devices: list[Device]) -> list[Opening]:
    server = next((device for device in devices if device.name == _PULSE and device.inputs), None)
    sources = list_sources() if server else None
    openings = (
        _from_portaudio(devices) if server is None or sources is None else _from_server(server, sources)
    )
    return sorted(openings, key=lambda opening: not opening.device.default)


def _from_server(server: Device, sources: list[PulseSource]) -> list[Opening]:
    return [
        Opening(device, server.index, source.format, source)
        for source, device in zip(sources, _named(sources), strict=True)
    ]


def _from_portaudio(devices: list[Device]) -> list[Opening]:
    inputs = [device for device in devices if device.inputs and _is_for_people(device)]
    host = next((host for host in _BEST_HOSTS if any(device.host == host for device in inputs)), None)
    chosen = [device for device in inputs if host in (None, device.host)]
    keys = tell_apart([device.name for device in chosen])
    return [
        Opening(
            InputDevice(key, _ALSA_NAMES.get(key, key), device.default_input),
            device.index,
            AudioFormat(device.rate, device.inputs),
        )
        for device, key in zip(chosen, keys, strict=True)
    ]


def _is_for_people(device: Device) -> bool:
    # ALSA also lists its plugins (`upmix`, `dsnoop`, `iec958`) as if they were microphones.
    return device.host != "ALSA" or "(hw:" in device.name or device.name in _ALSA_NAMES


def _nothing_plugged_in() -> InputError:
    sources = list_sources()
    if sources and not any(device.name == _PULSE for device in PORTAUDIO.devices()):
        # The sound server has microphones, but ALSA's way to it is not installed.
        return InputError("The microphones can't be reached.", install_advice())
    if sources is None and lets_nobody_in():
        return InputError(
            "The sound server of this computer does not let Surtitle in.",
            "Allow programs to use the microphone and the sound (in a sandbox: its permission “pulseaudio”).",
        )
    if sources is None and sys.platform.startswith("linux"):
        return InputError(
            "No microphone was found.", "Plug one in, and check that a sound server is running."
        )
    return InputError("No microphone was found.", "Plug one in; it then appears in the list.")
