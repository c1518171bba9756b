from __future__ import annotations

import numpy as np
import pytest

from app.audio.loudness import Loudness
from tests.audio.sounds import hum

RATE = 48_000


def levels(samples: np.ndarray, block: int) -> list:
    loudness = Loudness(RATE)
    blocks = np.split(samples, range(block, len(samples), block))
    return [loudness.take(one, one.mean(axis=1)) for one in blocks]


@pytest.mark.parametrize("block", [1, 441, 1920])
@pytest.mark.parametrize("offset", [0.0, 0.03, -0.4])
def test_a_device_that_adds_a_constant_and_hears_nothing_is_silent(offset: float, block: int) -> None:
    dead = np.full((RATE // 10, 2), offset, np.float32)
    dead[:, 1] *= -1
    for level in levels(dead, block):
        assert level.swing < 1e-6
        assert level.rms < 1e-6
        assert level.peak == pytest.approx(abs(offset))


@pytest.mark.parametrize("block", [1, 441, 1920])
def test_a_sound_is_as_loud_with_a_constant_as_without(block: int) -> None:
    sound = hum(1.0, loud=0.2)[:, None]
    plain, moved = levels(sound, block), levels(sound + np.float32(0.3), block)
    loudest = [max(level.swing for level in every[len(every) // 2 :]) for every in (plain, moved)]
    assert loudest == pytest.approx([0.2, 0.2], abs=0.02)
    assert max(level.peak for level in moved) == pytest.approx(0.5, abs=0.01)
    rms = np.sqrt(np.mean([level.rms**2 for level in moved[len(moved) // 2 :]]))
    assert rms == pytest.approx(0.2 / np.sqrt(2), rel=0.05)


def test_a_voice_beside_a_dead_channel_is_heard() -> None:
    sound = np.stack((np.full(RATE, 0.3, np.float32), hum(1.0, loud=0.2)), 1)
    assert levels(sound, 1920)[-1].swing == pytest.approx(0.2, abs=0.01)


def test_once_nothing_comes_any_more_it_is_silent_within_two_seconds() -> None:
    sound = np.concatenate((hum(1.0, loud=0.2), np.full(3 * RATE, 0.04, np.float32)))[:, None]
    assert all(level.swing < 2e-4 for level in levels(sound, 1920)[3 * 25 :])
