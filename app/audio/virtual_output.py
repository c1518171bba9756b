"""System sound on macOS: a virtual device that the user has installed, which looks like a microphone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from app.audio.devices import InputDevice, Opening, find_input, list_inputs
from app.domain.errors import InputError

if TYPE_CHECKING:
    from app.audio.base import SoundSource

GUIDE: Final = InputError(
    "macOS lets programs hear the computer's sound only through a virtual device, and none was found.",
    "Install BlackHole (existential.audio/blackhole), then let Audio MIDI Setup make a Multi-Output Device "
    "of it and your speakers, and choose that as the output.",
)
_KNOWN = re.compile(
    r"blackhole|loopback|soundflower|vb-?cable|vb-audio|background music|groundcontrol|aggregate", re.I
)


class VirtualOutputs:
    """Inputs whose names say that they carry what the computer plays."""

    def found(self) -> list[InputDevice]:
        """Every one of them."""
        return virtual(list_inputs())

    def why_none(self) -> InputError:
        """What to install, and how to set it up."""
        return InputError(GUIDE.problem, GUIDE.remedy)

    def source(self, key: str | None, name: str) -> SoundSource:
        """What delivers the sound of one; of the first one without a key."""
        from app.audio.microphone import Microphone

        return Microphone(key, name, find_virtual, "output")


def virtual(inputs: Iterable[InputDevice]) -> list[InputDevice]:
    """Those that carry what the computer plays; the first of them stands for the default output."""
    known = [device for device in inputs if _KNOWN.search(device.name)]
    return [replace(device, default=number == 0) for number, device in enumerate(known)]


def find_virtual(key: str | None, name: str = "") -> Opening:
    """How to open one.

    Raises:
        InputError: there is none, or not this one.
    """
    if key is None:
        found = virtual(list_inputs())
        if not found:
            raise InputError(GUIDE.problem, GUIDE.remedy)
        key, name = found[0].key, found[0].name
    return find_input(key, name)
