"""A lane's sound between capture and recognition."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

from app.domain.audio import SPEECH_RATE, AudioFrame

if TYPE_CHECKING:
    from app.domain.audio import Samples

HOLD_SECONDS = 300.0
"""Live sound kept for an engine that can't keep up; what is older is given up, visibly."""
AHEAD_SECONDS = 10.0
"""How far a recording is read ahead of the engine."""
SILENCE_SECONDS = 10.0
"""Longest stretch of silence handed out at once in the place of sound given up."""


class Spool:
    """Frames in the order they were captured; one writer, one reader, one event loop.

    Sound that had to be given up comes out as silence of the same length, so that the reader's
    clock stays the session's.

    Args:
        start: index of the first sample on the session clock.
        hold: seconds of unread sound beyond which the oldest is given up.
    """

    def __init__(self, start: int = 0, hold: float = HOLD_SECONDS) -> None:
        self._frames: deque[AudioFrame] = deque()
        self._hold = round(hold * SPEECH_RATE)
        self._done = self._read = self._oldest = self._written = start
        self._finished = False
        self._filled = asyncio.Event()
        self._drained = asyncio.Event()

    @property
    def written(self) -> int:
        """Index after the newest sample."""
        return self._written

    @property
    def finished(self) -> bool:
        """Whether no more frames will come."""
        return self._finished

    @property
    def worked_through(self) -> int:
        """Index after the last sample that the reader is done with: it came back for more."""
        return self._done

    def put(self, frame: AudioFrame) -> tuple[int, int] | None:
        """Keep a frame; its `start` must be `written`.

        Returns:
            The stretch of samples that had to be given up to make room, if any.
        """
        self._frames.append(frame)
        self._written = frame.stop
        self._filled.set()
        if self._written - self._oldest <= self._hold:
            return None
        lost_from = self._oldest
        while self._written - self._oldest > self._hold // 2:
            self._oldest = self._frames.popleft().stop
        return lost_from, self._oldest

    async def room(self) -> None:
        """Wait until the reader is less than `AHEAD_SECONDS` behind."""
        while self._written - self._read > AHEAD_SECONDS * SPEECH_RATE:
            self._drained.clear()
            await self._drained.wait()

    def finish(self) -> None:
        """No more frames will come."""
        self._finished = True
        self._filled.set()

    async def read(self) -> AudioFrame | None:
        """Wait for sound and return all there is; None at the end."""
        self._done = self._read
        while self._read == self._written:
            if self._finished:
                return None
            self._filled.clear()
            await self._filled.wait()
        frame = AudioFrame(self._read, self._silence() if self._read < self._oldest else self._pending())
        self._read = frame.stop
        self._oldest = max(self._oldest, self._read)
        self._drained.set()
        return frame

    def _silence(self) -> Samples:
        # Not at the top: the window opens before anything needs numpy.
        import numpy as np

        length = min(self._oldest - self._read, round(SILENCE_SECONDS * SPEECH_RATE))
        return np.zeros(length, np.float32)

    def _pending(self) -> Samples:
        import numpy as np

        pending = [frame.samples for frame in self._frames]
        self._frames.clear()
        return pending[0] if len(pending) == 1 else np.concatenate(pending)
