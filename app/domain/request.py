"""What the user asks for: which sound, which words to expect, which language."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias

MANUAL_PAUSE = 0.8
"""Seconds of silence that end a sentence of a recording, where the service leaves that to the user."""
CONTEXT_TOKEN_LIMIT = 10_000
"""Longest context a service takes, in its own tokens (vendor's page)."""

LANE_ME = "Me"
LANE_THEM = "Them"
LANE_RECORDING = "Recording"
LANE_NOTE = "Note"
"""What lanes are told apart by, in the journal too. What people call them: `domain.lanes`."""


class Denoise(StrEnum):
    """What the denoise stage does."""

    OFF = "off"
    RNNOISE = "rnnoise"
    WEBRTC = "webrtc"
    AUTO = "auto"
    """Whether there is steady noise decides."""


class Cut(StrEnum):
    """Who ends a sentence."""

    VAD = "vad"
    """The service, at a pause."""
    SEMANTIC = "semantic"
    """The service, by what is said."""
    MANUAL = "manual"
    """The user."""

    def possible(self, *, manual: bool, semantic: bool) -> Cut:
        """Itself where it can be had, else what every service does."""
        had = {Cut.VAD: True, Cut.SEMANTIC: semantic, Cut.MANUAL: manual}
        return self if had[self] else Cut.VAD


class Prefer(StrEnum):
    """Who recognizes, of a service and the embedded recognizer that stands in for it."""

    AUTOMATIC = "automatic"
    SERVICE = "service"
    STAND_IN = "stand-in"


class Pace(StrEnum):
    """How fast a recording is read."""

    FAST = "fast"
    REALTIME = "realtime"


@dataclass(frozen=True, slots=True)
class MicrophoneSource:
    """A microphone.

    Attributes:
        device: the device's key as `audio.devices` gives it; None for the system's default.
        name: what the user knows it by, should it be gone.
    """

    device: str | None = None
    name: str = ""
    lane: str = LANE_ME


@dataclass(frozen=True, slots=True)
class SystemSource:
    """What this computer plays.

    Attributes:
        device: key of the output as `audio.system_sound` gives it; None for the system's default.
        name: what the user knows it by, should it be gone.
    """

    device: str | None = None
    name: str = ""
    lane: str = LANE_THEM


@dataclass(frozen=True, slots=True)
class RecordingSource:
    """A recording on disk.

    Attributes:
        aloud: in real time, play it to the user as well.
    """

    path: Path
    pace: Pace = Pace.FAST
    aloud: bool = False
    lane: str = LANE_RECORDING


@dataclass(frozen=True, slots=True)
class SampleSource:
    """The recording of real speech that comes with the embedded engine."""

    pace: Pace = Pace.FAST
    aloud: bool = False
    lane: str = LANE_RECORDING


@dataclass(frozen=True, slots=True)
class StreamSource:
    """s16le mono at 16 kHz on standard input."""

    lane: str = LANE_RECORDING


LaneSource: TypeAlias = MicrophoneSource | SystemSource | RecordingSource | SampleSource | StreamSource
"""What one lane hears."""


@dataclass(frozen=True, slots=True)
class MeetingSource:
    """Two lanes on one clock: what is said here, and what the others say."""

    microphone: MicrophoneSource = MicrophoneSource()
    system: SystemSource = SystemSource()


SourceSpec: TypeAlias = LaneSource | MeetingSource


@dataclass(frozen=True, slots=True)
class Hotword:
    """A word or phrase to expect.

    Attributes:
        weight: 1 (a hint) to 5 (nearly always); None where the user left it to the service.
    """

    text: str
    weight: int | None = None


@dataclass(frozen=True, slots=True)
class WordSet:
    """A named set of hotwords and context, one for each kind of meeting.

    Attributes:
        written: the lines from which `hotwords` were read, where there is more in them: a weight that is
            none, a word twice, an empty line. Empty where there is not.
    """

    name: str
    hotwords: tuple[Hotword, ...] = ()
    context: str = ""
    written: str = ""


def base_language(code: str) -> str:
    """The language without its region: `zh-CN` and `zh_cn` are `zh`."""
    return code.replace("_", "-").split("-")[0].lower()


@dataclass(frozen=True, slots=True)
class RecognitionRequest:
    """What an engine is told before it hears anything.

    Attributes:
        language: BCP-47 code such as `en`; None lets the engine decide.
        model: the service's name of the model; empty for the engine's default.
        endpoint: base of the service; empty for the engine's default.
        workspace: id of the workspace within the account; empty for the default one.
        vad_threshold: how sure the service must be that it hears speech, -1 to 1; None for its default.
        vad_silence: seconds of silence that end a sentence, where the service ends it at a pause.
        commit_pause: in manual mode, seconds of silence at which the program ends the sentence by
            itself; None leaves it to the user.
        give_up: seconds of vain trying after which a service that is away ends captioning; None for never,
            0 for no second try.
        patience: seconds after which the embedded recognizer stands in for a service that is away; None
            where it must not be had at all.
        prefer: whom of the two the user wants.
    """

    language: str | None = None
    hotwords: tuple[Hotword, ...] = ()
    context: str = ""
    model: str = ""
    endpoint: str = ""
    workspace: str = ""
    cut: Cut = Cut.VAD
    vad_threshold: float | None = None
    vad_silence: float = 0.8
    commit_pause: float | None = None
    give_up: float | None = 0.0
    patience: float | None = None
    prefer: Prefer = Prefer.AUTOMATIC


@dataclass(frozen=True, slots=True)
class SessionPlan:
    """Everything a session needs to begin.

    Attributes:
        push_to_talk: the user's own voice is heard only while a key is held.
        cancel_echo: in a meeting, take out of the microphone what the speakers play.
        paused: nothing is heard until the user goes on.
    """

    source: SourceSpec
    engine: str
    request: RecognitionRequest = RecognitionRequest()
    denoise: Denoise = Denoise.OFF
    push_to_talk: bool = False
    cancel_echo: bool = True
    paused: bool = False

    @property
    def lanes(self) -> tuple[LaneSource, ...]:
        """What is heard, a lane each."""
        match self.source:
            case MeetingSource(microphone, system):
                return microphone, system
            case one:
                return (one,)

    def request_of(self, lane: str) -> RecognitionRequest:
        """What an engine is told for one lane: nobody presses a key at the sentences of others."""
        if lane == LANE_ME or self.request.cut is not Cut.MANUAL:
            return self.request
        return replace(self.request, commit_pause=self.request.commit_pause or MANUAL_PAUSE)

    def denoise_of(self, lane: str) -> Denoise:
        """What is done against noise on one lane: what the speakers play has none that could be helped."""
        return Denoise.OFF if lane == LANE_THEM and isinstance(self.source, MeetingSource) else self.denoise

    def talks_by_key(self, lane: str) -> bool:
        """Whether this lane is heard only while the user holds a key."""
        return self.push_to_talk and lane == LANE_ME
