"""What the window is given from outside: it builds none of it and knows no maker's name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from app.domain.audio import ReplayStage
from app.domain.context_rules import ContextRules
from app.domain.errors import CaptionError
from app.domain.hotword_rules import HotwordRules
from app.domain.request import Denoise, Prefer, RecognitionRequest, SessionPlan, WordSet
from app.domain.transcript import Change, Transcript
from app.keys import KeyPlace
from app.recognizer.status import Status


class Captioning(Protocol):
    """The recognizer service, as far as the window talks to it. Everything returns at once."""

    transcript: Transcript

    @property
    def status(self) -> Status:
        """What it is doing."""

    @property
    def elapsed(self) -> float:
        """Seconds on the session clock."""

    def start(self, plan: SessionPlan) -> None:
        """Begin captioning."""

    def pause(self) -> None:
        """Hear nothing for a while."""

    def resume(self) -> None:
        """Hear again."""

    def finish(self) -> None:
        """Stop hearing, recognize the rest."""

    def cancel(self) -> None:
        """Stop at once."""

    def mute(self, lane: str, muted: bool) -> None:
        """Hear silence on a lane, also on those begun later, or hear it again."""

    def talk(self, talking: bool) -> None:
        """With push-to-talk: the user begins to talk, or has talked."""

    def end_sentence(self) -> None:
        """The user ends the sentence here."""

    def prefer(self, prefer: Prefer) -> None:
        """Have the service or its stand-in, or whoever is there."""

    def set_denoise(self, denoise: Denoise) -> None:
        """Switch the denoise stage."""

    @property
    def replayable(self) -> bool:
        """Whether enough of live sound has been heard for `replay`."""

    def replay(self, stage: ReplayStage | None) -> None:
        """Play the last seconds to the user, hearing nothing meanwhile; None falls silent."""

    @property
    def title(self) -> str:
        """What the session is called."""

    @property
    def exported(self) -> bool:
        """Whether the session was in a file of the user's when it was opened again."""

    def new_session(self) -> None:
        """Begin an empty transcript."""

    def edited(self, change: Change) -> None:
        """Take note of what the user did to the transcript."""


class Device(Protocol):
    """A microphone, or an output whose sound can be heard."""

    @property
    def key(self) -> str:
        """What finds it again."""

    @property
    def name(self) -> str:
        """What people call it."""

    @property
    def default(self) -> bool:
        """Whether the system prefers it."""


class Threshold(Protocol):
    """A scale on which a recognizer can be told how sure it must be that it hears speech."""

    @property
    def low(self) -> float:
        """Where everything counts as speech."""

    @property
    def high(self) -> float:
        """Where only what is clear does."""

    @property
    def usual(self) -> float:
        """Where it is unless told otherwise."""


class Traits(Protocol):
    """What the window asks of a recognizer."""

    @property
    def languages(self) -> Sequence[str]:
        """Codes that it understands; empty when it decides by itself among many."""

    @property
    def told_language(self) -> bool:
        """Whether it can be told which of them is spoken."""

    @property
    def hotwords(self) -> HotwordRules | None:
        """Which words it can be told to expect; None where it can be told none."""

    @property
    def context(self) -> ContextRules | None:
        """How much it can be told of what the talk is about; None where it can be told nothing."""

    @property
    def word_times(self) -> bool:
        """Whether it says when each word was said."""

    @property
    def manual(self) -> bool:
        """Whether the user may end sentences in its place."""

    @property
    def offline(self) -> bool:
        """Whether sound stays on this computer."""

    @property
    def rates(self) -> Sequence[int]:
        """Sample rates that it hears, the preferred one first."""

    @property
    def threshold(self) -> Threshold | None:
        """How sure it must be that it hears speech; None where it can't be told."""

    @property
    def silence(self) -> bool:
        """Whether it can be told how much silence ends a sentence."""

    @property
    def semantic(self) -> bool:
        """Whether it can end sentences by what is said instead of at pauses."""


class Region(Protocol):
    """One of a service's places."""

    @property
    def title(self) -> str:
        """What people call it."""

    @property
    def endpoint(self) -> str:
        """Its address."""


class Service(Protocol):
    """What the window asks of a recognizer that is somewhere else."""

    @property
    def regions(self) -> Sequence[Region]:
        """Where it is; the usual place first."""

    @property
    def workspaces(self) -> bool:
        """Whether workspaces mean something to it."""

    @property
    def models(self) -> Sequence[str]:
        """Its models, the usual one first; empty where there is nothing to choose."""

    @property
    def key(self) -> str:
        """What its key is called; empty where it knows none."""

    @property
    def key_needed(self) -> bool:
        """Whether it lets nobody in without one."""

    def traits_of(self, model: str) -> Traits:
        """What a model of it can do."""

    def address(self, endpoint: str, workspace: str) -> str:
        """The address that these lead to; raises UsageError where there is none."""

    def is_near(self, endpoint: str) -> bool:
        """Whether that is on this computer."""


@dataclass(frozen=True, slots=True)
class RecognizerRow:
    """A recognizer to choose.

    Attributes:
        traits: what it can do with its usual model.
        service: where it is; None for the embedded one.
    """

    id: str
    title: str
    traits: Traits
    service: Service | None = None

    def traits_of(self, model: str) -> Traits:
        """What it can do with a model; empty for the usual one."""
        return self.service.traits_of(model) if self.service and model else self.traits


class Errands(Protocol):
    """Small jobs. Each returns at once with what gives it up, and tells later what came of it."""

    def try_service(
        self, engine: str, request: RecognitionRequest, told: Callable[[CaptionError | None], None]
    ) -> Callable[[], None]:
        """Find out whether captions could start."""

    def find_key(self, name: str, told: Callable[[KeyPlace | CaptionError], None]) -> Callable[[], None]:
        """Find out where a key is."""

    def keep_key(
        self, name: str, text: str, told: Callable[[KeyPlace | CaptionError], None]
    ) -> Callable[[], None]:
        """Keep a key."""

    def forget_key(self, name: str, told: Callable[[KeyPlace | CaptionError], None]) -> Callable[[], None]:
        """Forget a key; tells where there is one all the same."""


class FormatRow(Protocol):
    """A format to export to."""

    @property
    def suffix(self) -> str:
        """With its dot."""

    @property
    def title(self) -> str:
        """What people call it."""


@dataclass(frozen=True, slots=True)
class LastSession:
    """A session that can be gone on with."""

    captions: int
    open: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Everything on this machine that the window offers.

    Attributes:
        microphones: lists them; may block, raises CaptionError with what to install.
        outputs: lists what can be heard of the computer's own sound; may block, raises CaptionError.
        recognizers: at least one, the default one first.
        formats: at least one, the default one first.
        export: writes the session as it stands to a file whose suffix says how; tells why it could not.
        errands: small jobs beside captioning.
        denoise_stages: what can be done against noise, `OFF` at least; looked for when asked.
        words: taken in the place of the user's word sets, where the command line gives them.
    """

    microphones: Callable[[], Sequence[Device]]
    outputs: Callable[[], Sequence[Device]]
    recognizers: Sequence[RecognizerRow]
    formats: Sequence[FormatRow]
    export: Callable[[Path, Callable[[CaptionError | None], None]], None]
    errands: Errands
    denoise_stages: Callable[[], Sequence[Denoise]]
    words: WordSet | None = None
