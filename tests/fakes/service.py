"""A recognizer service that does at once what it is told, for tests of the window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.domain.audio import ReplayStage
from app.domain.context_rules import ContextRules
from app.domain.errors import CaptionError
from app.domain.events import Final
from app.domain.hotword_rules import HotwordRules
from app.domain.request import Denoise, Prefer, SessionPlan
from app.domain.transcript import Change, Entry, Transcript
from app.recognizer.news import (
    LaneMuted,
    LanesBegan,
    Listener,
    News,
    ReplayChanged,
    SessionBegan,
    StatusChanged,
    TranscriptChanged,
)
from app.recognizer.status import Connecting, Failed, Finishing, Idle, Listening, Paused, Status

ANY_WORDS = HotwordRules()
ANY_TEXT = ContextRules(tokens=10_000)


class FakeService:
    """Notes the commands it gets.

    Attributes:
        slow: stays finishing until the test lets it end.
    """

    def __init__(self) -> None:
        self.transcript = Transcript()
        self.status: Status = Idle()
        self.elapsed = 0.0
        self.slow = False
        self.plans: list[SessionPlan] = []
        self.denoise: list[Denoise] = []
        self.edits: list[Change] = []
        self.talked: list[bool] = []
        self.sentences_ended = 0
        self.preferred: list[Prefer] = []
        self.sessions = 0
        self.exported = False
        self.title = "captions"
        self.replayable = False
        self.muted: set[str] = set()
        self.replays: list[ReplayStage | None] = []
        self._listeners: list[Listener] = []
        self._utterance = 0

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def tell(self, news: News) -> None:
        if isinstance(news, StatusChanged):
            self.status = news.status
        for listener in tuple(self._listeners):
            listener(news)

    def start(self, plan: SessionPlan) -> None:
        self.plans.append(plan)
        lanes = tuple(spec.lane for spec in plan.lanes)
        self.tell(LanesBegan(lanes))
        for lane in self.muted.intersection(lanes):
            self.tell(LaneMuted(lane, True))
        self.tell(StatusChanged(Connecting()))
        self.tell(StatusChanged(Paused() if plan.paused else Listening()))

    def pause(self) -> None:
        self.tell(StatusChanged(Paused()))

    def resume(self) -> None:
        self.tell(StatusChanged(Listening()))

    def finish(self) -> None:
        self.tell(StatusChanged(Finishing()))
        if not self.slow:
            self.tell(StatusChanged(Idle()))

    def cancel(self) -> None:
        self.tell(StatusChanged(Idle()))

    def mute(self, lane: str, muted: bool) -> None:
        (self.muted.add if muted else self.muted.discard)(lane)
        self.tell(LaneMuted(lane, muted))

    def talk(self, talking: bool) -> None:
        self.talked.append(talking)

    def end_sentence(self) -> None:
        self.sentences_ended += 1

    def prefer(self, prefer: Prefer) -> None:
        self.preferred.append(prefer)

    def set_denoise(self, denoise: Denoise) -> None:
        self.denoise.append(denoise)

    def replay(self, stage: ReplayStage | None) -> None:
        self.replays.append(stage)
        self.tell(ReplayChanged(stage))

    def new_session(self, entries: Sequence[Entry] = ()) -> None:
        self.sessions += 1
        self.transcript.load(entries)
        self.tell(SessionBegan())

    def edited(self, change: Change) -> None:
        self.edits.append(change)

    def hear(self, text: str, start: float = 1.0, lane: str = "Me") -> None:
        """An utterance was recognized."""
        self._utterance += 1
        change = self.transcript.apply(lane, Final(self._utterance, start, start + 1, text))
        assert change is not None
        self.tell(TranscriptChanged(change))

    def fail(self, error: CaptionError) -> None:
        self.tell(StatusChanged(Failed(error)))


@dataclass(frozen=True)
class FakeDevice:
    key: str
    name: str
    default: bool = False


@dataclass(frozen=True)
class FakeThreshold:
    low: float = -1.0
    high: float = 1.0
    usual: float = 0.0


@dataclass(frozen=True)
class FakeTraits:
    languages: tuple[str, ...] = ()
    told_language: bool = True
    hotwords: HotwordRules | None = ANY_WORDS
    context: ContextRules | None = ANY_TEXT
    word_times: bool = True
    manual: bool = False
    offline: bool = True
    rates: tuple[int, ...] = (16_000,)
    threshold: FakeThreshold | None = None
    silence: bool = False
    semantic: bool = False


@dataclass(frozen=True)
class FakeFormat:
    suffix: str
    title: str
