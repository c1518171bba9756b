"""From Start to Stop: one pipeline's events become captions and transcript."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import partial

from app.domain.audio import SILENCE, AudioFrame, Level
from app.domain.captions import Stabilizer
from app.domain.events import (
    Advice,
    Connected,
    Disconnected,
    Event,
    Final,
    Gap,
    Partial,
    SpeechStarted,
    StandIn,
    Trouble,
)
from app.domain.noise import Denoising
from app.domain.transcript import Transcript
from app.recognizer.coalescing import Coalescing
from app.recognizer.news import (
    CaptionChanged,
    DenoisingChanged,
    LaneTrouble,
    LevelChanged,
    News,
    Progress,
    Remark,
    StatusChanged,
    TranscriptChanged,
)
from app.recognizer.pipeline import Pipeline
from app.recognizer.shrinking import Shrinking
from app.recognizer.status import Connecting, Finishing, Hearing, Listening, Offline, Reconnecting, Waiting
from app.recognizer.trace import Trace

PROGRESS_SECONDS = 0.2
"""Between two words of how far a recording is."""
LAG_SECONDS = 0.4
"""The same of live sound: no bar moves, and a figure that changes more often can't be read."""
LEVEL_SECONDS = 0.085
"""Between two levels that are told, of which each has a meter painted: twice as many would be a tenth of all
the work of the window. Less than the tenth of a second after which sound comes, as it may come early."""
UNHEARD_SECONDS = 1.0
"""Sound without words, at the end of what was cut short, that is worth a mark."""
UNHEARD = "Captioning ended before this was recognized."


class Captioning:
    """Runs a pipeline and tells what comes of it.

    Args:
        lane: label of everything that is heard.
        base: number of utterances the lane had before; the engine's own begin at one.
        alone: no other lane is heard, so that gaps need not say which lane they are on.
        sift: what is to become of what an engine says.
    """

    def __init__(
        self,
        lane: str,
        transcript: Transcript,
        tell: Callable[[News], None],
        *,
        base: int,
        trace: Trace | None,
        alone: bool = True,
        sift: Callable[[Event], Event] | None = None,
    ) -> None:
        self.last_utterance = base
        self._lane = lane
        self._transcript = transcript
        self._tell = tell
        self._base = base
        self._alone = alone
        self._sift = sift
        self._trace = trace
        self._stabilizer = Stabilizer(lane)
        self._open: dict[int, Partial] = {}
        self._hearing: Hearing = Connecting()
        """How it goes with whoever recognizes."""
        self._absent = ""
        """Why there is no device to hear."""
        self._told: Hearing = Connecting()
        self._said_something = False
        self._level = SILENCE
        """The loudest since one was told."""
        self._level_told = 0.0
        self._denoising = Denoising()
        self._lag = Shrinking()

    async def run(self, pipeline: Pipeline) -> None:
        """Caption until the pipeline ends. However it ends, nothing shown is lost.

        Raises:
            CaptionError: the source or the engine failed.
        """
        ticker = asyncio.create_task(self._tick(pipeline), name="progress")
        try:
            with Coalescing(self._act) as events:
                await pipeline.run(partial(self._receive, events))
        finally:
            ticker.cancel()
            self._own_up(pipeline)
            self._promote_open()
            self._tell(self._progress(pipeline))
            if pipeline.ended and not self._said_something:
                self._tell(Remark("No speech was found."))
            if pipeline.warning:
                self._tell(Remark(pipeline.warning))

    def heard(self, frame: AudioFrame, level: Level) -> None:
        """A frame was captured."""
        if self._trace is not None:
            self._trace.write("audio", lane=self._lane, start=frame.start_seconds, end=frame.stop_seconds)
        self._level = self._level.joined(level)
        now = time.monotonic()
        if now - self._level_told >= LEVEL_SECONDS:
            self._tell(LevelChanged(self._lane, self._level))
            self._level, self._level_told = SILENCE, now

    def take(self, event: Event) -> None:
        """An engine said something, or sound was lost."""
        self._act(self._noted(event))

    def retract(self, said: Final) -> None:
        """What the engine said proves to be none of this lane. On the overlay it stays: a reader is there."""
        change = self._transcript.retract(self._lane, said.utterance + self._base)
        if change is not None:
            self._tell(TranscriptChanged(change))

    def _receive(self, events: Coalescing, event: Event) -> None:
        events.take(self._noted(event if self._sift is None else self._sift(event)))

    def _noted(self, event: Event) -> Event:
        """The event under its number within the lane, once it is written down that it came."""
        if isinstance(event, SpeechStarted | Partial | Final):
            event = replace(event, utterance=event.utterance + self._base)
            self.last_utterance = max(self.last_utterance, event.utterance)
        if self._trace is not None:
            facts = {key: value for key, value in asdict(event).items() if key not in ("words", "lane")}
            self._trace.write("event", event=type(event).__name__.lower(), lane=self._lane, **facts)
        return event

    def _act(self, event: Event) -> None:
        match event:
            case Partial():
                self._open[event.utterance] = event
                self._show(event)
            case Final():
                self._open.pop(event.utterance, None)
                self._said_something |= bool(event.text)
                self._write(event)
                self._show(event)
                if event.hole:
                    self._act(event.hole)
            case Gap():
                self._write(event if self._alone else replace(event, lane=self._lane))
            case Advice() | Trouble():
                self._pass_on(event)
            case Connected():
                self._hear(Listening())
            case Disconnected(reason, remedy):
                self._hear(Reconnecting(reason, remedy))
            case StandIn(engine, reason, remedy):
                self._hear(Offline(engine, reason, remedy))
            case _:
                pass

    def _hear(self, hearing: Hearing) -> None:
        self._hearing = hearing
        self._tell_hearing()

    def _tell_hearing(self) -> None:
        hearing = self._hearing
        if self._absent and isinstance(hearing, Listening):
            # Whoever recognizes is there, but has nothing to hear.
            hearing = Waiting(self._absent)
        if hearing != self._told:
            self._told = hearing
            self._tell(StatusChanged(hearing))

    def _pass_on(self, event: Advice | Trouble) -> None:
        if isinstance(event, Advice):
            self._tell(Remark(event.sentence))
            return
        self._tell(LaneTrouble(self._lane, event.sentence))
        self._absent = event.absent
        self._tell_hearing()

    def _show(self, event: Partial | Final) -> None:
        caption = self._stabilizer.apply(event)
        if caption is not None:
            self._tell(CaptionChanged(caption))

    def _write(self, event: Final | Gap) -> None:
        change = self._transcript.apply(self._lane, event)
        if change is not None:
            self._tell(TranscriptChanged(change))

    def _own_up(self, pipeline: Pipeline) -> None:
        """Live sound that nobody will recognize any more is marked: a hole must be seen."""
        heard = pipeline.spool.written_seconds
        worded = max((one.end for one in self._open.values()), default=0.0)
        start = max(pipeline.wordless, worded)
        if pipeline.live and heard - start > UNHEARD_SECONDS:
            self.take(Gap(start, heard, UNHEARD))

    def _promote_open(self) -> None:
        for one in list(self._open.values()):
            self.take(Final(one.utterance - self._base, one.start, one.end, one.text))

    async def _tick(self, pipeline: Pipeline) -> None:
        while not pipeline.spool.finished:
            await asyncio.sleep(LAG_SECONDS if pipeline.live else PROGRESS_SECONDS)
            self._tell(self._progress(pipeline))
            self._tell_denoising(pipeline.denoising)
        self._tell(StatusChanged(Finishing()))
        while True:
            await asyncio.sleep(PROGRESS_SECONDS)
            self._tell(self._progress(pipeline))

    def _tell_denoising(self, denoising: Denoising) -> None:
        if denoising != self._denoising:
            self._denoising = denoising
            self._tell(DenoisingChanged(self._lane, denoising))

    def _progress(self, pipeline: Pipeline) -> Progress:
        heard, recognized = pipeline.spool.written_seconds, pipeline.recognized
        return Progress(
            heard=heard,
            recognized=recognized,
            total=pipeline.duration,
            lost=pipeline.lost,
            catching_up=self._lag.note(heard - recognized),
        )
