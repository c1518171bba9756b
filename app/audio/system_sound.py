"""What this computer plays: each system has its own way to hear it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Protocol

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
