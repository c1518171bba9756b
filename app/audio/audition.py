"""Trying a device out beside the one that is being listened to."""

from __future__ import annotations

import logging
import threading

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

    def give_up(self) -> None:
        """End it and let go of the device. May be called twice."""
        self.source.close()
        self._thread.join()
        # It may have been opened in the same moment.
        self.source.close()

    def _hear(self) -> None:
        try:
            self.format = self.source.open()
            self.first = self.source.read()
        except InputError as problem:
            self.problem = problem
        except Exception:
            log.exception("a device could not be tried out")
