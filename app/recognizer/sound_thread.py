"""A lane's sound thread: whatever waits for a device, or works on samples, is not on the loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

from app.audio.base import Block, Changing, SoundSource
from app.domain.audio import SILENCE, AudioFormat, AudioFrame, Level, ReplayStage
from app.domain.noise import Denoising
from app.domain.request import Denoise
from app.recognizer.air import Air
from app.recognizer.attention import Attention
from app.recognizer.first_sound import first_sound
from app.recognizer.gathering import Gathering, Heard

if TYPE_CHECKING:
    from app.audio.chain import FrameChain
    from app.audio.replay import Replay

T = TypeVar("T")
PATIENCE_SECONDS: Final = 0.7
"""How long the end of a lane waits for its source."""
_NAME: Final = "sound"


@dataclass(frozen=True, slots=True, eq=False)
class Taken:
    """What one trip to the lane's thread brought.

    Attributes:
        level: how loud the sound is, as far as it is meant to be heard.
        lost: seconds that were lost before the sound.
        absent: there is no sound, only time that passed.
        deaf: the sound is not meant to be heard.
    """

    block: Block
    frame: AudioFrame
    level: Level
    lost: float
    absent: bool
    deaf: bool


def hanging() -> bool:
    """Whether a source that was closed still holds its thread, as it would hold the end of the process."""
    return any(thread.name.startswith(f"{_NAME}_") for thread in threading.enumerate())


class SoundThread:
    """Opens a source, reads it, and makes of its blocks what an engine hears; one call at a time.

    Args:
        denoise: the stage to begin with.
        attention: knows what is not meant to be heard.
        since: monotonic moment at which the lane starts; its first sound where left out.
        plays_into: carries this lane's sound to a microphone in the same room, if there is one.
        hears_from: carries to this lane what it should not hear.
        remembers: the last seconds can be heard again.
    """

    def __init__(
        self,
        source: SoundSource,
        *,
        denoise: Denoise,
        attention: Attention,
        since: float | None,
        plays_into: Air | None,
        hears_from: Air | None,
        remembers: bool,
    ) -> None:
        self._source = source
        self._sound = Gathering(source, attention)
        self._denoise = denoise
        self._since = since
        self._plays_into = plays_into
        self._hears_from = hears_from
        self._remembers = remembers
        self._replay: Replay | None = None
        self._chain: FrameChain | None = None
        # It starts with the first call.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=_NAME)

    @property
    def denoising(self) -> Denoising:
        """What the denoise stage does just now."""
        return Denoising() if self._chain is None else self._chain.denoising

    @property
    def remembered(self) -> float:
        """Seconds that can be heard again."""
        replay = self._replay
        return 0.0 if replay is None else replay.seconds

    def last_seconds(self, stage: ReplayStage) -> AudioFrame | None:
        """What is remembered; None once the source is closed."""
        replay = self._replay
        return None if replay is None else replay.last(stage)

    def set_denoise(self, denoise: Denoise) -> None:
        """Switch the denoise stage, from the next block on."""
        self._denoise = denoise
        if self._chain is not None:
            self._chain.denoise = denoise

    async def run(self, call: Callable[[], T]) -> T:
        """Have `call` done here."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, call)

    async def open(self) -> AudioFormat:
        """Open the source.

        Raises:
            InputError: it can't be opened.
        """
        return await self.run(self._source.open)

    async def begin(self, source: AudioFormat, start: int, rate: int) -> list[Block]:
        """Wait for the first sound, as far as its place on the clock is known then, and get ready to take it.

        Args:
            source: as it was opened.
            start: of the first sample, at `rate`.
            rate: samples a second of what the engine hears.

        Raises:
            InputError: the sound broke off.
        """
        return await self.run(partial(self._begin, source, start, rate))

    async def take(self, block: Block) -> Taken:
        """What comes of a block."""
        assert self._chain is not None
        return await self.run(partial(self._process, self._chain, self._sound.judged(block)))

    async def hear(self, missing: Callable[[], float]) -> Taken | None:
        """Wait for sound and take it, in one trip: trips are what costs. None at the end.

        Args:
            missing: seconds without which nobody can do anything, asked for in this thread. What is taken may
                be less.

        Raises:
            InputError: the sound broke off.
        """
        assert self._chain is not None
        # A pipe may pause. Of two lanes in one room, what one plays must have come before the other hears it.
        alone = self._source.live and self._plays_into is None and self._hears_from is None
        return await self.run(partial(self._read, self._chain, missing if alone else _nothing))

    async def flush(self) -> tuple[AudioFrame, Level]:
        """What is still on its way at the end, and how loud it is."""
        assert self._chain is not None
        return await self.run(self._chain.flush), self._chain.level

    async def close(self) -> None:
        """Close the source and end the thread, whoever is cancelled meanwhile.

        A device that hangs, or a drive that does not answer, holds the thread and nobody else.
        """
        # A future and no task: the end of the loop cancels tasks, and what has not begun by then never would.
        letting_go = asyncio.get_running_loop().run_in_executor(None, self._let_go)
        done, _ = await asyncio.wait([letting_go], timeout=PATIENCE_SECONDS)
        for future in done:
            future.result()

    def _begin(self, source: AudioFormat, start: int, rate: int) -> list[Block]:
        if isinstance(self._source, Changing):
            # A telephone's headset must not make a telephone of what comes after it.
            source = self._source.at_least(rate)
        first = self._first_sound(source)
        self._chain = self._new_chain(source, start, rate)
        return first

    def _first_sound(self, source: AudioFormat) -> list[Block]:
        if self._since is not None:
            return first_sound(self._source.read, source, self._since)
        block = self._source.read()
        return [] if block is None else [block]

    def _new_chain(self, source: AudioFormat, start: int, rate: int) -> FrameChain:
        # numpy and soxr load here, in the lane's own thread, after the window is painted.
        from app.audio.chain import FrameChain
        from app.audio.replay import Replay

        if self._remembers:
            self._replay = Replay(source.rate, rate)
        echo = self._hears_from.reference() if self._hears_from is not None else None
        return FrameChain(source, self._denoise, start, rate, echo)

    def _read(self, chain: FrameChain, missing: Callable[[], float]) -> Taken | None:
        heard = self._sound.next(chain.format.rate, missing)
        return None if heard is None else self._process(chain, heard)

    def _process(self, chain: FrameChain, heard: Heard) -> Taken:
        block, deaf = heard.block, heard.deaf
        if deaf and self._plays_into is None:
            block.samples[:] = 0.0
        lost, absent = block.lost / chain.format.rate, not len(block.samples)
        frame, level = chain.process(block), chain.level
        if self._plays_into is not None:
            self._plays_into.reference().put(frame)
            if deaf:
                # Nobody listens, and the microphone hears it all the same.
                frame.samples[:] = 0.0
        if deaf:
            level = SILENCE
        if self._replay is not None and not deaf:
            self._replay.put(chain.mono, frame.samples)
        return Taken(block, frame, level, lost, absent, deaf)

    def _let_go(self) -> None:
        self._source.close()
        # Whoever keeps the lane for another reason keeps nothing of what was said.
        self._replay = None
        self._thread.shutdown()


def _nothing() -> float:
    """Nobody waits for more than there is."""
    return 0.0
