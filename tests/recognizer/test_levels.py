"""How often the window is told how loud it is, and of what."""

from __future__ import annotations

import numpy as np
import pytest

from app.domain.audio import AudioFrame, Level
from app.domain.transcript import Transcript
from app.recognizer import captioning as captioning_module
from app.recognizer.captioning import Captioning
from app.recognizer.news import LevelChanged, News

SOUND = np.zeros(640, np.float32)


def test_the_loudest_moment_is_always_told(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr(captioning_module.time, "monotonic", lambda: 100.0 + now)
    told: list[News] = []
    captioning = Captioning("Me", Transcript(), told.append, base=0, trace=None)
    for number in range(25):
        now = 0.04 * number
        loud = number in (7, 16)
        captioning.heard(AudioFrame(640 * number, SOUND), Level(0.5, 1.0) if loud else Level(0.01, 0.02))
    levels = [news.level for news in told if isinstance(news, LevelChanged)]
    assert len(levels) == 9
    assert levels.count(Level(0.5, 1.0)) == 2
    assert levels.count(Level(0.01, 0.02)) == 7
