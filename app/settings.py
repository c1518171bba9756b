"""What the user chose, kept in a file from one start to the next."""

from __future__ import annotations

import json
import math
import os
import types
from dataclasses import asdict, dataclass, field, fields, is_dataclass, replace
from enum import Enum, StrEnum
from pathlib import Path
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

from app.domain.errors import OutputError, reason
from app.domain.lanes import USUAL_LABELS, LaneLabels
from app.domain.request import Cut, Denoise, Pace, RecognitionRequest, WordSet

FILE_NAME = "settings.json"


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


class SettingsStore:
    """The settings file in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / FILE_NAME
        self._last: Settings | None = None

    def load(self) -> tuple[Settings, str]:
        """Read the settings, and a sentence to show where something was wrong, else an empty one.

        What can't be understood falls back to its default, and the file as it was is kept aside.
        """
        try:
            text = self._path.read_bytes()
        except FileNotFoundError:
            self._last = Settings()
            return self._last, ""
        except OSError as error:
            return Settings(), f"The settings can't be read ({reason(error)}), so the defaults are used."
        problems: list[str] = []
        try:
            settings = cast("Settings", _read(Settings, json.loads(text), "", problems))
        except (ValueError, TypeError, RecursionError):
            return Settings(), self._set_aside("The settings file was damaged, so the defaults are used.")
        if problems:
            return settings, self._set_aside("Some settings were damaged and are back to their defaults.")
        self._last = settings
        return settings, ""

    def save(self, settings: Settings) -> None:
        """Replace the file as a whole; a crash midway leaves the one before.

        What another program changed in it meanwhile stays, where `settings` are as they were before.

        Raises:
            OutputError: it can't be written.
        """
        part = self._folder / f".{FILE_NAME}.{os.getpid()}.part"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            text = json.dumps(asdict(self._merged(settings)), indent=1, ensure_ascii=False)
            # A folder's name may hold bytes that are no text.
            part.write_bytes(text.encode("utf-8", "surrogatepass"))
            part.replace(self._path)
        except OSError as error:
            _remove(part)
            raise OutputError(
                f"The settings can't be saved: {reason(error)}.",
                f"Make room in or give access to {self._folder}.",
            ) from error
        self._last = settings

    def _merged(self, settings: Settings) -> Settings:
        last = self._last
        if last is None:
            return settings
        try:
            there = cast("Settings", _read(Settings, json.loads(self._path.read_bytes()), "", []))
        except (OSError, ValueError, TypeError, RecursionError):
            return settings
        names = [one.name for one in fields(Settings)]
        ours = {name: getattr(settings, name) for name in names}
        return replace(there, **{name: ours[name] for name in names if ours[name] != getattr(last, name)})

    def _set_aside(self, sentence: str) -> str:
        """Keep the damaged file under a free name, and add to `sentence` where it is."""
        number = 1
        while (aside := self._folder / f"settings.broken-{number}.json").exists():
            number += 1
        try:
            self._path.replace(aside)
        except OSError:
            return sentence
        return f"{sentence} The file as it was is kept as {aside.name}."


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return


def _read(kind: Any, value: object, name: str, problems: list[str]) -> Any:  # noqa: ANN401 - any type of a field
    """Understand JSON as a value of `kind`.

    Raises:
        TypeError, ValueError: it is none.
    """
    origin = get_origin(kind)
    if origin is tuple:
        return _read_tuple(get_args(kind)[0], value, name, problems)
    if origin in (Union, types.UnionType):
        present = next(one for one in get_args(kind) if one is not types.NoneType)
        return None if value is None else _read(present, value, name, problems)
    if is_dataclass(kind):
        return _read_fields(kind, value, name, problems)
    if issubclass(kind, Enum):
        return kind(value)
    if kind is float and type(value) is int:
        value = float(value)
    if type(value) is not kind or (isinstance(value, float) and not math.isfinite(value)):
        raise TypeError(f"{name} is not a {kind.__name__}")
    return value


def _read_tuple(kind: Any, value: object, name: str, problems: list[str]) -> tuple[Any, ...]:  # noqa: ANN401
    """Understand a list; what is damaged in it is left out and named in `problems`."""
    if not isinstance(value, list):
        raise TypeError(f"{name} is not a list")
    result = []
    for number, one in enumerate(value):
        try:
            result.append(_read(kind, one, f"{name}[{number}]", problems))
        except (ValueError, TypeError):
            problems.append(f"{name}[{number}]")
    return tuple(result)


def _read_fields(kind: Any, value: object, name: str, problems: list[str]) -> Any:  # noqa: ANN401
    """Understand an object; a damaged field that has a default falls back to it."""
    if not isinstance(value, dict):
        raise TypeError(f"{name} is not an object")
    hints = get_type_hints(kind)
    taken: dict[str, Any] = {}
    for one in fields(kind):
        if one.name not in value:
            continue
        try:
            taken[one.name] = _read(hints[one.name], value[one.name], f"{name}.{one.name}", problems)
            if not _within_range(taken[one.name], one.metadata.get("range")):
                taken.pop(one.name)
                problems.append(f"{name}.{one.name}")
        except (ValueError, TypeError):
            problems.append(f"{name}.{one.name}")
    return kind(**taken)


def _within_range(value: Any, limits: tuple[float, float] | None) -> bool:  # noqa: ANN401
    return limits is None or value is None or limits[0] <= value <= limits[1]
