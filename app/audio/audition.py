"""Trying devices out beside the one that is being listened to."""

from __future__ import annotations

import logging
import threading
from collections.abc import Collection

from app.audio.base import Block, SoundSource
from app.audio.devices import InputDevice
from app.domain.audio import AudioFormat
from app.domain.errors import InputError

log = logging.getLogger(__name__)


class Audition:
    """Opens a device and waits for its first sound, on a thread of its own: both may take seconds.

    Attributes:
        format: what it delivers, once heard.
        first: its first sound; None until then, or where there is none.
        problem: why it can't be heard.
    """

    def __init__(self, device: InputDevice, source: SoundSource) -> None:
        self.device = device
        self.source = source
        self.format = AudioFormat(1, 1)
        self.first: Block | None = None
        self.problem: InputError | None = None
        self._thread = threading.Thread(target=self._hear, name="audition")
        self._thread.start()

    @property
    def over(self) -> bool:
        """Whether it is known how it went."""
        return not self._thread.is_alive()

    def wait(self, seconds: float) -> None:
        """Wait for it to be over, but not longer than so many seconds."""
        self._thread.join(seconds)

    def leave(self) -> None:
        """End it; waits for nobody. May be called twice, the second time once it is over."""
        self.source.close()

    def give_up(self) -> None:
        """End it and let go of the device. May be called twice."""
        self.leave()
        self._thread.join()
        # It may have been opened in the same moment.
        self.leave()

    def _hear(self) -> None:
        try:
            self.format = self.source.open()
            self.first = self.source.read()
        except InputError as problem:
            self.problem = problem
        except Exception:
            log.exception("a device could not be tried out")


class Auditions:
    """The devices that are being tried out, side by side. For one thread, but for `close`."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._closed = False
        self._running: list[Audition] = []
        self._leaving: list[Audition] = []
        """Those that are of no interest any more, and may hang in opening a device for seconds."""

    @property
    def keys(self) -> set[str]:
        """Of the devices that are being tried out."""
        return {audition.device.key for audition in self._running}

    def begin(self, device: InputDevice, source: SoundSource) -> None:
        """Try one more out."""
        with self._guard:
            if not self._closed:
                self._running.append(Audition(device, source))

    def wait(self, seconds: float) -> bool:
        """Wait for the latest to be over, at most so long; returns whether there is one."""
        running = self._running
        if running:
            running[-1].wait(seconds)
        return bool(running)

    def take_over(self) -> list[Audition]:
        """Take out those that are over; whoever takes them lets go of them."""
        with self._guard:
            over = [audition for audition in self._running if audition.over]
            self._running = [audition for audition in self._running if audition not in over]
            left = [audition for audition in self._leaving if audition.over]
            self._leaving = [audition for audition in self._leaving if audition not in left]
        for audition in left:
            audition.leave()
        return over

    def drop(self, keys: Collection[str]) -> None:
        """End those of these devices; waits for nobody."""
        with self._guard:
            ended = [audition for audition in self._running if audition.device.key in keys]
            self._running = [audition for audition in self._running if audition not in ended]
            self._leaving += ended
        for audition in ended:
            audition.leave()

    def close(self) -> None:
        """End them all; none begins any more. From any thread."""
        with self._guard:
            self._closed = True
            ended, self._running, self._leaving = self._running + self._leaving, [], []
        for audition in ended:
            audition.leave()
        for audition in ended:
            audition.give_up()
