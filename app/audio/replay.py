"""The last seconds of a lane, as they came in and as the recognizer heard them."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

import numpy as np

from app.domain.audio import AudioFrame, ReplayStage

if TYPE_CHECKING:
    from app.domain.audio import Samples

KEPT_SECONDS: Final = 6.0
"""Enough to judge a voice by, and no record of what was said."""


class LastSeconds:
    """A bounded memory of sound: when full, the oldest goes.

    Args:
        rate: samples a second.
        seconds: how much it holds.
    """

    def __init__(self, rate: int, seconds: float = KEPT_SECONDS) -> None:
        self.rate = rate
        self._ring = np.zeros(max(1, round(rate * seconds)), np.float32)
        self._next = 0
        """Samples that came in, of which the last ones are held."""

    @property
    def seconds(self) -> float:
        """How much is held."""
        return min(self._next, len(self._ring)) / self.rate

    def put(self, samples: Samples) -> None:
        """Add sound of shape (n,); a copy is kept."""
        size, last = len(self._ring), samples[-len(self._ring) :]
        self._next += len(samples)
        begin = (self._next - len(last)) % size
        until_end = last[: size - begin]
        self._ring[begin : begin + len(until_end)] = until_end
        self._ring[: len(last) - len(until_end)] = last[len(until_end) :]

    def samples(self) -> Samples:
        """What is held, the oldest first; a copy of shape (n,)."""
        size = len(self._ring)
        held: Samples = self._ring[np.arange(max(0, self._next - size), self._next) % size]
        return held


class Replay:
    """Remembers a lane before and after the stages, in memory alone. For any number of threads.

    Args:
        before: samples a second of what comes in.
        after: samples a second of what the recognizer hears.
    """

    def __init__(self, before: int, after: int) -> None:
        self._lock = threading.Lock()
        self._memories = {
            ReplayStage.BEFORE: LastSeconds(before),
            ReplayStage.AFTER: LastSeconds(after),
        }

    @property
    def seconds(self) -> float:
        """How much of both can be heard again."""
        with self._lock:
            return min(memory.seconds for memory in self._memories.values())

    def put(self, before: Samples, after: Samples) -> None:
        """Add what came in, and what became of it, each of shape (n,)."""
        with self._lock:
            self._memories[ReplayStage.BEFORE].put(before)
            self._memories[ReplayStage.AFTER].put(after)

    def last(self, stage: ReplayStage) -> AudioFrame:
        """The last seconds; its place on the clock says nothing."""
        with self._lock:
            memory = self._memories[stage]
            return AudioFrame(0, memory.samples(), memory.rate)
