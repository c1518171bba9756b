"""One lane: capture -> denoise -> spool -> engine, as one TaskGroup."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from math import inf
from typing import TYPE_CHECKING, TypeVar

from app.audio.base import Block, SoundSource
from app.domain.audio import SPEECH_RATE, AudioFormat, AudioFrame, Level
from app.domain.errors import CaptionError
from app.domain.events import Advice, Event, Gap
from app.domain.request import Denoise
from app.engines.base import USUAL, Emit, Engine, Tuned
from app.recognizer.acknowledging import Acknowledging
from app.recognizer.attention import Attention
from app.recognizer.sound_store import SoundStore
from app.recognizer.spool import Spool

if TYPE_CHECKING:
    from app.audio.chain import FrameChain

T = TypeVar("T")

GAVE_UP = "There was no room left to keep this sound until its words were known."
SETTLING = 0.5
"""Seconds of sound after which it is plain when the first of it came."""
DROPPED = "Some sound did not reach the program; the computer was too busy."


class Pipeline:
    """Captures one source and has it recognized, until either ends.

    Args:
        start: of the first sample, in seconds on the session clock.
        push_to_talk: live sound is heard only while the user holds a key.
        store: where sound goes that waits for its words and finds no room in memory.
        since: monotonic moment at which `start` is, for lanes that share a clock; the lane's first sound
            where left out.
        heard: told of every frame captured and how loud it was.
    """

    def __init__(
        self,
        source: SoundSource,
        engine: Engine,
        *,
        start: float,
        denoise: Denoise,
        push_to_talk: bool = False,
        store: SoundStore | None = None,
        since: float | None = None,
        heard: Callable[[AudioFrame, Level], None],
    ) -> None:
        self.spool = Spool(round(start * SPEECH_RATE), store=store)
        self._frames = Acknowledging(self.spool)
        self.lost = 0.0
        self._source = source
        self._engine = engine
        self._tuning = engine.tuning if isinstance(engine, Tuned) else USUAL
        self._denoise = denoise
        self._since = since
        self._heard = heard
        self._chain: FrameChain | None = None
        self._emit: Emit = _nobody
        self._problem: CaptionError | None = None
        self._done = False
        self._silent = True
        """Nothing has been heard."""
        self._attention = Attention(push_to_talk and source.live)
        self._running = asyncio.Event()
        self._running.set()

    @property
    def duration(self) -> float | None:
        """Seconds of the source, where known."""
        return self._source.duration

    @property
    def live(self) -> bool:
        """Whether the sound comes at its own pace."""
        return self._source.live

    @property
    def ended(self) -> bool:
        """Whether a recording has been recognized to its end."""
        return not self._source.live and self._done

    @property
    def wordless(self) -> float:
        """The moment of the session from which on speech has no words."""
        return self._frames.wordless

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
        self._attention.paused = paused
        if paused:
            self._running.clear()
        else:
            self._running.set()

    def mute(self, muted: bool) -> None:
        """Hear silence on this lane, or hear it again; its clock goes on."""
        self._attention.muted = muted

    def talk(self, talking: bool) -> None:
        """With push-to-talk: the user holds the key, or lets it go, which ends the sentence."""
        if self._attention.talk(talking, self.spool.written_seconds):
            self.spool.cut()

    def end_sentence(self) -> None:
        """The user ends the sentence here."""
        self.spool.cut()

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

        def take(event: Event) -> None:
            self._frames.take(event)
            emit(event)

        try:
            async with asyncio.TaskGroup() as group:
                capture = group.create_task(self._capture(), name="capture")
                await self._engine.run(self._frames, take)
                capture.cancel()
        except* CaptionError as errors:
            # Not raised here: older releases of Python 3.11 would wrap it into a group once more.
            self._problem = _first(errors)
        finally:
            self.spool.close()
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
            if self._silent:
                # Nobody need wait for the engine.
                raise
        finally:
            self.spool.finish()
            await asyncio.shield(asyncio.to_thread(self._let_go, thread))

    def _let_go(self, thread: ThreadPoolExecutor) -> None:
        self._source.close()
        thread.shutdown()

    async def _pump(self, thread: ThreadPoolExecutor) -> None:
        source, first = await _in(thread, self._start)
        chain = await self._prepare(thread, source)
        for early in first:
            await self._take(thread, chain, early)
        while first and (block := await _in(thread, self._source.read)) is not None:
            await self._take(thread, chain, block)
        await self._keep(await _in(thread, chain.flush), chain.level)

    async def _take(self, thread: ThreadPoolExecutor, chain: FrameChain, block: Block) -> None:
        lost, frame = await _in(thread, partial(self._process, chain, block))
        self._report_lost(lost, frame)
        await self._keep(frame, chain.level)
        await self._hold_recording()

    def _start(self) -> tuple[AudioFormat, list[Block]]:
        """Open the source and wait for its first sound, as far as its place on the clock is known then."""
        source = self._source.open()
        if self._since is not None:
            return source, self._placed(source, self._since)
        block = self._source.read()
        return source, [] if block is None else [block]

    def _placed(self, source: AudioFormat, since: float) -> list[Block]:
        """The first blocks, behind the time in which the lane was not heard yet and others may have been."""
        blocks: list[Block] = []
        heard, began = 0.0, inf
        while heard < SETTLING and (block := self._source.read()) is not None:
            blocks.append(block)
            heard += (block.lost + len(block.samples)) / source.rate
            # On a busy computer blocks are handed over late, but not each of them.
            began = min(began, (time.monotonic() if block.at is None else block.at) - heard)
        if blocks:
            blocks[0] = _behind(max(0.0, began - since), blocks[0], source)
        return blocks

    async def _prepare(self, thread: ThreadPoolExecutor, source: AudioFormat) -> FrameChain:
        # Sound that already is as the engine wants it stays so.
        self.spool.tune(self._tuning.rate if source.rate == self._tuning.rate else SPEECH_RATE)
        advice = self._tuning.advice(source.rate)
        if advice:
            self._emit(Advice(advice))
        self._chain = await _in(thread, partial(self._new_chain, source))
        return self._chain

    def _new_chain(self, source: AudioFormat) -> FrameChain:
        # numpy and soxr load here, in the lane's own thread, after the window is painted.
        from app.audio.chain import FrameChain

        return FrameChain(source, self._denoise, self.spool.written, self.spool.rate)

    def _process(self, chain: FrameChain, block: Block) -> tuple[float, AudioFrame]:
        """Seconds that were lost, and the sound after them."""
        if self._source.live and self._attention.deaf:
            block.samples[:] = 0.0
        return block.lost / chain.format.rate, chain.process(block)

    async def _hold_recording(self) -> None:
        if not self._source.live:
            await self._running.wait()

    async def _keep(self, frame: AudioFrame, level: Level) -> None:
        if frame.start == frame.stop:
            return
        self._silent = False
        self.spool.put(frame)
        if self._attention.reached(frame.stop_seconds):
            self.spool.cut()
        self._heard(frame, level)
        await self._settle()
        if not self._source.live:
            await self.spool.room()

    async def _settle(self) -> None:
        """Make room in memory; what had to be given up for it is said."""
        settled = await self.spool.settle()
        if settled is not None:
            (start, stop), why = settled
            rate = self.spool.rate
            self._gap(start / rate, stop / rate, f"{GAVE_UP} {why}" if why else GAVE_UP)

    def _report_lost(self, lost: float, frame: AudioFrame) -> None:
        if lost:
            self._gap(frame.start_seconds, frame.start_seconds + lost, DROPPED)

    def _gap(self, start: float, end: float, reason: str) -> None:
        self.lost += end - start
        self._emit(Gap(start, end, reason))


def _behind(seconds: float, block: Block, source: AudioFormat) -> Block:
    """The block behind silence."""
    # Not at the top: the window opens before anything needs numpy.
    import numpy as np

    silence = np.zeros((round(seconds * source.rate), source.channels), np.float32)
    return replace(block, samples=np.concatenate((silence, block.samples)))


async def _in(thread: ThreadPoolExecutor, call: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(thread, call)


def _first(errors: BaseExceptionGroup[CaptionError]) -> CaptionError:
    error = errors.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else error


def _nobody(event: object) -> None:
    """Before `run` there is nobody to tell."""
