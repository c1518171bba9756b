"""Devices that a test plugs in and out, and how to read what is heard of them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from itertools import count

import numpy as np

from app.audio.base import Block
from app.audio.devices import InputDevice
from app.audio.following import Following
from app.audio.kind import Kind
from app.domain.audio import AudioFormat
from app.domain.errors import DeviceLostError, InputError
from app.domain.events import Advice, Trouble

RATE = 16_000


BLOCK = 640


class Stage:
    """Devices that a test plugs in and out, by a clock that it moves itself.

    Attributes:
        opening: seconds that it takes to open one.
        opened: keys of what was opened, in order.
    """

    def __init__(self, *keys: str) -> None:
        self.now = 100.0
        self.default = keys[0] if keys else ""
        self.present: dict[str, AudioFormat] = {key: AudioFormat(RATE, 1) for key in keys}
        self.busy: set[str] = set()
        self.mute: set[str] = set()
        self.voices = False
        self.patient = True
        self.wireless: set[str] = set()
        self.obstacle: InputError | None = None
        self.away: InputError | None = None
        self.opening = 0.0
        self.opened: list[str] = []
        self.sources: dict[str, Scripted] = {}
        self.asked: dict[str, float] = {}
        """When each was chosen to be heard, at last."""
        self.held: dict[str, threading.Event] = {}
        self.stuck: dict[str, threading.Event] = {}
        self.watching = 0
        self._changed = False

    def kind(self) -> Kind:
        return Kind(
            noun="microphone",
            present=self._list,
            make=self._make,
            watch=lambda: self,
            why_none=lambda: InputError("There is none.", "Plug one in."),
            why_silent=_silent,
            voices=self.voices,
            patient=self.patient,
            obstacle=lambda: self.obstacle,
        )

    def plug(self, key: str, fmt: AudioFormat | None = None) -> None:
        self.present[key] = fmt or AudioFormat(RATE, 1)
        self._changed = True

    def unplug(self, key: str) -> None:
        del self.present[key]
        self._changed = True
        if key in self.sources:
            self.sources[key].lose()

    def hold(self, key: str) -> threading.Event:
        """It opens and delivers nothing until the event is set."""
        self.held[key] = threading.Event()
        return self.held[key]

    def stick(self, key: str) -> threading.Event:
        """It takes until the event is set to open it, whoever closes it meanwhile."""
        self.stuck[key] = threading.Event()
        return self.stuck[key]

    def announce(self) -> None:
        """Something changed, which may concern anybody."""
        self._changed = True

    def prefer(self, key: str) -> None:
        self.default, self._changed = key, True

    def changed(self) -> bool:
        changed, self._changed = self._changed, False
        return changed

    def close(self) -> None:
        self.watching -= 1

    def _list(self) -> list[InputDevice]:
        if self.away is not None:
            raise self.away
        found = [
            InputDevice(key, key.title(), key == self.default, key in self.wireless) for key in self.present
        ]
        return sorted(found, key=lambda device: not device.default)

    def _make(self, device: InputDevice) -> Scripted:
        self.sources[device.key] = source = Scripted(self, device.key)
        self.asked[device.key] = self.now
        return source


def _silent(device: InputDevice, digital: bool) -> str:
    return f"{device.name} is silent."


class Scripted:
    """A device that delivers a block each time it is asked, and moves the clock by its length."""

    live = True
    duration: float | None = None
    warning: str | None = None

    def __init__(self, stage: Stage, key: str) -> None:
        self.key = key
        self.away_from_home = False
        self.closed = 0
        self._stage = stage
        self._lost = False

    def lose(self) -> None:
        self._lost = True

    def open(self) -> AudioFormat:
        self._stage.opened.append(self.key)
        if self.key in self._stage.stuck:
            self._stage.stuck[self.key].wait()
        if self._stage.opening:
            self._stage.now += self._stage.opening
        if self.key in self._stage.busy:
            raise InputError(f"{self.key} is in use.", "Wait.")
        self.format = self._stage.present[self.key]
        return self.format

    def read(self) -> Block | None:
        held = self._stage.held.get(self.key)
        while held is not None and not self.closed and not held.wait(0.001):
            pass
        if self.closed:
            return None
        if self._lost or self.key in self._stage.mute:
            raise DeviceLostError(f"{self.key} went.")
        if threading.current_thread().name != "audition":
            self._stage.now += BLOCK / RATE
        length = BLOCK * self.format.rate // RATE
        value = {"desk": 0.25, "head": 0.5}.get(self.key, 0.75)
        return Block(np.full((length, self.format.channels), value, np.float32), 0, self._stage.now)

    def strayed(self) -> bool:
        return self.away_from_home

    def close(self) -> None:
        self.closed += 1


def until(following: Following, condition: Callable[[list[Block]], bool]) -> list[Block]:
    """Read until something is so; what was read."""
    blocks: list[Block] = []
    for _ in count():
        assert len(blocks) < 3000, "it never came to that"
        blocks.append(following.read())
        if any(thread.name == "audition" for thread in threading.enumerate()):
            # Blocks come at no pace of their own: whoever is being tried out needs a moment.
            time.sleep(0.0005)
        if condition(blocks):
            return blocks
    raise AssertionError


def heard(value: float) -> Callable[[list[Block]], bool]:
    """Whether the newest block is of the device that sounds like this."""
    return lambda blocks: len(blocks[-1].samples) > 0 and abs(blocks[-1].samples[-1, 0] - value) < 0.01


def sentences(blocks: list[Block]) -> list[str]:
    return [event.sentence for block in blocks for event in block.news]


def news_of(following: Following, seconds: float) -> list[Advice | Trouble]:
    return [one for _ in range(round(seconds * RATE / BLOCK)) for one in following.read().news]
