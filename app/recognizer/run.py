"""From Start to Stop: the lanes of one plan, on one clock."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.audio import AudioFrame, ReplayStage
from app.domain.errors import CaptionError
from app.domain.request import LANE_ME, Denoise, Prefer
from app.engines.base import Choosing, Engine
from app.recognizer.captioning import Captioning
from app.recognizer.lanes import Lanes
from app.recognizer.pipeline import Pipeline
from app.recognizer.reached import Reached
from app.recognizer.sound_store import SoundStore

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Lane:
    """One lane at work.

    Attributes:
        name: which one.
        engine: who recognizes it, and nothing else.
        pipeline: from its source to that engine.
        captioning: from there to captions and transcript.
    """

    name: str
    engine: Engine
    pipeline: Pipeline
    captioning: Captioning


class Run:
    """Runs one lane or several. Commands are plain calls that return at once.

    Args:
        lanes: at least one.
        together: joins what several lanes tell; None for one.
        store: where they keep sound that finds no room in memory.
    """

    def __init__(self, lanes: Sequence[Lane], together: Lanes | None, store: SoundStore | None) -> None:
        self._lanes = lanes
        self._together = together
        self._store = store

    @property
    def live(self) -> bool:
        """Whether the sound comes at its own pace."""
        return all(lane.pipeline.live for lane in self._lanes)

    @property
    def elapsed(self) -> float:
        """Seconds on the session clock."""
        return max(lane.pipeline.spool.written_seconds for lane in self._lanes)

    def reached(self, before: Reached) -> Reached:
        """How far the session has come, where it had come as far as `before`."""
        utterances = {lane.name: lane.captioning.last_utterance for lane in self._lanes}
        return Reached(self.elapsed, {**before.utterances, **utterances})

    async def run(self) -> None:
        """Caption until every lane has ended. One that fails takes no other down.

        Raises:
            CaptionError: they all failed; the last one because of this.
        """
        try:
            if self._together is None:
                await self._lanes[0].captioning.run(self._lanes[0].pipeline)
            else:
                await self._run_all(self._together)
        finally:
            if self._store is not None:
                self._store.close()

    async def _run_all(self, together: Lanes) -> None:
        failures: list[CaptionError] = []
        async with asyncio.TaskGroup() as group:
            for lane in self._lanes:
                group.create_task(self._caption(lane, together, failures), name=f"lane {lane.name}")
        if len(failures) == len(self._lanes):
            raise failures[-1]

    def pause(self, paused: bool) -> None:
        """Hear nothing for a while."""
        for lane in self._lanes:
            lane.pipeline.pause(paused)

    def mute(self, name: str, muted: bool) -> None:
        """Hear silence on one lane, or hear it again."""
        for lane in self._lanes:
            if lane.name == name:
                lane.pipeline.mute(muted)

    def talk(self, talking: bool) -> None:
        """With push-to-talk: the user holds the key, or lets it go."""
        self._own.pipeline.talk(talking)

    def end_sentence(self) -> None:
        """The user ends the sentence here."""
        self._own.pipeline.end_sentence()

    def prefer(self, prefer: Prefer) -> None:
        """Of a service and its stand-in, have one, or leave it to circumstances."""
        for lane in self._lanes:
            if isinstance(lane.engine, Choosing):
                lane.engine.prefer(prefer)

    def set_denoise(self, denoise: Denoise) -> None:
        """Switch the denoise stage; of what the speakers play in a meeting, none is wanted."""
        self._own.pipeline.set_denoise(denoise)

    @property
    def remembered(self) -> float:
        """Seconds of the user's lane that can be heard again."""
        return self._own.pipeline.remembered

    def last_seconds(self, stage: ReplayStage) -> AudioFrame | None:
        """What is remembered of the user's lane; None once its source is closed."""
        return self._own.pipeline.last_seconds(stage)

    def replaying(self, replaying: bool) -> None:
        """Hear silence on every lane while something is played to the user."""
        for lane in self._lanes:
            lane.pipeline.replaying(replaying)

    async def finish(self) -> None:
        """End the sound; what was heard is still recognized."""
        await asyncio.gather(*(lane.pipeline.finish() for lane in self._lanes))

    @property
    def _own(self) -> Lane:
        """The lane of the user's voice, else the only one."""
        return next((lane for lane in self._lanes if lane.name == LANE_ME), self._lanes[0])

    async def _caption(self, lane: Lane, together: Lanes, failures: list[CaptionError]) -> None:
        problem: CaptionError | None = None
        try:
            await lane.captioning.run(lane.pipeline)
        except CaptionError as error:
            problem = error
        except Exception:
            log.exception("a lane ended by a defect")
            problem = CaptionError("A mistake in Surtitle ended it.", "Stop and start again to go on.")
        if problem is not None:
            failures.append(problem)
        together.ended(lane.name, problem)
