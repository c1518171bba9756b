"""Devices among which one can stand in for another, and which one is wanted."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.audio.base import SoundSource
    from app.audio.devices import InputDevice
    from app.audio.server_watch import Watch
    from app.domain.errors import InputError

_FIRST_REFUSAL = 0.5
"""Seconds until a device that could not be heard is tried again; twice as long each time."""
_LONGEST_REFUSAL = 30.0
_PROVED = 10.0
"""A device that was heard for so long has nothing against it any more; in seconds."""


@dataclass(frozen=True, slots=True)
class Wish:
    """The device that the user wants.

    Attributes:
        key: what it is remembered by; None for the system's default one, whichever that is.
        name: what to call it where it is not there.
    """

    key: str | None = None
    name: str = ""

    def order(self, present: Sequence[InputDevice]) -> list[InputDevice]:
        """The devices, the wanted one first, then the system's own choice."""
        return sorted(present, key=lambda device: (device.key != self.key, not device.default))

    def missing(self, present: Sequence[InputDevice]) -> str:
        """That the wanted device is not there, where it is not; else empty."""
        if self.key is None or any(device.key == self.key for device in present):
            return ""
        return f"“{self.name or self.key}” is not connected."


def _nothing() -> None:
    """There is no obstacle."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What is to be known of such devices.

    Attributes:
        noun: what people call one of them, such as `microphone`.
        present: those that are there now; may take some 10 ms.
        make: something that hears one of them.
        watch: begins to notice changes.
        why_none: why there is none, and what to do about it; may take some 10 ms.
        why_silent: why nothing is heard of one (the second argument: not even noise); empty where that is
            nothing odd.
        voices: they are there for voices, so that what is too loud or too faint is worth a word.
        patient: a wireless one that lost its connection is waited for; its sound is nowhere else meanwhile.
        obstacle: what keeps all of them from ever being heard by this program; may load a library.
    """

    noun: str
    present: Callable[[], Sequence[InputDevice]]
    make: Callable[[InputDevice], SoundSource]
    watch: Callable[[], Watch]
    why_none: Callable[[], InputError]
    why_silent: Callable[[InputDevice, bool], str]
    voices: bool = False
    patient: bool = False
    obstacle: Callable[[], InputError | None] = _nothing

    def gone(self, device: InputDevice, present: Sequence[InputDevice]) -> str:
        """What became of a device that is heard no more."""
        if any(other.key == device.key for other in present):
            return f"“{device.name}” stopped delivering sound."
        return f"“{device.name}” was {'disconnected' if device.wireless else 'unplugged'}."

    def patience(self, why: str) -> str:
        """That a device which went because of `why` is given a moment."""
        return f"{why} Waiting a moment for it to come back."

    def waiting(self, present: Sequence[InputDevice]) -> str:
        """What to do where there is no successor."""
        if present:
            return f"Check it, or choose another {self.noun}; captions go on once there is sound."
        return f"Plug in a {self.noun}; captions then go on by themselves."

    def outlook(self, absence: InputError) -> str:
        """What to do where there has been none from the start, because of `absence`."""
        return f"{absence} Captions begin once there is sound."

    def beginning(self, device: InputDevice, reproach: str) -> str:
        """That the first device is heard; `reproach` says why it is not another one, if so."""
        return f"{reproach} Listening to “{device.name}”.".lstrip()

    def succession(self, before: InputDevice, device: InputDevice, wish: Wish, why: str) -> str:
        """That the one is heard after the other, which went because of `why`; empty where it did not go."""
        name = device.name
        if before.key == device.key:
            return f"“{name}” is back." if why else f"Another device was being recorded; “{name}” is back."
        if wish.key == device.key:
            return f"“{name}” is back; listening to it again."
        if why:
            return f"{why.removesuffix('.')}; listening to “{name}”."
        if wish.key is None and device.default:
            return f"Listening to “{name}”, which the system prefers now."
        return f"Listening to “{name}”."


class Refusals:
    """Which devices could not be heard, and when they may be tried again."""

    def __init__(self) -> None:
        self._until: dict[str, float] = {}
        self._waits: dict[str, float] = {}

    def refuse(self, device: InputDevice, now: float) -> None:
        """It could not be heard: leave it alone for a while."""
        wait = min(_LONGEST_REFUSAL, 2 * self._waits.get(device.key, _FIRST_REFUSAL / 2))
        self._waits[device.key] = wait
        self._until[device.key] = now + wait

    def take(self, device: InputDevice, lived: float, now: float) -> None:
        """It went after it had been heard for so many seconds."""
        if lived >= _PROVED:
            self._forget(device.key)
        else:
            self.refuse(device, now)

    def accept(self, device: InputDevice) -> None:
        """It is heard now. Should it go soon, it is left alone for longer than before."""
        self._until.pop(device.key, None)

    def best(
        self, order: Sequence[InputDevice], now: float, only: Collection[str] | None = None
    ) -> InputDevice | None:
        """The first one that may be tried. Whoever was unplugged meanwhile begins anew.

        Args:
            order: all that are there, the best first.
            now: monotonic seconds.
            only: keys of those that are in question; None for all.
        """
        for key in self._waits.keys() - {device.key for device in order}:
            self._forget(key)
        for device in order:
            if (only is None or device.key in only) and self._until.get(device.key, -math.inf) <= now:
                return device
        return None

    def next_end(self, now: float) -> float:
        """The moment at which another one may be tried; infinite where none waits."""
        return min((until for until in self._until.values() if until > now), default=math.inf)

    def _forget(self, key: str) -> None:
        self._waits.pop(key, None)
        self._until.pop(key, None)
