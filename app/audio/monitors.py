"""System sound on Linux: the monitors of PulseAudio and PipeWire."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.audio.devices import (
    InputDevice,
    Opening,
    default_first,
    named,
    no_output,
    not_let_in,
    pick,
    through_server,
)
from app.audio.portaudio import MISSING, PORTAUDIO, install_advice, library_found
from app.audio.pulse import lets_nobody_in, list_monitors
from app.domain.errors import InputError

if TYPE_CHECKING:
    from app.audio.base import SoundSource


class Monitors:
    """Outputs by the names that the desktop shows."""

    def found(self) -> list[InputDevice]:
        """Every output, the default first."""
        monitors = list_monitors()
        return default_first(named(monitors)) if monitors and library_found() else []

    def why_none(self) -> InputError:
        """Why none was found and what to do about it."""
        return _none_there() if library_found() else InputError(MISSING, install_advice())

    def source(self, key: str | None, name: str) -> SoundSource:
        """What delivers the sound of one; of the default one without a key."""
        from app.audio.microphone import Microphone

        return Microphone(key, name, find_monitor, "output")


def find_monitor(key: str | None, name: str = "") -> Opening:
    """How to hear an output.

    Raises:
        InputError: there is none, or not this one.
    """
    monitors = list_monitors()
    if not monitors:
        raise _none_there()
    # What PortAudio found while no server was there leads nowhere.
    openings = through_server(PORTAUDIO.devices(), monitors) or through_server(
        PORTAUDIO.refreshed(), monitors
    )
    if openings is None:
        raise InputError("System sound can't be reached.", install_advice())
    opening = pick(openings, key)
    if opening is None:
        raise InputError(
            f"The output “{name or key}” is not connected.", "Plug it in, or choose another output."
        )
    return opening


def _none_there() -> InputError:
    if list_monitors() is None:
        if lets_nobody_in():
            return not_let_in()
        return InputError(
            "System sound can't be heard: no sound server answers.",
            "Start PulseAudio or PipeWire (with pipewire-pulse), and check that the command pactl is there.",
        )
    return no_output()
