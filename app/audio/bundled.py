"""Files inside other packages, found without importing them."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

from app.domain.errors import InputError


def package_folder(name: str) -> Path | None:
    """Where an installed package lies, also in a frozen program; None where it is missing."""
    if bundle := getattr(sys, "_MEIPASS", None):
        folder = Path(bundle) / name
        if folder.is_dir():
            return folder
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations)))


def sample_path() -> Path:
    """The recording of real speech that comes with the embedded engine.

    Raises:
        InputError: the engine's package is not installed.
    """
    folder = package_folder("moonshine_voice")
    path = folder / "assets" / "two_cities.wav" if folder else None
    if path is None or not path.is_file():
        raise InputError(
            "The sample recording is missing from this installation.",
            "Install the program again, or open a recording.",
        )
    return path
