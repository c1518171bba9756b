"""Recordings of every common kind."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from app.audio.base import Block
from app.audio.decoder import Decoder
from app.audio.media_errors import check_file, nothing_decoded
from app.domain.audio import AudioFormat

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_PATIENCE = 0.5
"""Seconds that closing may wait for a drive that does not answer."""


class MediaFile:
    """The sound of a recording, as fast as it can be read. To be opened once.

    Times are those of the recording: silence stands where it has no sound, so that captions fit its video.
    """

    live = False

    def __init__(self, path: Path) -> None:
        self.duration: float | None = None
        self._path = path
        self._reading = threading.Lock()
        self._closed = False
        self._decoder: Decoder | None = None
        self._blocks: Iterator[NDArray[np.float32]] = iter(())

    @property
    def warning(self) -> str | None:
        """What was wrong with the recording, known once its end is reached; None for a good one."""
        return self._decoder.warning if self._decoder else None

    def open(self) -> AudioFormat:
        """Open the recording and decode its beginning.

        Raises:
            InputError: it can't be read, or there is no sound in it.
        """
        check_file(self._path)
        with self._reading:
            decoder = Decoder(self._path)
            self._decoder = decoder
            self.duration = decoder.duration
            blocks = decoder.blocks()
            first = next(blocks, None)
            if first is None:
                decoder.close()
                raise nothing_decoded(self._path, damaged=decoder.damages > 0)
            self._blocks = chain([first], blocks)
            return decoder.format

    def read(self) -> Block | None:
        """Decode the next half second.

        Raises:
            InputError: the drive that holds it went away.
        """
        with self._reading:
            samples = None if self._closed else next(self._blocks, None)
            if self._closed and self._decoder is not None:
                self._decoder.close()
        return None if samples is None else Block(samples)

    def close(self) -> None:
        """Let go of the recording."""
        self._closed = True
        # Not while `read` is at work in another thread; if it takes too long, it will close by itself.
        if self._reading.acquire(timeout=_PATIENCE):
            if self._decoder is not None:
                self._decoder.close()
            self._reading.release()
