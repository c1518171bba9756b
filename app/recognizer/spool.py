"""A lane's sound from its capture until its words are final."""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.audio import SPEECH_RATE, AudioFrame
from app.domain.errors import OutputError
from app.recognizer.sound_store import SLOT_SAMPLES, SoundStore, Stored

if TYPE_CHECKING:
    from app.domain.audio import Samples

MEMORY_SECONDS = 300.0
"""Sound kept in memory (19 MB); what is older goes to disk, or is given up where there is no store."""
AHEAD_SECONDS = 10.0
"""How far a recording is read ahead of the engine."""
AT_ONCE_SECONDS = 2.0
"""Longest stretch handed out at once: what is said of the lag is as coarse as this."""


@dataclass(frozen=True, slots=True, eq=False)
class _Piece:
    """A stretch of sound, in memory or on disk."""

    start: int
    stop: int
    sound: Samples | Stored


class Spool:
    """Keeps what was captured, in order, until it is acknowledged; an engine reads it, and may come back.

    One writer, one reader at a time, one event loop. An engine that lost its line, and another that takes
    over, go on with `rewind`: it leads back to the first sound whose words are not final yet. Sound that
    had to be given up comes out as silence of the same length, so that the reader's clock stays the
    session's.

    Args:
        start: index of the first sample on the session clock.
        store: where sound goes that there is no room for in memory.
        memory: seconds of sound kept in memory.

    Attributes:
        rate: samples a second, of everything that is counted here.
    """

    def __init__(
        self, start: int = 0, *, store: SoundStore | None = None, memory: float = MEMORY_SECONDS
    ) -> None:
        self.rate = SPEECH_RATE
        self._store = store
        self._memory = memory
        self._pieces: list[_Piece] = []
        self._in_memory = 0
        self._cuts: list[int] = []
        self._cut_follows = False
        self._done = self._read = self._acknowledged = self._written = self._wanted = start
        self._finished = False
        self._filled = asyncio.Event()
        self._drained = asyncio.Event()

    @property
    def written(self) -> int:
        """Index after the newest sample."""
        return self._written

    @property
    def written_seconds(self) -> float:
        """When the newest sample ends, on the session clock."""
        return self._written / self.rate

    @property
    def acknowledged(self) -> int:
        """Index of the first sample whose words are not final yet."""
        return self._acknowledged

    @property
    def acknowledged_seconds(self) -> float:
        """When the sound begins whose words are not final yet, on the session clock."""
        return self._acknowledged / self.rate

    @property
    def finished(self) -> bool:
        """Whether no more frames will come."""
        return self._finished

    @property
    def worked_through(self) -> int:
        """Index after the last sample that the reader is done with: it came back for more."""
        return self._done

    @property
    def worked_through_seconds(self) -> float:
        """When the sound ends that the reader is done with, on the session clock."""
        return self._done / self.rate

    def missing(self) -> float:
        """Seconds of sound that the reader needs before it can go on, 0 where it waits for none.

        May be asked from any thread.
        """
        return 0.0 if self._cut_follows else max(0, self._wanted - self._written) / self.rate

    def tune(self, rate: int) -> None:
        """Count in samples at `rate`; before the first frame."""
        start = round(self._written * rate / self.rate)
        self.rate = rate
        self._done = self._read = self._acknowledged = self._written = self._wanted = start

    def put(self, frame: AudioFrame) -> None:
        """Keep a frame; at the spool's rate, and its `start` must be `written`."""
        for begin in range(0, len(frame.samples), SLOT_SAMPLES):
            samples = frame.samples[begin : begin + SLOT_SAMPLES]
            self._pieces.append(_Piece(frame.start + begin, frame.start + begin + len(samples), samples))
        self._in_memory += frame.stop - frame.start
        self._written = frame.stop
        if self._cut_follows:
            self._cut_follows = False
            self._cuts.append(self._written)
        self._filled.set()

    def cut(self) -> None:
        """The user ends a sentence here, behind all that was captured."""
        if self._written <= (self._cuts[-1] if self._cuts else self._acknowledged):
            return
        if self._read == self._written:
            # The reader has it all: it learns of this with the next sound.
            self._cut_follows = True
        else:
            self._cuts.append(self._written)

    def acknowledge(self, seconds: float) -> None:
        """The words of all sound before this moment of the session are final; it may be forgotten."""
        stop = min(round(seconds * self.rate), self._read)
        if stop <= self._acknowledged:
            return
        self._acknowledged = stop
        count = bisect_right(self._pieces, stop, key=_stop)
        for piece in self._pieces[:count]:
            self._forget(piece)
        del self._pieces[:count]
        del self._cuts[: bisect_right(self._cuts, stop)]

    def rewind(self) -> None:
        """Go back to the first sound whose words are not final yet."""
        self._read = self._done = self._acknowledged
        self._filled.set()

    def finish(self) -> None:
        """No more frames will come."""
        self._finished = True
        self._filled.set()

    def close(self) -> None:
        """Nobody will read any more."""
        for piece in self._pieces:
            self._forget(piece)
        self._pieces.clear()

    async def room(self) -> None:
        """Wait until the reader is less than `AHEAD_SECONDS` behind."""
        while self._written - self._read > AHEAD_SECONDS * self.rate:
            self._drained.clear()
            await self._drained.wait()

    async def settle(self) -> tuple[tuple[int, int], OutputError | None] | None:
        """Move the oldest sound to disk while there is too much in memory.

        Returns:
            The stretch of samples that had to be given up, if any, and why the disk did not take it.
        """
        while self._crowded:
            if self._store is None:
                return self._give_up(), None
            try:
                await self._move(self._oldest_in_memory(), self._store)
            except OutputError as error:
                # While the disk made up its mind, some of it may have been acknowledged.
                return (self._give_up(), error) if self._crowded else None
        return None

    async def read(self, least: float = 0.0) -> AudioFrame | None:
        """Wait for sound and return the next of it, up to `AT_ONCE_SECONDS`; None at the end.

        Args:
            least: seconds without which the reader can do nothing, for whoever asks what is missing.

        Raises:
            OutputError: the disk does not give back what was put there.
        """
        self._done = self._read
        self._wanted = self._read + round(least * self.rate)
        while self._read == self._written:
            if self._finished:
                return None
            self._filled.clear()
            await self._filled.wait()
        start, stop = self._read, self._reach()
        samples = await self._sound(start, stop)
        self._read = stop
        self._drained.set()
        return AudioFrame(start, samples, self.rate, stop in self._cuts)

    def _reach(self) -> int:
        """How far the next read goes: no further than the next cut."""
        stop = min(self._written, self._read + round(AT_ONCE_SECONDS * self.rate))
        place = bisect_right(self._cuts, self._read)
        return min(stop, self._cuts[place]) if place < len(self._cuts) else stop

    async def _sound(self, start: int, stop: int) -> Samples:
        """The samples from `start` to `stop`; silence where they were given up."""
        # Not at the top: the window opens before anything needs numpy.
        import numpy as np

        parts: list[Samples] = []
        at = start
        for piece in self._pieces[bisect_right(self._pieces, start, key=_stop) :]:
            if at >= stop or piece.start >= stop:
                break
            if piece.start > at:
                parts.append(np.zeros(piece.start - at, np.float32))
                at = piece.start
            samples = await self._fetch(piece)
            parts.append(samples[at - piece.start : stop - piece.start])
            at = min(piece.stop, stop)
        if at < stop:
            parts.append(np.zeros(stop - at, np.float32))
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    async def _fetch(self, piece: _Piece) -> Samples:
        if isinstance(piece.sound, Stored) and self._store is not None:
            return await asyncio.to_thread(self._store.fetch, piece.sound)
        assert not isinstance(piece.sound, Stored)
        return piece.sound

    @property
    def _crowded(self) -> bool:
        return self._in_memory > self._memory * self.rate

    def _oldest_in_memory(self) -> list[_Piece]:
        """Pieces that follow one another, as many as one slot takes; at least one."""
        first = next(n for n, piece in enumerate(self._pieces) if not isinstance(piece.sound, Stored))
        last = first + 1
        while (
            last < len(self._pieces)
            and self._pieces[last].start == self._pieces[last - 1].stop
            and self._pieces[last].stop - self._pieces[first].start <= SLOT_SAMPLES
        ):
            last += 1
        return self._pieces[first:last]

    async def _move(self, batch: list[_Piece], store: SoundStore) -> None:
        import numpy as np

        sound = np.concatenate([piece.sound for piece in batch if not isinstance(piece.sound, Stored)])
        stored = await asyncio.to_thread(store.keep, sound)
        if batch[0] not in self._pieces:
            # Some of it was acknowledged meanwhile.
            store.forget(stored)
            return
        first = self._pieces.index(batch[0])
        self._pieces[first : first + len(batch)] = [_Piece(batch[0].start, batch[-1].stop, stored)]
        self._in_memory -= len(sound)

    def _give_up(self) -> tuple[int, int]:
        batch = self._oldest_in_memory()
        first = self._pieces.index(batch[0])
        del self._pieces[first : first + len(batch)]
        self._in_memory -= batch[-1].stop - batch[0].start
        return batch[0].start, batch[-1].stop

    def _forget(self, piece: _Piece) -> None:
        if not isinstance(piece.sound, Stored):
            self._in_memory -= piece.stop - piece.start
        elif self._store is not None:
            self._store.forget(piece.sound)


def _stop(piece: _Piece) -> int:
    return piece.stop
