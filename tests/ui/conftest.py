"""What the tests of the window stand on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.settings import OverlaySettings, Settings
from app.settings_store import SettingsStore
from app.ui.icons import Icons
from app.ui.look import Look
from app.ui.theme import Appearance
from tests.ui.window_desk import Desktop


@pytest.fixture
def appearance(qapp: object) -> Appearance:
    return Appearance("light")


@pytest.fixture
def look(appearance: Appearance) -> Look:
    return Look(appearance, Icons())


@pytest.fixture
def store(tmp_path: Path) -> SettingsStore:
    return SettingsStore(tmp_path / "profile")


@pytest.fixture
def make(qtbot: QtBot, store: SettingsStore, appearance: Appearance) -> Iterator[Callable[..., Desktop]]:
    made: list[Desktop] = []

    def build(**fields: object) -> Desktop:
        settings = Settings(**({"overlay": OverlaySettings(shown=False)} | fields))  # type: ignore[arg-type]
        made.append(Desktop(qtbot, store, appearance, settings))
        return made[-1]

    yield build
    for desktop in made:
        desktop.window.close()


@pytest.fixture
def desktop(make: Callable[..., Desktop]) -> Desktop:
    return make()
