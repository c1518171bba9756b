"""One lane: capture -> denoise -> spool -> engine, as one TaskGroup."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from app.audio.base import Block, SoundSource
from app.domain.audio import SPEECH_RATE, AudioFrame, Level
from app.domain.errors import CaptionError
from app.domain.events import Gap
from app.domain.request import Denoise
from app.engines.base import Emit, Engine
from app.recognizer.spool import Spool

if TYPE_CHECKING:
    from app.audio.chain import FrameChain

T = TypeVar("T")

GAVE_UP = "This computer could not keep up; some sound was given up."
DROPPED = "Some sound did not reach the program; the computer was too busy."


class Pipeline:
    """Captures one source and has it recognized, until either ends.

    Args:
        start: index of the first sample on the session clock.
        heard: told of every frame captured and how loud it was.
    """

    def __init__(
        self,
        source: SoundSource,
        engine: Engine,
        *,
        start: int,
        denoise: Denoise,
        heard: Callable[[AudioFrame, Level], None],
    ) -> None:
        self.spool = Spool(start)
        self.lost = 0.0
        self._source = source
        self._engine = engine
        self._start = start
        self._denoise = denoise
        self._heard = heard
        self._chain: FrameChain | None = None
        self._emit: Emit = _nobody
        self._problem: CaptionError | None = None
        self._done = False
        self._running = asyncio.Event()
        self._running.set()

    @property
    def duration(self) -> float | None:
        """Seconds of the source, where known."""
        return self._source.duration

    @property
    def ended(self) -> bool:
        """Whether a recording has been recognized to its end."""
        return not self._source.live and self._done

    @property
    def warning(self) -> str | None:
        """What the user should know about the source."""
        return self._source.warning

    def set_denoise(self, denoise: Denoise) -> None:
        """Switch the denoise stage, from the next block on."""
        self._denoise = denoise
        if self._chain is not None:
            self._chain.denoise = denoise

    def pause(self, paused: bool) -> None:
        """Hear nothing for a while: live sound becomes silence, a recording is held."""
        if paused:
            self._running.clear()
        else:
            self._running.set()

    async def finish(self) -> None:
        """End the sound; what was heard is still recognized."""
        self._running.set()
        # Closing a device may block for some milliseconds: not on the loop.
        await asyncio.to_thread(self._source.close)

    async def run(self, emit: Emit) -> None:
        """Capture and recognize until the source ends and the last final is out.

        Raises:
            CaptionError: the source or the engine failed. Whatever was heard before a source
                failed has been recognized.
        """
        self._emit = emit
        try:
            async with asyncio.TaskGroup() as group:
                capture = group.create_task(self._capture(), name="capture")
                await self._engine.run(self.spool, emit)
                capture.cancel()
        except* CaptionError as errors:
            # Not raised here: older releases of Python 3.11 would wrap it into a group once more.
            self._problem = _first(errors)
        if self._problem is not None:
            raise self._problem
        self._done = True

    async def _capture(self) -> None:
        thread = ThreadPoolExecutor(1, thread_name_prefix="sound")
        try:
            await self._pump(thread)
        except CaptionError as problem:
            # What was heard until now is recognized first; `run` raises this afterwards.
            self._problem = problem
        finally:
            self.spool.finish()
            await asyncio.shield(asyncio.to_thread(self._let_go, thread))

    def _let_go(self, thread: ThreadPoolExecutor) -> None:
        self._source.close()
        thread.shutdown()

    async def _pump(self, thread: ThreadPoolExecutor) -> None:
        chain = await _in(thread, self._open)
        while (block := await _in(thread, self._source.read)) is not None:
            await self._hold_recording()
            if not self._running.is_set():
                block.samples[:] = 0.0
            frame = await _in(thread, partial(chain.process, block))
            self._report_lost(block, frame)
            await self._keep(frame, chain.level)
        await self._keep(await _in(thread, chain.flush), chain.level)

    def _open(self) -> FrameChain:
        # numpy and soxr load here, in the lane's own thread, after the window is painted.
        from app.audio.chain import FrameChain

        chain = FrameChain(self._source.open(), self._denoise, self._start)
        self._chain = chain
        return chain

    async def _hold_recording(self) -> None:
        if not self._source.live:
            await self._running.wait()

    async def _keep(self, frame: AudioFrame, level: Level) -> None:
        if frame.start == frame.stop:
            return
        given_up = self.spool.put(frame)
        if given_up is not None:
            self._gap(given_up[0] / SPEECH_RATE, given_up[1] / SPEECH_RATE, GAVE_UP)
        self._heard(frame, level)
        if not self._source.live:
            await self.spool.room()

    def _report_lost(self, block: Block, frame: AudioFrame) -> None:
        if block.lost:
            lost = block.lost / self._chain.format.rate if self._chain else 0.0
            self._gap(frame.start_seconds, frame.start_seconds + lost, DROPPED)

    def _gap(self, start: float, end: float, reason: str) -> None:
        self.lost += end - start
        self._emit(Gap(start, end, reason))


async def _in(thread: ThreadPoolExecutor, call: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(thread, call)


def _first(errors: BaseExceptionGroup[CaptionError]) -> CaptionError:
    error = errors.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else error


def _nobody(event: object) -> None:
    """Before `run` there is nobody to tell."""
