"""The file that keeps what the user chose from one start to the next."""

from __future__ import annotations

import json
import math
import os
import types
from dataclasses import asdict, fields, is_dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

from app.domain.errors import OutputError, reason
from app.settings import Settings

FILE_NAME = "settings.json"


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
