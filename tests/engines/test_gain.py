from __future__ import annotations

import numpy as np
import pytest

from app.engines.gain import CEILING, CLEAR, LOUD_ENOUGH, MOST, AutomaticGain, loudness, raised
from app.engines.moonshine_native import HOP


def tone(level: float, hops: int = 40) -> np.ndarray:
    """A tone whose root mean square is `level`."""
    wave = np.sin(np.arange(hops * HOP) * 0.3) * level * np.sqrt(2)
    return wave.astype(np.float32).reshape(hops, HOP)


def gained(hops: np.ndarray) -> np.ndarray:
    return loudness(AutomaticGain().apply(hops, loudness(hops)))


def test_loudness_is_the_root_mean_square():
    assert loudness(tone(0.1)) == pytest.approx(0.1, rel=0.05)


@pytest.mark.parametrize("level", [0.0002, 0.001, 0.01])
def test_quiet_sound_is_loud_enough_from_the_first_hop(level: float):
    assert gained(tone(level))[0] == pytest.approx(LOUD_ENOUGH, rel=0.1)


def test_loud_sound_is_left_alone():
    assert gained(tone(0.2)) == pytest.approx(0.2, rel=0.05)


def test_silence_stays_silence():
    assert not gained(np.zeros((10, HOP), np.float32)).any()


def test_a_pause_after_loud_speech_is_not_filled_with_noise():
    speech, pause = tone(0.1), tone(0.0005, 60)
    assert gained(np.concatenate((speech, pause)))[-60:].max() < 0.002


@pytest.mark.parametrize("level", [0.00001, 0.001, 0.1])
def test_nothing_is_ever_clipped(level: float):
    hops = tone(level)
    hops[5, 7] = 0.9
    assert np.abs(AutomaticGain().apply(hops, loudness(hops))).max() <= CEILING
    assert np.abs(raised(hops.reshape(-1))).max() <= CEILING


def test_a_quiet_line_is_raised_as_a_whole():
    line = tone(0.001).reshape(-1)
    line[: 10 * HOP] /= 10
    result = raised(line)
    assert loudness(result.reshape(-1, HOP))[-1] == pytest.approx(CLEAR, rel=0.1)
    np.testing.assert_allclose(result, line * (result[1] / line[1]), rtol=1e-4)


def test_the_gain_has_an_end():
    line = np.full(10 * HOP, 1e-7, np.float32)
    assert np.abs(raised(line)).max() <= 1e-7 * MOST * 1.01


def test_a_line_shorter_than_a_hop_is_left_alone():
    line = np.full(100, 0.001, np.float32)
    assert raised(line) is line
