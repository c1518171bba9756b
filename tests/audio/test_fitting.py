from __future__ import annotations

import numpy as np
import pytest

from app.audio.fitting import Fitting
from app.domain.audio import AudioFormat
from tests.audio.sounds import hum


def test_the_same_format_is_left_alone() -> None:
    fmt = AudioFormat(44_100, 3)
    samples = np.random.default_rng(1).random((100, 3), np.float32)
    assert Fitting(fmt, fmt).process(samples) is samples


@pytest.mark.parametrize(("rate", "channels"), [(48_000, 1), (8_000, 1), (44_100, 2), (96_000, 8)])
def test_another_format_sounds_the_same_on_every_channel(rate: int, channels: int) -> None:
    fitting = Fitting(AudioFormat(rate, channels), AudioFormat(16_000, 2))
    tone = np.repeat(hum(1.0, rate)[:, None], channels, axis=1)
    heard = np.concatenate([fitting.process(piece) for piece in np.array_split(tone, 25)])
    assert 15_000 < len(heard) <= 16_000
    assert np.array_equal(heard[:, 0], heard[:, 1])
    assert np.sqrt(np.mean(heard[2000:-2000] ** 2)) == pytest.approx(0.5 / np.sqrt(2), rel=0.02)


def test_what_was_lost_has_the_new_length() -> None:
    assert Fitting(AudioFormat(48_000, 1), AudioFormat(16_000, 1)).length(480) == 160
