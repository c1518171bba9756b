"""A recording in real time, as it would be heard."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from app.audio.base import Block, SoundSource
from app.audio.playback import Playback

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from app.domain.audio import AudioFormat

SLICE_SECONDS = 0.1
"""As much as a service takes at once, and more would be told late: each slice wakes two threads."""


class PlayAlong:
    """Hands a recording out at the pace of the clock, and plays it where it should be heard.

    Args:
        source: the recording; read faster than real time.
        aloud: play it to the user as well.
    """

    live = False

    def __init__(self, source: SoundSource, aloud: bool) -> None:
        self._source = source
        self._playback = Playback() if aloud else None
        self._closing = threading.Event()
        # Speakers must not be closed while the other thread writes to them.
        self._speaking = threading.Lock()
        self._block: Block | None = None
        self._next = 0
        self._slice = 1
        self._rate = 1
        self._due = 0.0

    @property
    def duration(self) -> float | None:
        """Seconds, once open, where it is known."""
        return self._source.duration

    @property
    def warning(self) -> str | None:
        """What is odd about the recording."""
        return self._source.warning

    def open(self) -> AudioFormat:
        """Start playing.

        Raises:
            InputError: the recording can't be opened.
        """
        opened = self._source.open()
        self._rate = opened.rate
        self._slice = max(1, round(opened.rate * SLICE_SECONDS))
        if self._playback is not None:
            self._playback.open(opened.rate)
        self._due = time.monotonic()
        return opened

    def read(self) -> Block | None:
        """Wait until the next slice would have been heard; None at the end or once closed."""
        if self._block is None or self._next >= len(self._block.samples):
            self._block, self._next = self._source.read(), 0
        if self._block is None:
            return None
        samples = self._block.samples[self._next : self._next + self._slice]
        lost = self._block.lost if self._next == 0 else 0
        self._next += len(samples)
        self._play(samples)
        # After a pause the clock goes on from now, it does not catch up.
        self._due = max(self._due + len(samples) / self._rate, time.monotonic() - SLICE_SECONDS)
        if self._closing.wait(max(0.0, self._due - time.monotonic())):
            return None
        return Block(samples, lost)

    def close(self) -> None:
        """Stop playing and let go of the file."""
        self._closing.set()
        self._source.close()
        with self._speaking:
            if self._playback is not None:
                self._playback.close()

    def _play(self, samples: NDArray[np.float32]) -> None:
        with self._speaking:
            if self._playback is not None and not self._closing.is_set():
                self._playback.write(samples.mean(axis=1))
