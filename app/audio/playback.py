"""Sound out of the speakers, for a recording that plays along."""

from __future__ import annotations

import threading
from types import ModuleType
from typing import TYPE_CHECKING

from app.audio.portaudio import PORTAUDIO, Stream

if TYPE_CHECKING:
    from app.domain.audio import Samples

_PATIENCE = 1.0
"""Seconds that closing may wait for speakers that do not take any more sound."""


class Playback:
    """Plays mono sound on the system's default output; without one it is silent and never complains."""

    def __init__(self) -> None:
        self._stream: Stream | None = None
        # The library does not allow that a stream is closed while it is being written to.
        self._writing = threading.Lock()

    @property
    def audible(self) -> bool:
        """Whether there is something to play on."""
        return self._stream is not None

    def open(self, rate: int) -> None:
        """Get ready to play sound of `rate` samples a second."""

        def create(sounddevice: ModuleType) -> Stream:
            stream: Stream = sounddevice.OutputStream(samplerate=rate, channels=1, dtype="float32")
            return stream

        try:
            self._stream = PORTAUDIO.open(create)
        except Exception:  # noqa: BLE001 - the library's own error can't be named before it is loaded
            self._stream = None

    def write(self, samples: Samples) -> None:
        """Play sound of shape (n,); waits until there is room for it."""
        try:
            with self._writing:
                if self._stream is not None:
                    self._stream.write(samples)
        except Exception:  # noqa: BLE001 - the speakers were unplugged; see above
            self.close()

    def close(self) -> None:
        """Fall silent. May be called twice, and from any thread."""
        if not self._writing.acquire(timeout=_PATIENCE):
            return
        stream, self._stream = self._stream, None
        self._writing.release()
        if stream is not None:
            PORTAUDIO.close(stream)
