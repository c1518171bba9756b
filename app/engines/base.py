"""The seam between sound and words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol, TypeAlias, runtime_checkable

from app.domain.audio import SPEECH_RATE, AudioFrame
from app.domain.context_rules import ContextRules
from app.domain.events import Event
from app.domain.hotword_rules import HotwordRules
from app.domain.request import Prefer

Emit: TypeAlias = Callable[[Event], None]
"""Takes an engine's event; called on the event loop's thread, returns at once."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """How sure an engine must be that it hears speech, on a scale of its own."""

    low: float
    high: float
    usual: float


@dataclass(frozen=True, slots=True)
class EngineTraits:
    """What an engine can do. The user interface asks these, never the engine's name.

    Attributes:
        languages: codes it understands; empty when it decides by itself among many.
        hotwords: which words it can be told to expect; None where it can be told none.
        context: how much it can be told of what the talk is about; None where it can be told nothing.
        told_language: it can be told which of the languages is spoken.
        manual: the user may end sentences instead of the engine.
        offline: needs neither key nor network.
        rates: sample rates it takes, the preferred one first.
        threshold: of its ear for speech; None where it can't be told.
        silence: it can be told how much silence ends a sentence.
        semantic: it can end sentences by what is said instead of at pauses.
    """

    languages: tuple[str, ...] = ()
    hotwords: HotwordRules | None = None
    context: ContextRules | None = None
    word_times: bool = False
    manual: bool = False
    offline: bool = False
    rates: tuple[int, ...] = (SPEECH_RATE,)
    told_language: bool = True
    threshold: Threshold | None = None
    silence: bool = False
    semantic: bool = False

    def language(self, chosen: str | None) -> str | None:
        """What it will understand: what was chosen, else the only language it knows, if there is one."""
        return chosen or (self.languages[0] if len(self.languages) == 1 else None)


class FrameSource(Protocol):
    """What an engine hears from; the recognizer's spool is one."""

    async def read(self, least: float = 0.0) -> AudioFrame | None:
        """Wait for sound and return the next of it, all that has come or less; None at the end.

        Frames follow one another without a hole: a frame's `start` is the `stop` of the one before.

        Args:
            least: seconds without which the reader can do nothing. Less may come all the same.
        """

    def rewind(self) -> None:
        """Go back to the first sound whose words are not final yet."""


class Engine(Protocol):
    """Something that hears frames and says events."""

    async def run(self, frames: FrameSource, emit: Emit) -> None:
        """Recognize until `frames` ends and the last final is out.

        A callback instead of an async generator: yielding inside a TaskGroup breaks
        cancellation (PEP 789).

        Raises:
            CaptionError: recognition can't go on.
        """


@dataclass(frozen=True, slots=True)
class Tuning:
    """Which sound an engine would rather hear.

    Attributes:
        rate: samples a second; sound that comes at this rate had better stay at it.
        advice: a sentence for the user about a source of so many samples a second; empty for none.
    """

    rate: int = SPEECH_RATE
    advice: Callable[[int], str] = lambda _: ""


USUAL: Final = Tuning()
"""No wishes."""


@runtime_checkable
class Tuned(Protocol):
    """An engine that would rather hear other sound than most."""

    @property
    def tuning(self) -> Tuning:
        """Which."""


@runtime_checkable
class Choosing(Protocol):
    """An engine that holds two and lets the user choose."""

    def prefer(self, prefer: Prefer) -> None:
        """The user wants one of the two, or leaves it to circumstances again."""
