"""What the service tells its listeners. Every listener is called on the event loop's thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from app.domain.audio import Level, ReplayStage
from app.domain.captions import Caption
from app.domain.errors import CaptionError
from app.domain.noise import Denoising
from app.domain.transcript import Change
from app.recognizer.status import Status


@dataclass(frozen=True, slots=True)
class StatusChanged:
    """The service does something else now."""

    status: Status


@dataclass(frozen=True, slots=True)
class LanesBegan:
    """Captioning starts on these lanes; told before anything else of them."""

    lanes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LaneMuted:
    """The user wants silence on a lane, or hears it again; told, too, of each that begins silent."""

    lane: str
    muted: bool


@dataclass(frozen=True, slots=True, eq=False)
class LaneFailed:
    """A lane is not heard any more; others go on."""

    lane: str
    error: CaptionError


@dataclass(frozen=True, slots=True)
class CaptionChanged:
    """An utterance grew, changed or became final."""

    caption: Caption


@dataclass(frozen=True, slots=True)
class SessionBegan:
    """A new transcript stands in the place of the old one; it may already hold entries."""


@dataclass(frozen=True, slots=True)
class TranscriptChanged:
    """The transcript changed by itself."""

    change: Change


@dataclass(frozen=True, slots=True)
class TranscriptEdited:
    """The user changed the transcript; the view that they typed in shows it already."""

    change: Change


@dataclass(frozen=True, slots=True)
class LevelChanged:
    """How loud the lane was at its loudest since this was told before; eight to ten times a second."""

    lane: str
    level: Level


@dataclass(frozen=True, slots=True)
class DenoisingChanged:
    """The lane's denoise stage does something else now, because the user or the noise wants it."""

    lane: str
    denoising: Denoising


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the session has come; a few times a second.

    Attributes:
        heard: seconds on the session clock that have been captured.
        recognized: seconds whose words are out, as far as is known; `heard - recognized` is the lag.
        total: length of the recording in seconds; None for live sound.
        lost: seconds of sound given up since the session began.
        catching_up: the lag shrinks.
    """

    heard: float
    recognized: float
    total: float | None
    lost: float
    catching_up: bool = False


@dataclass(frozen=True, slots=True)
class Remark:
    """Something the user should know although captioning went well, such as a recording that is cut short."""

    sentence: str


@dataclass(frozen=True, slots=True)
class LaneTrouble:
    """What keeps a lane from being heard, for as long as it lasts; an empty sentence says that it is over."""

    lane: str
    sentence: str


@dataclass(frozen=True, slots=True, eq=False)
class ReplayChanged:
    """The last seconds are played to the user, or no more.

    Attributes:
        playing: what is heard now; None for nothing.
        problem: why it could not be heard.
    """

    playing: ReplayStage | None
    problem: CaptionError | None = None


News: TypeAlias = (
    StatusChanged
    | LanesBegan
    | LaneMuted
    | LaneFailed
    | SessionBegan
    | CaptionChanged
    | TranscriptChanged
    | TranscriptEdited
    | LevelChanged
    | DenoisingChanged
    | Progress
    | Remark
    | LaneTrouble
    | ReplayChanged
)
Listener: TypeAlias = Callable[[News], None]
