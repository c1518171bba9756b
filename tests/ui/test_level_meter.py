"""The input level, seen and said."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from app.domain.audio import Level
from app.ui.level_meter import LevelMeter, height
from app.ui.look import Look


def white() -> QColor:
    return QColor("white")


@pytest.mark.parametrize(("rms", "share"), [(0.0, 0.0), (1e-9, 0.0), (0.5, 0.99), (1.0, 1.0), (4.0, 1.0)])
def test_heights_are_even_in_decibels(rms: float, share: float) -> None:
    assert height(rms) == pytest.approx(share, abs=0.02)


def test_it_moves_and_falls(qtbot: QtBot, look: Look) -> None:
    meter = LevelMeter(look, white)
    qtbot.addWidget(meter)
    assert meter.loudness == 0.0
    meter.take(Level(0.1, 0.3))
    assert meter.loudness > 0.5
    meter.clear()
    assert meter.loudness == 0.0


@pytest.mark.parametrize(
    ("level", "text"),
    [
        (Level(0.0, 0.0), "Silent"),
        (Level(0.002, 0.01), "Faint"),
        (Level(0.1, 0.4), "Good"),
        (Level(0.6, 1.0), "Too loud"),
    ],
)
def test_a_screen_reader_hears_words(qtbot: QtBot, look: Look, level: Level, text: str) -> None:
    meter = LevelMeter(look, white)
    qtbot.addWidget(meter)
    assert meter.accessibleName() == "Input level"
    for _ in range(20):
        meter.take(level)
    assert meter.accessibleDescription() == text


def test_silence_is_painted_once(qtbot: QtBot, look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    meter = LevelMeter(look, white)
    qtbot.addWidget(meter)
    updates: list[float] = []
    monkeypatch.setattr(meter, "update", lambda: updates.append(meter.loudness))
    for level in [0.0] * 3 + [0.1] + [0.0] * 30:
        meter.take(Level(level, level))
    assert len(updates) == 13
    assert updates[-1] == 0.0
