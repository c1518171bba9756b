"""The service that the window and the command line talk to: one session at a time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

from app.audio.base import SoundSource
from app.domain.audio import AudioFrame, Level
from app.domain.errors import CaptionError
from app.domain.request import (
    Denoise,
    Prefer,
    RecognitionRequest,
    RecordingSource,
    SampleSource,
    SessionPlan,
    SourceSpec,
)
from app.domain.segment import most_heard
from app.domain.transcript import Change, Entry, Transcript
from app.engines.base import Choosing, Engine
from app.export.record import Record
from app.recognizer.captioning import Captioning
from app.recognizer.news import Listener, News, SessionBegan, StatusChanged, TranscriptEdited
from app.recognizer.pipeline import Pipeline
from app.recognizer.sound_store import SoundStore
from app.recognizer.status import Connecting, Failed, Finishing, Hearing, Idle, Paused, Reconnecting, Status
from app.recognizer.trace import Trace

log = logging.getLogger(__name__)

OpenSource: TypeAlias = Callable[[SourceSpec], SoundSource]
MakeEngine: TypeAlias = Callable[[str, RecognitionRequest], Engine]


class CaptionService:
    """Captions one source at a time into one transcript.

    Commands return at once; what comes of them is told to the listeners. They take effect while
    `run` is being awaited: its TaskGroup owns every task.

    Args:
        open_source: from what the user picked to something that delivers sound.
        make_engine: from an engine's id and a request to the engine.
        trace: where moments are written down, if anywhere.
        sound: folder for sound that waits for its words and finds no room in memory; None for none.
    """

    def __init__(
        self,
        open_source: OpenSource,
        make_engine: MakeEngine,
        trace: Trace | None = None,
        sound: Path | None = None,
    ) -> None:
        self.transcript = Transcript()
        self._open_source = open_source
        self._make_engine = make_engine
        self._trace = trace
        self._sound = sound
        self._listeners: list[Listener] = []
        self._status: Status = Idle()
        self._hearing: Hearing = Connecting()
        self._tasks: asyncio.TaskGroup | None = None
        self._closing = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._pipeline: Pipeline | None = None
        self._engine: Engine | None = None
        self._clock = 0.0
        self._utterances = 0
        self._created = datetime.now().astimezone()
        self._plan: SessionPlan | None = None

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
        return self._pipeline.spool.written_seconds if self._pipeline else self._clock

    @property
    def title(self) -> str:
        """What to call the session: the recording's name, else when it began."""
        match self._plan.source if self._plan else None:
            case RecordingSource(path):
                return path.stem
            case SampleSource():
                return "Sample"
            case _:
                return self._created.strftime("Captions %Y-%m-%d %H.%M")

    @property
    def created(self) -> datetime:
        """When the session began."""
        return self._created

    def record(self) -> Record:
        """The session as it stands, for a writer."""
        entries = self.transcript.entries
        chosen = self._plan.request.language if self._plan else None
        return Record(
            title=self.title,
            created=self._created,
            duration=self.elapsed,
            engine=self._plan.engine if self._plan else "",
            language=chosen or most_heard(entries),
            entries=entries,
        )

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
        if self._pipeline is not None and isinstance(self._status, Hearing):
            self._pipeline.pause(True)
            self._tell(StatusChanged(Paused()))

    def resume(self) -> None:
        """Hear again."""
        if self._pipeline is not None and isinstance(self._status, Paused):
            self._pipeline.pause(False)
            self._tell(StatusChanged(self._hearing))

    def talk(self, talking: bool) -> None:
        """With push-to-talk: the user holds the key, or lets it go, which ends the sentence."""
        if self._pipeline is not None:
            self._pipeline.talk(talking)

    def end_sentence(self) -> None:
        """The user ends the sentence here."""
        if self._pipeline is not None:
            self._pipeline.end_sentence()

    def prefer(self, prefer: Prefer) -> None:
        """Of a service and its stand-in, have one, or leave it to circumstances."""
        if isinstance(self._engine, Choosing):
            self._engine.prefer(prefer)

    def finish(self) -> None:
        """Stop hearing; what was heard is still recognized."""
        if self._pipeline is not None and self._tasks is not None and not isinstance(self._status, Finishing):
            self._tell(StatusChanged(self._finishing()))
            self._tasks.create_task(self._pipeline.finish(), name="finish")

    def cancel(self) -> None:
        """Stop at once; what is on screen is kept, what was not recognized yet is not."""
        if self._task is not None:
            self._task.cancel()

    def set_denoise(self, denoise: Denoise) -> None:
        """Switch the denoise stage of what is being captioned."""
        if self._pipeline is not None:
            self._pipeline.set_denoise(denoise)

    def new_session(self, entries: Sequence[Entry] = ()) -> None:
        """Begin a new transcript, or go on with one that was kept; not while captioning."""
        if self._task is None:
            self._begin(entries)

    def edited(self, change: Change) -> None:
        """The user made `change` to the transcript."""
        self._tell(TranscriptEdited(change))

    async def caption(self, plan: SessionPlan) -> None:
        """Caption `plan` to its end.

        Raises:
            CaptionError: the source or the engine failed; what was recognized is in the transcript.
        """
        self._tell_of_captioning(StatusChanged(Connecting()))
        source = self._open_source(plan.source)
        start, base = (self._clock, self._utterances) if source.live else (0.0, 0)
        captioning = Captioning(
            plan.source.lane, self.transcript, self._tell_of_captioning, base=base, trace=self._trace
        )
        begun = False

        def heard(frame: AudioFrame, level: Level) -> None:
            nonlocal begun
            if not begun:
                if not source.live:
                    self._begin()
                begun, self._plan = True, plan
            captioning.heard(frame, level)

        self._engine = self._make_engine(plan.engine, plan.request)
        store = SoundStore(self._sound) if self._sound is not None else None
        self._pipeline = Pipeline(
            source,
            self._engine,
            start=start,
            denoise=plan.denoise,
            push_to_talk=plan.push_to_talk,
            store=store,
            heard=heard,
        )
        try:
            await captioning.run(self._pipeline)
        finally:
            if begun:
                self._clock = self._pipeline.spool.written_seconds
                self._utterances = captioning.last_utterance
            self._pipeline = self._engine = None
            if store is not None:
                store.close()

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

    def _begin(self, entries: Sequence[Entry] = ()) -> None:
        self.transcript.load(entries)
        self._plan = None
        self._created = datetime.now().astimezone()
        self._clock = max((entry.end for entry in entries), default=0.0)
        self._utterances = 0
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
