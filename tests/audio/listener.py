"""A lane's ear: what came of a source that follows devices, and when."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from app.audio.base import Block
from app.audio.following import Following

PATIENCE = 20.0
"""Far more than it takes, for machines that have much to do."""


class Listener:
    """Reads a source on a thread of its own, as a lane does, and keeps what came when."""

    def __init__(self, following: Following) -> None:
        self.following = following
        self.rate = following.open().rate
        self.began = time.monotonic()
        self.samples = 0
        self.blocks: list[tuple[float, Block]] = []
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    def close(self) -> None:
        self.following.close()
        self._thread.join()

    @property
    def sentences(self) -> list[str]:
        return [event.sentence for _, block in self.blocks for event in block.news]

    def wait_for(self, *, sentence: str | None = None, sound: bool = False) -> float:
        """Wait for news or for sound that comes after now; returns the seconds that took."""
        asked, seen = time.monotonic(), 0 if sentence is not None else len(self.blocks)
        while time.monotonic() < asked + PATIENCE:
            new = self.blocks[seen:]
            if sound and any(len(block.samples) for _, block in new):
                return time.monotonic() - asked
            if sentence is not None and sentence in self.sentences:
                return time.monotonic() - asked
            time.sleep(0.02)
        raise AssertionError(f"{self.sentences} and no {sentence or 'sound'}")

    def gaps(self) -> dict[str, float]:
        """Seconds lost, by reason."""
        gaps: dict[str, float] = {}
        for _, block in self.blocks:
            if block.lost:
                gaps[block.reason] = gaps.get(block.reason, 0.0) + block.lost / self.rate
        return gaps

    def behind(self) -> float:
        """Seconds by which the lane's clock is behind the wall's, where it is closest."""
        moments = self.blocks[-50:]
        total, behind = self.samples, []
        for at, block in reversed(moments):
            behind.append(at - self.began - total / self.rate)
            total -= len(block.samples) + block.lost
        return min(behind)

    def _read(self) -> None:
        for block in iter(self.following.read, None):
            self.samples += len(block.samples) + block.lost
            self.blocks.append((time.monotonic(), block))


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait for something that another process does."""
    asked = time.monotonic()
    while not condition():
        assert time.monotonic() < asked + PATIENCE
        time.sleep(0.05)
