from __future__ import annotations

import numpy as np
import pytest
import soxr
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.audio.input_check import OFF_CENTER, TOO_LOUD, TOO_SOFT, InputCheck
from tests.audio.sounds import chatter

RATE = 16000


@pytest.fixture(scope="module")
def voice(speech: np.ndarray) -> np.ndarray:
    samples = soxr.resample(speech[: 48000 * 30], 48000, RATE).astype(np.float32)
    return samples * np.float32(0.5 / np.abs(samples).max())


def problems(samples: np.ndarray, check: InputCheck | None = None) -> list[str]:
    """What is said, in the order in which it changes."""
    check = check or InputCheck(RATE)
    blocks = [samples[at : at + 640, None].astype(np.float32) for at in range(0, len(samples), 640)]
    return [check.problem for block in blocks if check.take(block)]


@pytest.mark.parametrize("gain", [1.9, 1.0, 0.1, 0.01])
def test_a_voice_of_any_usual_loudness_has_no_problem(voice: np.ndarray, gain: float) -> None:
    assert problems(voice * gain) == []


def test_a_voice_that_is_cut_off_is_too_loud(voice: np.ndarray) -> None:
    assert problems(np.clip(voice * 8, -1, 1)) == [TOO_LOUD]


def test_one_loud_moment_is_no_problem(voice: np.ndarray) -> None:
    clapped = voice.copy()
    clapped[RATE * 8 : RATE * 8 + 5] = 1.0
    assert problems(clapped) == []


def test_a_faint_voice_is_said_but_not_mere_noise(voice: np.ndarray) -> None:
    assert problems(voice * 0.003) == [TOO_SOFT]
    noise = np.random.default_rng(1).standard_normal(len(voice)) * 1e-4
    assert problems(noise) == []


@settings(deadline=None, max_examples=30)
@given(gain=st.floats(0.0005, 0.05), length=st.integers(6, 10))
def test_how_faint_a_voice_is_is_measured_by_its_moments(gain: float, length: int) -> None:
    sound = (chatter(length, RATE) * gain).astype(np.float32)[: length * RATE]
    moments = np.sqrt(np.mean(np.square(sound.reshape(-1, RATE // 50)), axis=1))
    quiet, loud = np.percentile(moments, (20, 95))
    assume(abs(loud - 8e-4) > 1e-5)
    check = InputCheck(RATE)
    check.take(sound[:, None])
    assert (check.problem == TOO_SOFT) == (4 * quiet < loud < 8e-4)


@pytest.mark.parametrize("offset", [0.1, -0.1])
def test_sound_off_center_is_said(voice: np.ndarray, offset: float) -> None:
    assert problems(voice + offset) == [OFF_CENTER]


@pytest.mark.parametrize("channel", [0, 1, 2])
def test_the_voice_may_be_on_any_channel(voice: np.ndarray, channel: int) -> None:
    samples = np.zeros((len(voice), 3), np.float32)
    samples[:, channel] = np.clip(voice * 8, -1, 1)
    check = InputCheck(RATE)
    check.take(samples)
    assert check.problem == TOO_LOUD


def test_a_problem_is_over_once_it_is_mended(voice: np.ndarray) -> None:
    check = InputCheck(RATE)
    assert problems(np.clip(voice * 8, -1, 1), check) == [TOO_LOUD]
    assert problems(np.tile(voice, 1), check) == [""]


def test_a_mute_changes_nothing(voice: np.ndarray) -> None:
    check = InputCheck(RATE)
    assert problems(np.zeros(RATE * 20), check) == []
    assert problems(voice + 0.1, check) == [OFF_CENTER]
    assert problems(np.zeros(RATE * 20), check) == []
    assert check.problem == OFF_CENTER


@settings(deadline=None, max_examples=20)
@given(lengths=st.lists(st.integers(0, 60_000), max_size=8), rate=st.sampled_from([8000, 16000, 44100]))
def test_however_the_sound_is_cut_the_answer_is_the_same(lengths: list[int], rate: int) -> None:
    samples = np.clip(chatter(sum(lengths) / rate + 1, rate)[: sum(lengths)] * 5, -1, 1)[:, None]
    whole, cut = InputCheck(rate), InputCheck(rate)
    whole.take(samples)
    at = 0
    for length in lengths:
        cut.take(samples[at : at + length])
        at += length
    assert whole.problem == cut.problem
