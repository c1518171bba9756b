"""Sources of sound that a test controls."""

from __future__ import annotations

import queue

import numpy as np

from app.audio.base import Block
from app.domain.audio import SPEECH_RATE, AudioFormat
from app.domain.errors import CaptionError

BLOCK = 800


class FakeSource:
    """Delivers `seconds` of a constant at 16 kHz, or for ever until closed; then fails or ends."""

    def __init__(
        self,
        seconds: float | None = None,
        *,
        live: bool = True,
        fails: CaptionError | None = None,
        lost: int = 0,
    ) -> None:
        self.live = live
        self.duration = None if live else seconds
        self.warning: str | None = None
        self.opened = self.closed = 0
        self._left = None if seconds is None else round(seconds * SPEECH_RATE)
        self._fails = fails
        self._lost = lost
        self._closing: queue.Queue[None] = queue.Queue()

    def open(self) -> AudioFormat:
        self.opened += 1
        return AudioFormat(SPEECH_RATE, 1)

    def read(self) -> Block | None:
        if self._left is None:
            try:
                self._closing.get(timeout=0.005)
            except queue.Empty:
                return self._block(BLOCK)
            return None
        if self.closed or self._left <= 0:
            if self._fails is not None:
                raise self._fails
            return None
        length = min(BLOCK, self._left)
        self._left -= length
        return self._block(length)

    def close(self) -> None:
        self.closed += 1
        self._closing.put(None)

    def _block(self, length: int) -> Block:
        lost, self._lost = self._lost, 0
        return Block(np.full((length, 1), 0.5, np.float32), lost)
