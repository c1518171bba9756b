"""What this computer plays: each system has its own way to hear it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from app.audio.devices import server_stopped
from app.audio.kind import Kind
from app.audio.pulse import list_monitors
from app.audio.server_watch import NoWatch, ServerWatch

if TYPE_CHECKING:
    from app.audio.base import SoundSource
    from app.audio.devices import InputDevice


class Outputs(Protocol):
    """The outputs of this computer, as far as their sound can be heard."""

    def found(self) -> list[InputDevice]:
        """Every one of them, the default first. May block: not for the thread that draws."""

    def why_none(self) -> str:
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
    """Outputs, as devices of which one can stand in for another."""
    found = outputs(platform)
    served = list_monitors() is not None

    def present() -> Sequence[InputDevice]:
        devices = found.found()
        if served and not devices and list_monitors() is None:
            raise server_stopped()
        return devices

    def make(device: InputDevice) -> SoundSource:
        return found.source(device.key, device.name)

    return Kind(
        noun="loudspeaker",
        present=present,
        make=make,
        # Only the sound server of Linux says what comes and goes.
        watch=ServerWatch if served else NoWatch,
        why_none=found.why_none,
        why_silent=_nothing_odd,
    )


def _nothing_odd(_device: InputDevice, _digital: bool) -> str:
    """A computer that plays nothing is as it should be."""
    return ""
