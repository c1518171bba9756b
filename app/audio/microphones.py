"""Microphones, as devices of which one can stand in for another."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from app.audio.devices import InputDevice, list_inputs, list_server_inputs, nothing_plugged_in
from app.audio.kind import Kind
from app.audio.microphone import Microphone, permission_advice
from app.audio.portaudio import library_problem
from app.audio.pulse import has_alsa_plugin, list_sources
from app.audio.server_watch import LateWatch, Watch


def microphones() -> Kind:
    """The microphones of this computer. Takes no time: whoever asks for them waits.

    Where a sound server rules, it says what comes and goes. Elsewhere (untested on Windows and macOS) only
    PortAudio could, and it looks only while nothing is open: there, the next best microphone of those
    known takes over, new ones are found once there is none at all, and the wanted one is not gone back to
    before captions are started again. Looking while something is open would cut off every lane.
    """
    system = _System()
    return Kind(
        noun="microphone",
        present=system.present,
        make=_microphone,
        watch=system.watch,
        why_none=nothing_plugged_in,
        why_silent=why_silent,
        obstacle=library_problem,
        voices=True,
        patient=True,
    )


class _System:
    """Where microphones are asked for: once a sound server was there, it rules to the end."""

    def __init__(self) -> None:
        self._served = False

    def present(self) -> Sequence[InputDevice]:
        self._served = self._served or (has_alsa_plugin() and list_sources() is not None)
        return list_server_inputs() if self._served else list_inputs()

    def watch(self) -> Watch:
        return LateWatch(self._is_served)

    def _is_served(self) -> bool:
        return self._served


def why_silent(device: InputDevice, digital: bool, platform: str = sys.platform) -> str:
    """Why nothing is heard of a microphone (if `digital`, not even noise), and what to do."""
    name = device.name
    if any(source.muted for source in list_sources() or () if source.name == device.key):
        return f"“{name}” is muted in the sound settings of this computer. Turn it on there."
    if not digital:
        return f"Next to nothing is heard from “{name}”. Turn it up, or choose another microphone."
    if platform in ("darwin", "win32"):
        # Both let a program record that may not, and hand it zeros.
        return (
            f"Nothing is heard from “{name}”. Is Surtitle allowed to hear it? {permission_advice(platform)}"
        )
    return (
        f"Nothing at all is heard from “{name}”. Look for a mute switch on it, or choose another microphone."
    )


def _microphone(device: InputDevice) -> Microphone:
    return Microphone(device.key, device.name)
