"""What this computer plays: each system has its own way to hear it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from app.audio.devices import server_stopped
from app.audio.kind import Kind
from app.audio.portaudio import library_problem
from app.audio.pulse import list_monitors
from app.audio.server_watch import LateWatch, Watch

if TYPE_CHECKING:
    from app.audio.base import SoundSource
    from app.audio.devices import InputDevice
    from app.domain.errors import InputError


class Outputs(Protocol):
    """The outputs of this computer, as far as their sound can be heard."""

    def found(self) -> list[InputDevice]:
        """Every one of them, the default first. May block: not for the thread that draws."""

    def why_none(self) -> InputError:
        """Why none was found and what to do about it."""

    def source(self, key: str | None, name: str) -> SoundSource:
        """What delivers the sound of one; of the default one without a key. Whoever reads it opens it."""


def outputs(platform: str = sys.platform) -> Outputs:
    """The way of this system."""
    if platform == "win32":
        from app.audio.loopback import Loopbacks

        return Loopbacks()
    if platform == "darwin":
        from app.audio.virtual_output import VirtualOutputs

        return VirtualOutputs()
    from app.audio.monitors import Monitors

    return Monitors()


def played(platform: str = sys.platform) -> Kind:
    """Outputs, as devices of which one can stand in for another. Takes no time: who asks for them waits."""
    found = outputs(platform)
    system = _System(found)
    return Kind(
        noun="loudspeaker",
        present=system.present,
        make=system.make,
        watch=system.watch,
        why_none=found.why_none,
        why_silent=_nothing_odd,
        # What was played by a headset without a cable is played by the loudspeakers as soon as it goes.
        patient=False,
        obstacle=library_problem,
    )


class _System:
    """Where outputs are asked for. Only the sound server of Linux says what comes and goes."""

    def __init__(self, found: Outputs) -> None:
        self._outputs = found
        self._served = False

    def present(self) -> Sequence[InputDevice]:
        devices = self._outputs.found()
        if not devices and self._served and list_monitors() is None:
            raise server_stopped()
        self._served = self._served or (bool(devices) and list_monitors() is not None)
        return devices

    def make(self, device: InputDevice) -> SoundSource:
        return self._outputs.source(device.key, device.name)

    def watch(self) -> Watch:
        return LateWatch(self._is_served)

    def _is_served(self) -> bool:
        return self._served


def _nothing_odd(_device: InputDevice, _digital: bool) -> str:
    """A computer that plays nothing is as it should be."""
    return ""
