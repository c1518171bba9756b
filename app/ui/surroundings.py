"""What the window is given from outside: it builds none of it and knows no maker's name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from app.domain.hotword_rules import HotwordRules
from app.domain.request import Denoise, SessionPlan, WordSet
from app.domain.transcript import Change, Entry, Transcript
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

    def set_denoise(self, denoise: Denoise) -> None:
        """Switch the denoise stage."""

    def new_session(self, entries: Sequence[Entry] = ()) -> None:
        """Begin an empty transcript, or go on with one that was kept."""

    def edited(self, change: Change) -> None:
        """Take note of what the user did to the transcript."""


class Microphone(Protocol):
    """An input device."""

    @property
    def key(self) -> str:
        """What finds it again."""

    @property
    def name(self) -> str:
        """What people call it."""

    @property
    def default(self) -> bool:
        """Whether the system prefers it."""


class Traits(Protocol):
    """What the window asks of a recognizer."""

    @property
    def hotwords(self) -> HotwordRules | None:
        """Which words it can be told to expect; None where it can be told none."""

    @property
    def context(self) -> bool:
        """Whether it can be told what the talk is about."""

    @property
    def offline(self) -> bool:
        """Whether sound stays on this computer."""

    def language(self, chosen: str | None) -> str | None:
        """What it will understand where the user chose `chosen`; None lets it decide."""


@dataclass(frozen=True, slots=True)
class RecognizerRow:
    """A recognizer to choose."""

    id: str
    title: str
    traits: Traits


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
        recognizers: at least one, the default one first.
        formats: at least one, the default one first.
        export: writes the session to a file whose suffix says how; raises OutputError.
        denoise_problem: why RNNoise can't be had; empty where it can.
        words: taken in the place of the user's word sets, where the command line gives them.
    """

    microphones: Callable[[], Sequence[Microphone]]
    recognizers: Sequence[RecognizerRow]
    formats: Sequence[FormatRow]
    export: Callable[[Path], None]
    denoise_problem: str = ""
    words: WordSet | None = None
