"""What the user chose."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from app.domain.lanes import USUAL_LABELS, LaneLabels
from app.domain.request import Cut, Denoise, Pace, RecognitionRequest, WordSet


class SourceKind(StrEnum):
    """What to listen to."""

    MICROPHONE = "microphone"
    SYSTEM = "system"
    MEETING = "meeting"
    RECORDING = "recording"
    SAMPLE = "sample"

    @property
    def live(self) -> bool:
        """Whether the sound is of this moment."""
        return self.has_microphone or self.has_output

    @property
    def has_microphone(self) -> bool:
        """Whether a microphone is heard."""
        return self in (SourceKind.MICROPHONE, SourceKind.MEETING)

    @property
    def has_output(self) -> bool:
        """Whether what the computer plays is heard."""
        return self in (SourceKind.SYSTEM, SourceKind.MEETING)


class AppearanceMode(StrEnum):
    """Which theme is in force."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


SILENCES = (0.2, 6.0)
"""Seconds of silence that may end a sentence."""
PATIENCE = (1.0, 60.0)
"""Seconds that a service may be away before the embedded recognizer takes over."""


def _within(default: float | None, low: float, high: float) -> Any:  # noqa: ANN401 - as dataclasses.field
    return field(default=default, metadata={"range": (low, high)})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a window was, in logical pixels of the whole desktop."""

    left: int = _within(0, -100_000, 100_000)
    top: int = _within(0, -100_000, 100_000)
    width: int = _within(1080, 1, 100_000)
    height: int = _within(700, 1, 100_000)
    maximized: bool = False


@dataclass(frozen=True, slots=True)
class OverlaySettings:
    """How the overlay looks and where it is; the place is None until the user has chosen one.

    Attributes:
        opacity: of its background, 0 to 1.
    """

    shown: bool = True
    x: int | None = None
    y: int | None = None
    width: int | None = None
    text_size: int = _within(30, 16, 72)
    opacity: float = _within(0.82, 0.0, 1.0)


@dataclass(frozen=True, slots=True)
class ServiceChoice:
    """How one service is to be used. Its key is not here.

    Attributes:
        engine: its id in the catalogue.
        model: empty for the usual one.
        endpoint: empty for the usual one; `{workspace}` stands in it for the workspace.
        workspace: id of the workspace within the account; empty for the default one.
        cut: who ends a sentence.
        push_to_talk: where the user does, sound is heard only while a key is held.
        vad_threshold: None for the service's own.
        vad_silence: seconds of silence that end a sentence.
    """

    engine: str
    model: str = ""
    endpoint: str = ""
    workspace: str = ""
    cut: Cut = Cut.VAD
    push_to_talk: bool = False
    vad_threshold: float | None = _within(None, -1.0, 1.0)
    vad_silence: float = _within(0.8, *SILENCES)

    def request(self, language: str | None = None, words: WordSet | None = None) -> RecognitionRequest:
        """What to ask of the service."""
        words = words or WordSet("")
        return RecognitionRequest(
            language,
            words.hotwords,
            words.context,
            self.model,
            self.endpoint,
            self.workspace,
            self.cut,
            self.vad_threshold,
            self.vad_silence,
        )


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the user chose. Keys of services are never here.

    Attributes:
        microphone: key of the chosen device; None for the system's default.
        microphone_name: what to call it while it is unplugged.
        output: key of the output whose sound is heard; None for the system's default.
        output_name: what to call it while it is unplugged.
        labels: what the user calls the lanes.
        engine: id in the catalogue; empty for the default one.
        services: those that are not used in their usual way.
        stand_in: whether the embedded recognizer takes over from a service that is away.
        patience: seconds until it does.
        chosen_set: name of the word set in use; empty for none.
        folder: where the last recording was opened or the last export written.
        text_size: of the transcript, in pixels.
    """

    source: SourceKind = SourceKind.MICROPHONE
    microphone: str | None = None
    microphone_name: str = ""
    output: str | None = None
    output_name: str = ""
    labels: LaneLabels = USUAL_LABELS
    engine: str = ""
    services: tuple[ServiceChoice, ...] = ()
    stand_in: bool = True
    patience: float = _within(5.0, *PATIENCE)
    language: str | None = None
    denoise: Denoise = Denoise.OFF
    cancel_echo: bool = True
    pace: Pace = Pace.FAST
    appearance: AppearanceMode = AppearanceMode.SYSTEM
    text_size: int = _within(16, 10, 48)
    overlay: OverlaySettings = OverlaySettings()
    window: Place | None = None
    panel_shown: bool = True
    panel_width: int = _within(300, 220, 2000)
    word_sets: tuple[WordSet, ...] = ()
    chosen_set: str = ""
    folder: str = ""

    def service(self, engine: str) -> ServiceChoice:
        """How the service `engine` is to be used."""
        return next((one for one in self.services if one.engine == engine), ServiceChoice(engine))

    def with_service(self, choice: ServiceChoice) -> Settings:
        """The settings with `choice` for its service."""
        others = tuple(one for one in self.services if one.engine != choice.engine)
        usual = choice == ServiceChoice(choice.engine)
        return replace(self, services=others if usual else (*others, choice))
