"""Between a device that can't wait and a reader that may be late."""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING

from app.audio.base import Block

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Ring:
    """A bounded queue of sound: when full, the oldest goes, and is counted.

    Args:
        capacity: samples (per channel) to hold.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._blocks: deque[Block] = deque()
        self._held = 0
        self._given_up = 0
        self._closed = False
        # A plain lock: the device's thread must be able to take it without Python knowing the thread.
        self._changed = threading.Condition(threading.Lock())

    def put(self, samples: NDArray[np.float32], lost: int = 0, at: float | None = None) -> None:
        """Add sound that came at `at`; never waits for the reader. `lost` samples went missing before it."""
        with self._changed:
            self._blocks.append(Block(samples, lost, at))
            self._held += len(samples)
            while self._held > self._capacity and len(self._blocks) > 1:
                oldest = self._blocks.popleft()
                self._held -= len(oldest.samples)
                self._given_up += oldest.lost + len(oldest.samples)
            self._changed.notify()

    def get(self, patience: float) -> Block | None:
        """Take the oldest sound; None once closed and empty, or after `patience` seconds of nothing."""
        with self._changed:
            self._changed.wait_for(lambda: self._blocks or self._closed, patience)
            if not self._blocks:
                return None
            block = self._blocks.popleft()
            self._held -= len(block.samples)
            lost, self._given_up = block.lost + self._given_up, 0
            return Block(block.samples, lost, block.at)

    @property
    def over(self) -> bool:
        """Whether it is closed and all has been taken."""
        with self._changed:
            return self._closed and not self._blocks

    def close(self) -> None:
        """No more will come: a waiting `get` returns once the ring is empty."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
