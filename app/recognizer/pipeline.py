"""One lane: capture -> denoise -> spool -> engine, as one TaskGroup."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

from app.audio.base import Explaining, SoundSource
from app.domain.audio import SPEECH_RATE, AudioFormat, AudioFrame, Level, ReplayStage
from app.domain.errors import CaptionError, first_of
from app.domain.events import Advice, Event, Gap, Trouble
from app.domain.noise import Denoising
from app.domain.request import Denoise
from app.engines.base import USUAL, Emit, Engine, Tuned
from app.recognizer.acknowledging import Acknowledging
from app.recognizer.air import Air
from app.recognizer.attention import Attention
from app.recognizer.holes import Holes
from app.recognizer.silence import Silence, Turn
from app.recognizer.sound_store import SoundStore
from app.recognizer.sound_thread import SoundThread, Taken
from app.recognizer.spool import Spool

GAVE_UP = "There was no room left to keep this sound until its words were known."
DROPPED = "Some sound did not reach the program; the computer was too busy."


class Pipeline:
    """Captures one source and has it recognized, until either ends.

    Args:
        start: of the first sample, in seconds on the session clock.
        push_to_talk: live sound is heard only while the user holds a key.
        store: where sound goes that waits for its words and finds no room in memory.
        since: monotonic moment at which `start` is, for lanes that share a clock; the lane's first sound
            where left out.
        plays_into: carries this lane's sound to a microphone in the same room, if there is one.
        hears_from: carries to this lane what it should not hear.
        remembers: the last seconds can be heard again, where they came at their own pace.
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
        plays_into: Air | None = None,
        hears_from: Air | None = None,
        remembers: bool = False,
        heard: Callable[[AudioFrame, Level], None],
    ) -> None:
        self.spool = Spool(round(start * SPEECH_RATE), store=store)
        self._frames = Acknowledging(self.spool)
        self.lost = 0.0
        self._source = source
        self._engine = engine
        self._tuning = engine.tuning if isinstance(engine, Tuned) else USUAL
        self._heard = heard
        self._emit: Emit = _nobody
        self._problem: CaptionError | None = None
        self._done = False
        self._silent = True
        """Nothing has been heard."""
        self._attention = Attention(push_to_talk and source.live)
        self._thread = SoundThread(
            source,
            denoise=denoise,
            attention=self._attention,
            since=since,
            plays_into=plays_into,
            hears_from=hears_from,
            remembers=remembers and source.live,
        )
        # Asked once: it takes longer than all the rest that is done with a block on the loop.
        self._explaining = source if isinstance(source, Explaining) else None
        self._rates: set[int] = set()
        """Of devices, those that were judged already."""
        self._holes = Holes()
        self._silence = Silence()
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
    def recognized(self) -> float:
        """The moment of the session up to which words are out, as far as is known."""
        # Who has said the last word is not late with sound that none comes of.
        return self.spool.worked_through_seconds - (0.0 if self._done else self._frames.late)

    @property
    def warning(self) -> str | None:
        """What the user should know about the source."""
        return self._source.warning

    @property
    def denoising(self) -> Denoising:
        """What the denoise stage does just now."""
        return self._thread.denoising

    @property
    def remembered(self) -> float:
        """Seconds that can be heard again."""
        return self._thread.remembered

    def last_seconds(self, stage: ReplayStage) -> AudioFrame | None:
        """What is remembered; None once the source is closed."""
        return self._thread.last_seconds(stage)

    def replaying(self, replaying: bool) -> None:
        """Hear silence while something is played to the user: it is not to be heard again."""
        self._attention.replaying = replaying

    def set_denoise(self, denoise: Denoise) -> None:
        """Switch the denoise stage, from the next block on."""
        self._thread.set_denoise(denoise)

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
            self._problem = first_of(errors)
        finally:
            self.spool.close()
        if self._problem is not None:
            raise self._problem
        self._done = True

    async def _capture(self) -> None:
        try:
            await self._pump()
        except CaptionError as problem:
            # What was heard until now is recognized first; `run` raises this afterwards.
            self._problem = problem
            if self._silent:
                # Nobody need wait for the engine.
                raise
        finally:
            self._mark(self._holes.end())
            self.spool.finish()
            await self._thread.close()

    async def _pump(self) -> None:
        source = await self._thread.open()
        self._tune(source)
        first = await self._thread.begin(source, self.spool.written, self.spool.rate)
        for early in first:
            await self._take(await self._thread.take(early))
        while first and (taken := await self._thread.hear(self.spool.missing)) is not None:
            await self._take(taken)
        await self._keep(*await self._thread.flush())

    def _tune(self, source: AudioFormat) -> None:
        # Sound that already is as the engine wants it stays so.
        self.spool.tune(self._tuning.rate if source.rate == self._tuning.rate else SPEECH_RATE)
        self._advise(source.rate)

    def _advise(self, rate: int) -> None:
        """What the user should know about a device of so many samples a second, once for all such devices."""
        if rate not in self._rates:
            self._rates.add(rate)
            advice = self._tuning.advice(rate)
            if advice:
                self._emit(Advice(advice))

    async def _take(self, taken: Taken) -> None:
        self._report(taken)
        await self._keep(taken.frame, taken.level)
        await self._notice_silence(taken)
        await self._hold_recording()

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

    def _report(self, taken: Taken) -> None:
        """What happened to the source, and what was lost, which is marked as a whole once it is over."""
        for event in taken.block.news:
            self._emit(event)
        if taken.block.device_rate is not None:
            self._advise(taken.block.device_rate)
        self.lost += taken.lost
        start, reason = taken.frame.start_seconds, taken.block.reason or DROPPED
        self._mark(self._holes.take(start, taken.lost, reason, taken.absent))

    def _mark(self, holes: list[Gap]) -> None:
        for hole in holes:
            self._emit(hole)

    async def _notice_silence(self, taken: Taken) -> None:
        source = self._explaining
        if source is None:
            return
        listening = not (taken.deaf or taken.absent)
        match self._silence.take(taken.level, taken.frame.stop_seconds, listening):
            case Turn.FELL_SILENT:
                reason = await self._thread.run(partial(source.why_silent, self._silence.digital))
                if reason:
                    self._emit(Trouble(reason))
            case Turn.HEARD_AGAIN if not taken.absent:
                self._emit(Trouble(""))
            case _:
                pass

    def _gap(self, start: float, end: float, reason: str) -> None:
        self.lost += end - start
        self._emit(Gap(start, end, reason))


def _nobody(event: object) -> None:
    """Before `run` there is nobody to tell."""
