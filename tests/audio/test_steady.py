from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from app.audio.steady import Steady
from app.audio.stretch import Stretch
from tests.audio.sounds import chatter, hum

RATE = 16_000
BLOCK = 640


def blocks(sound: np.ndarray, length: int = BLOCK) -> list[np.ndarray]:
    return [sound[begin : begin + length, None] for begin in range(0, len(sound), length)]


def test_a_good_clock_leaves_every_bit() -> None:
    sound = chatter(60, RATE)
    steady, chance = Steady(RATE), np.random.default_rng(1)
    heard = []
    for number, block in enumerate(blocks(sound), 1):
        done = steady.take(block, number * BLOCK / RATE + chance.exponential(0.01))
        assert done.lost == 0
        heard.append(done.samples)
    assert np.array_equal(np.concatenate(heard)[:, 0], sound)


def test_a_slow_clock_is_made_up_for_without_a_seam() -> None:
    seconds = 180
    tone = hum(seconds, RATE)
    steady = Steady(RATE)
    heard, end = [], 0.0
    for number, block in enumerate(blocks(tone), 1):
        end = number * BLOCK / RATE * (1 + 300e-6)
        done = steady.take(block, end)
        assert done.lost == 0
        heard.append(done.samples[:, 0])
    sound = np.concatenate(heard)
    assert len(sound) > len(tone)
    assert abs(len(sound) / RATE - end) < 0.03
    # A seam would be a step; a tone this pitch and loud never rises faster from one sample to the next.
    assert np.abs(np.diff(sound)).max() <= np.abs(np.diff(tone)).max() * 1.001
    assert abs(float(np.sqrt(np.mean(sound**2))) - 0.5 / np.sqrt(2)) < 1e-3


@settings(max_examples=40)
@given(lengths=st.lists(st.integers(1, 700), min_size=1, max_size=30), stretch=st.floats(-600e-6, 600e-6))
def test_blocks_of_any_length_make_the_same_sound(lengths: list[int], stretch: float) -> None:
    sound = chatter(1.5, RATE)[: sum(lengths), None]
    whole = Stretch().process(sound, stretch)
    piecewise, begin, parts = Stretch(), 0, []
    for length in lengths:
        parts.append(piecewise.process(sound[begin : begin + length], stretch))
        begin += length
    pieces = np.concatenate(parts)
    assert abs(len(pieces) - len(whole)) <= 1
    together = min(len(pieces), len(whole))
    assert np.allclose(pieces[:together], whole[:together], atol=1e-4)


def test_every_channel_is_stretched_alike() -> None:
    one = chatter(0.5, RATE)
    both = Stretch().process(np.stack((one, -one), axis=1), 400e-6)
    assert both.shape[1] == 2
    assert np.array_equal(both[:, 0], -both[:, 1])


def test_a_seam_is_filled_with_silence() -> None:
    steady = Steady(RATE)
    steady.take(np.ones((RATE, 1), np.float32), 1.0)
    steady.renew()
    done = steady.take(np.ones((BLOCK, 1), np.float32), 1.05)
    assert (done.lost, len(done.samples)) == (0, BLOCK + 160)
    assert not done.samples[:160].any()
    assert done.samples[160:].all()


def test_silence_stands_in_until_the_next_device() -> None:
    steady = Steady(RATE)
    steady.take(np.zeros((RATE, 1), np.float32), 1.0)
    assert steady.missing(1.5) == RATE // 2
    assert steady.missing(1.5) == 0
    steady.renew()
    done = steady.take(np.ones((BLOCK, 1), np.float32), 2.04)
    assert (done.lost, len(done.samples)) == (RATE // 2, BLOCK)
