"""Sound that there is no room for in memory, on disk for as long as it is needed."""

from __future__ import annotations

import heapq
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from app.domain.audio import from_pcm, pcm
from app.domain.errors import OutputError

if TYPE_CHECKING:
    from app.domain.audio import Samples

SLOT_SAMPLES: Final = 160_000
"""Samples kept at once, at most: 10 s at 16 kHz."""
_SAMPLE_BYTES: Final = 2


@dataclass(frozen=True, slots=True)
class Stored:
    """A stretch of sound on disk."""

    slot: int
    length: int


class SoundStore:
    """Keeps stretches of sound in one file of slots, as 16-bit samples; may be used by several threads.

    The file has no name (or goes when it is closed, where the system knows no such files): what was
    said does not outlive the program, however that ends.

    Args:
        folder: where the file is; made when the first sound is kept.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: IO[bytes] | None = None
        self._lock = threading.Lock()
        self._free: list[int] = []
        self._slots = 0
        self._closed = False

    def keep(self, samples: Samples) -> Stored:
        """Put `samples`, shape (n,) with n up to `SLOT_SAMPLES`, on disk. Blocks.

        Raises:
            OutputError: there is no room, or no right to write there.
        """
        data = pcm(samples)
        with self._lock:
            slot = heapq.heappop(self._free) if self._free else self._slots
            self._slots = max(self._slots, slot + 1)
            try:
                self._write(slot, data)
            except OSError as error:
                heapq.heappush(self._free, slot)
                raise OutputError(
                    f"Sound can't be kept on disk: {error.strerror or error}.",
                    f"Make room in {self._folder}.",
                ) from error
        return Stored(slot, len(samples))

    def fetch(self, stored: Stored) -> Samples:
        """The sound again, shape (n,), float32. Blocks.

        Raises:
            OutputError: the disk does not give it back.
        """
        with self._lock:
            try:
                data = self._read(stored)
            except OSError as error:
                raise OutputError(f"Sound can't be read from disk: {error.strerror or error}.") from error
        return from_pcm(data)

    def forget(self, stored: Stored) -> None:
        """Its place may be used again."""
        with self._lock:
            heapq.heappush(self._free, stored.slot)

    def close(self) -> None:
        """Let go of everything, for good."""
        with self._lock:
            self._closed = True
            if self._file is not None:
                self._file.close()
                self._file = None

    def _write(self, slot: int, data: bytes) -> None:
        if self._closed:
            raise OSError("it was closed")
        if self._file is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._file = tempfile.TemporaryFile(dir=self._folder, prefix="sound-", buffering=0)  # noqa: SIM115  # lives as long as the store
        self._file.seek(slot * SLOT_SAMPLES * _SAMPLE_BYTES)
        written = self._file.write(data)
        if written != len(data):
            raise OSError("the disk is full")

    def _read(self, stored: Stored) -> bytes:
        if self._file is None:
            raise OSError("it was closed")
        self._file.seek(stored.slot * SLOT_SAMPLES * _SAMPLE_BYTES)
        data = self._file.read(stored.length * _SAMPLE_BYTES)
        if len(data) != stored.length * _SAMPLE_BYTES:
            raise OSError("a part is missing")
        return data
