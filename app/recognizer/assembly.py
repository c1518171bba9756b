"""From a plan to its lanes, ready to run."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from app.audio.availability import echo_problem, webrtc_available
from app.audio.base import SoundSource
from app.domain.audio import AudioFrame, Level
from app.domain.request import (
    LANE_ME,
    LANE_THEM,
    LaneSource,
    MeetingSource,
    RecognitionRequest,
    SessionPlan,
)
from app.domain.transcript import Transcript
from app.engines.base import Engine
from app.recognizer.air import Air
from app.recognizer.captioning import Captioning
from app.recognizer.lanes import Lanes
from app.recognizer.news import News, Remark
from app.recognizer.pipeline import Pipeline
from app.recognizer.reached import START, Reached
from app.recognizer.run import Lane, Run
from app.recognizer.sound_store import SoundStore
from app.recognizer.trace import Trace

if TYPE_CHECKING:
    from app.recognizer.overheard import Overheard

OpenSource: TypeAlias = Callable[[LaneSource], SoundSource]
MakeEngine: TypeAlias = Callable[[str, RecognitionRequest], Engine]


@dataclass(frozen=True, slots=True)
class Assembly:
    """Builds the lanes of a run: a source, an engine and captions for each.

    Attributes:
        open_source: from what the user picked to something that delivers sound.
        make_engine: from an engine's id and a request to the engine.
        trace: where moments are written down, if anywhere.
        sound: folder for sound that waits for its words and finds no room in memory; None for none.
    """

    open_source: OpenSource
    make_engine: MakeEngine
    trace: Trace | None
    sound: Path | None

    def run(
        self,
        plan: SessionPlan,
        transcript: Transcript,
        tell: Callable[[News], None],
        reached: Reached,
        begun: Callable[[], None],
    ) -> Run:
        """Get a run ready.

        Args:
            plan: what to hear, and who recognizes it.
            transcript: takes the words of all lanes.
            tell: told of all that comes of them.
            reached: where live sound goes on; a recording has a clock of its own.
            begun: told with every frame, before anything comes of it.

        Raises:
            CaptionError: a source or an engine can't be had.
        """
        sources = {spec.lane: self.open_source(spec) for spec in plan.lanes}
        shared = _shared(plan, tuple(sources), self.sound, tell)
        lanes = []
        for name, source in sources.items():
            start = reached if source.live else START
            captioning = shared.captioning(name, transcript, start.utterances.get(name, 0), self.trace)
            engine = self.make_engine(plan.engine, plan.request_of(name))
            pipeline = shared.pipeline(name, source, engine, start.seconds, _both(begun, captioning))
            lanes.append(Lane(name, engine, pipeline, captioning))
        return Run(lanes, shared.together, shared.store)


@dataclass(frozen=True, slots=True)
class _Shared:
    """What the lanes of one run have in common.

    Attributes:
        together: puts their news into one order; None where there is one lane only.
        store: where sound waits that finds no room in memory, if anywhere.
        air: carries what the speakers play to the microphone; None where nobody takes an echo out.
        overheard: finds words that came over the air all the same; None where none can.
        since: monotonic moment at which the clock of several lanes began.
    """

    plan: SessionPlan
    tell: Callable[[News], None]
    together: Lanes | None
    store: SoundStore | None
    air: Air | None
    overheard: Overheard | None
    since: float | None

    def captioning(self, name: str, transcript: Transcript, base: int, trace: Trace | None) -> Captioning:
        """Makes captions of a lane's words; `base` utterances were there before."""
        captioning = Captioning(
            name,
            transcript,
            self.together.teller(name) if self.together is not None else self.tell,
            base=base,
            trace=trace,
            alone=self.together is None,
            sift=partial(self.overheard.take, name) if self.overheard is not None else None,
        )
        if self.overheard is not None and name == LANE_ME:
            self.overheard.retract = captioning.retract
        return captioning

    def pipeline(
        self,
        name: str,
        source: SoundSource,
        engine: Engine,
        start: float,
        heard: Callable[[AudioFrame, Level], None],
    ) -> Pipeline:
        """Takes a lane's sound to its engine, from `start` seconds of the session clock on."""
        return Pipeline(
            source,
            engine,
            start=start,
            denoise=self.plan.denoise_of(name),
            push_to_talk=self.plan.talks_by_key(name),
            store=self.store,
            plays_into=self.air if name == LANE_THEM else None,
            hears_from=self.air if name == LANE_ME else None,
            since=self.since,
            # Of a meeting, the lane of the user's own voice: only there are stages.
            remembers=self.together is None or name == LANE_ME,
            heard=heard,
        )


def _shared(
    plan: SessionPlan, names: tuple[str, ...], sound: Path | None, tell: Callable[[News], None]
) -> _Shared:
    several = len(names) > 1
    air, overheard = _echo(plan, tell)
    return _Shared(
        plan,
        tell,
        together=Lanes(names, tell) if several else None,
        store=SoundStore(sound) if sound is not None else None,
        air=air,
        overheard=overheard,
        since=time.monotonic() if several else None,
    )


def _echo(plan: SessionPlan, tell: Callable[[News], None]) -> tuple[Air | None, Overheard | None]:
    """What keeps the words of the others from being captioned twice, where the microphone hears them, too."""
    if not (plan.cancel_echo and isinstance(plan.source, MeetingSource)):
        return None, None
    # Not at the top: only meetings need it, and the window opens before any of them.
    from app.recognizer.overheard import Overheard

    if not webrtc_available():
        tell(Remark(str(echo_problem())))
        return None, Overheard()
    return Air(), Overheard()


def _both(begun: Callable[[], None], captioning: Captioning) -> Callable[[AudioFrame, Level], None]:
    def heard(frame: AudioFrame, level: Level) -> None:
        begun()
        captioning.heard(frame, level)

    return heard
