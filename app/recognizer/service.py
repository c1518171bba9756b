"""The service that the window and the command line talk to: one session at a time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app.audio.aloud import play_aloud
from app.domain.audio import ReplayStage
from app.domain.errors import CaptionError
from app.domain.request import Denoise, Prefer, SessionPlan
from app.domain.transcript import Change, Entry, Transcript
from app.export.record import Record
from app.recognizer.news import (
    LaneMuted,
    LanesBegan,
    Listener,
    News,
    SessionBegan,
    StatusChanged,
    TranscriptEdited,
)
from app.recognizer.reached import START, Reached
from app.recognizer.replaying import READY_SECONDS, Play, Replaying
from app.recognizer.session import Session
from app.recognizer.status import Connecting, Failed, Finishing, Hearing, Idle, Paused, Reconnecting, Status
from app.recognizer.trace import Trace
from app.sessions.journal import KeptSession

if TYPE_CHECKING:
    from app.recognizer.assembly import MakeEngine, OpenSource
    from app.recognizer.run import Run

log = logging.getLogger(__name__)


class CaptionService:
    """Captions one plan at a time, on one lane or two, into one transcript.

    Commands return at once; what comes of them is told to the listeners. They take effect while
    `run` is being awaited: its TaskGroup owns every task.

    Args:
        open_source: from what the user picked to something that delivers sound.
        make_engine: from an engine's id and a request to the engine.
        trace: where moments are written down, if anywhere.
        sound: folder for sound that waits for its words and finds no room in memory; None for none.
        play: gets sound to the speakers.
    """

    def __init__(
        self,
        open_source: OpenSource,
        make_engine: MakeEngine,
        trace: Trace | None = None,
        sound: Path | None = None,
        play: Play = play_aloud,
    ) -> None:
        self.transcript = Transcript()
        self._parts = open_source, make_engine, trace, sound
        self._replaying = Replaying(play, self._tell)
        self._listeners: list[Listener] = []
        self._status: Status = Idle()
        self._hearing: Hearing = Connecting()
        self._tasks: asyncio.TaskGroup | None = None
        self._closing = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._run: Run | None = None
        self._reached = START
        self._muted: set[str] = set()
        self._session = Session(datetime.now().astimezone())

    @property
    def status(self) -> Status:
        """What the service is doing."""
        return self._status

    @property
    def busy(self) -> bool:
        """Whether something is being captioned."""
        return self._task is not None

    @property
    def elapsed(self) -> float:
        """Seconds on the session clock."""
        return self._run.elapsed if self._run else self._reached.seconds

    @property
    def session(self) -> Session:
        """What the transcript is the record of."""
        return self._session

    @property
    def title(self) -> str:
        """What the session is called: the recording's name, else when it began."""
        return self._session.title

    @property
    def exported(self) -> bool:
        """Whether the session was in a file of the user's when it was opened again."""
        kept = self._session.kept
        return kept is not None and kept.exported

    def record(self) -> Record:
        """The session as it stands, for a writer."""
        return self._session.record(self.transcript.entries, self.elapsed)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Tell `listener` all news from now on; the returned function ends that."""
        self._listeners.append(listener)

        def unsubscribe() -> None:
            self._listeners.remove(listener)

        return unsubscribe

    async def run(self) -> None:
        """Carry out commands until `close`."""
        async with asyncio.TaskGroup() as self._tasks:
            await self._closing.wait()
            self.cancel()
        self._tasks = None

    def close(self) -> None:
        """End whatever runs, and `run`."""
        self._closing.set()

    def start(self, plan: SessionPlan) -> None:
        """Caption `plan`; without effect while something is being captioned.

        Live sound goes on where the present transcript ends; a recording has a clock of its own
        and so begins a new session, as soon as it has been heard: one that can't be read costs nobody
        the captions before it.
        """
        if self._task is None and self._tasks is not None and not self._closing.is_set():
            self._task = self._tasks.create_task(self._guarded(plan), name="captioning")

    def pause(self) -> None:
        """Hear nothing until `resume`."""
        if self._run is not None and isinstance(self._status, Hearing):
            self._run.pause(True)
            self._tell(StatusChanged(Paused()))

    def resume(self) -> None:
        """Hear again."""
        if self._run is not None and isinstance(self._status, Paused):
            self._run.pause(False)
            self._tell(StatusChanged(self._hearing))

    def mute(self, lane: str, muted: bool) -> None:
        """Hear silence on a lane until the user lifts that, whatever is begun meanwhile."""
        (self._muted.add if muted else self._muted.discard)(lane)
        if self._run is not None:
            self._run.mute(lane, muted)
        self._tell(LaneMuted(lane, muted))

    def talk(self, talking: bool) -> None:
        """With push-to-talk: the user holds the key, or lets it go, which ends the sentence."""
        if self._run is not None:
            self._run.talk(talking)

    def end_sentence(self) -> None:
        """The user ends the sentence here."""
        if self._run is not None:
            self._run.end_sentence()

    def prefer(self, prefer: Prefer) -> None:
        """Of a service and its stand-in, have one, or leave it to circumstances."""
        if self._run is not None:
            self._run.prefer(prefer)

    def finish(self) -> None:
        """Stop hearing; what was heard is still recognized."""
        if self._run is not None and self._tasks is not None and not isinstance(self._status, Finishing):
            self._replaying.end()
            self._tell(StatusChanged(self._finishing()))
            self._tasks.create_task(self._run.finish(), name="finish")

    def cancel(self) -> None:
        """Stop at once; what is on screen is kept, what was not recognized yet is not."""
        if self._task is not None:
            self._task.cancel()

    def set_denoise(self, denoise: Denoise) -> None:
        """Switch the denoise stage of what is being captioned."""
        if self._run is not None:
            self._run.set_denoise(denoise)

    @property
    def replayable(self) -> bool:
        """Whether enough of live sound has been heard for `replay`."""
        if self._run is None or isinstance(self._status, Finishing):
            return False
        return self._run.remembered >= READY_SECONDS

    def replay(self, stage: ReplayStage | None) -> None:
        """Play the last seconds of the user's lane, hearing nothing meanwhile; None falls silent."""
        if stage is None:
            self._replaying.stop()
        elif self.replayable and self._run is not None and self._tasks is not None:
            self._replaying.start(self._tasks, self._run, stage)

    def new_session(self) -> None:
        """Begin a new transcript; not while captioning."""
        if self._task is None:
            self._begin(Session(datetime.now().astimezone()))

    def reopen(self, kept: KeptSession) -> None:
        """Go on with a session that was kept; not while captioning."""
        if self._task is None:
            self._begin(Session(kept.created, kept=kept), kept.entries)

    def edited(self, change: Change) -> None:
        """The user made `change` to the transcript."""
        self._tell(TranscriptEdited(change))

    async def caption(self, plan: SessionPlan) -> None:
        """Caption `plan` to its end.

        Raises:
            CaptionError: the source or the engine failed; what was recognized is in the transcript.
        """
        lanes = tuple(spec.lane for spec in plan.lanes)
        self._tell(LanesBegan(lanes))
        for lane in self._muted.intersection(lanes):
            self._tell(LaneMuted(lane, True))
        self._tell_of_captioning(StatusChanged(Connecting()))
        begun = False

        def hear_first() -> None:
            nonlocal begun
            if not begun:
                if not run.live:
                    self._begin(Session(datetime.now().astimezone()))
                begun, self._session = True, replace(self._session, plan=plan)

        # Not at the top: the window opens before anything is captioned.
        from app.recognizer.assembly import Assembly

        assembly = Assembly(*self._parts)
        run = assembly.run(plan, self.transcript, self._tell_of_captioning, self._reached, hear_first)
        for lane in self._muted:
            run.mute(lane, True)
        self._run = run
        if plan.paused:
            run.pause(True)
            self._tell(StatusChanged(Paused()))
        try:
            await run.run()
        finally:
            self._replaying.end()
            if begun:
                self._reached = run.reached(self._reached)
            self._run = None

    async def _guarded(self, plan: SessionPlan) -> None:
        ended: Status = Idle()
        try:
            await self.caption(plan)
        except CaptionError as error:
            ended = Failed(error)
        except Exception:
            log.exception("captioning ended by a defect")
            ended = Failed(
                CaptionError(
                    "Captioning stopped because of a mistake in Surtitle.",
                    "What was captioned is kept; press Start to go on.",
                )
            )
        finally:
            self._task = None
            self._tell(StatusChanged(ended))

    def _begin(self, session: Session, entries: Sequence[Entry] = ()) -> None:
        self.transcript.load(entries)
        self._session = session
        self._reached = Reached(max((entry.end for entry in entries), default=0.0))
        self._tell(SessionBegan())

    def _tell_of_captioning(self, news: News) -> None:
        """A line that comes or goes does not end a pause, nor undo a stop."""
        if isinstance(news, StatusChanged):
            if isinstance(news.status, Hearing):
                self._hearing = news.status
                if isinstance(self._status, Paused):
                    return
            if isinstance(news.status, Finishing) or isinstance(self._status, Finishing):
                news = StatusChanged(self._finishing())
        self._tell(news)

    def _finishing(self) -> Finishing:
        match self._hearing:
            case Reconnecting(reason, remedy):
                return Finishing(reason, remedy)
            case _:
                return Finishing()

    def _tell(self, news: News) -> None:
        if isinstance(news, StatusChanged):
            self._status = news.status
        for listener in tuple(self._listeners):
            listener(news)
