"""What the tests of the window stand on."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.settings import SettingsStore
from app.ui.icons import Icons
from app.ui.look import Look
from app.ui.theme import Appearance


@pytest.fixture
def appearance(qapp: object) -> Appearance:
    return Appearance("light")


@pytest.fixture
def look(appearance: Appearance) -> Look:
    return Look(appearance, Icons())


@pytest.fixture
def store(tmp_path: Path) -> SettingsStore:
    return SettingsStore(tmp_path / "profile")
