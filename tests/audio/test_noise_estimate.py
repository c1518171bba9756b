from __future__ import annotations

import numpy as np
import pytest
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st

from app.audio.noise_estimate import ENOUGH, NoiseEstimate, NoiseJudge
from app.domain.noise import Noise

RATE = 16000


@pytest.fixture(scope="module")
def voice(speech: np.ndarray) -> np.ndarray:
    return soxr.resample(speech[: 48000 * 20], 48000, RATE).astype(np.float32)


def hiss(count: int, loud: float, seed: int = 1) -> np.ndarray:
    return (np.random.default_rng(seed).standard_normal(count) * loud).astype(np.float32)


def babble(voice: np.ndarray, loud: float) -> np.ndarray:
    total = sum(np.roll(voice, RATE * shift) for shift in (3, 7, 10, 13, 17))
    return (total * loud / total.std()).astype(np.float32)


def judged(samples: np.ndarray, rate: int = RATE, length: int = 640) -> list[Noise]:
    judge = NoiseJudge(rate)
    seen = []
    for at in range(0, len(samples), length):
        judge.take(samples[at : at + length])
        seen.append(judge.noise)
    return seen


def test_clear_speech_has_little_noise(voice: np.ndarray) -> None:
    assert set(judged(voice)) == {Noise.UNKNOWN, Noise.LITTLE}


@pytest.mark.parametrize("gain", [1.0, 0.05])
def test_loud_steady_noise_is_found_however_loud_the_lane_is(voice: np.ndarray, gain: float) -> None:
    assert judged((voice + hiss(len(voice), voice.std())) * np.float32(gain))[-1] is Noise.STEADY


def test_soft_steady_noise_is_little_noise(voice: np.ndarray) -> None:
    assert judged(voice + hiss(len(voice), voice.std() / 20))[-1] is Noise.LITTLE


def test_other_voices_are_never_steady_noise(voice: np.ndarray) -> None:
    for loud in (1.0, 0.5, 0.25):
        assert Noise.STEADY not in judged(voice + babble(voice, loud * voice.std()))


def test_a_judgement_is_taken_back_quickly_once_the_noise_ends(voice: np.ndarray) -> None:
    noise = hiss(len(voice), voice.std())
    noise[RATE * 12 :] = 0
    seen = judged(voice + noise)
    assert seen[RATE * 12 // 640 - 1] is Noise.STEADY
    assert seen[RATE * 15 // 640] is not Noise.STEADY


def test_noise_without_a_voice_says_nothing_about_voices(voice: np.ndarray) -> None:
    assert set(judged(hiss(RATE * 20, 0.05))) == {Noise.UNKNOWN}
    noisy = voice + hiss(len(voice), voice.std())
    seen = judged(np.concatenate((noisy, hiss(RATE * 10, voice.std(), 2))))
    assert seen[len(noisy) // 640 :] == [Noise.STEADY] * (len(seen) - len(noisy) // 640)


def test_silence_is_no_sound(voice: np.ndarray) -> None:
    assert set(judged(np.zeros(RATE * 10, np.float32))) == {Noise.UNKNOWN}
    noisy = voice + hiss(len(voice), voice.std())
    assert judged(np.concatenate((noisy, np.zeros(RATE * 10, np.float32))))[-1] is Noise.STEADY


@settings(deadline=None, max_examples=20)
@given(lengths=st.lists(st.integers(0, 5000), min_size=1, max_size=40))
def test_however_the_sound_is_cut_the_estimate_is_the_same(lengths: list[int]) -> None:
    samples = hiss(sum(lengths), 0.1)
    whole, cut = NoiseEstimate(RATE), NoiseEstimate(RATE)
    whole.take(samples)
    at = 0
    for length in lengths:
        cut.take(samples[at : at + length])
        at += length
    assert whole.heard == cut.heard
    if cut.heard >= ENOUGH:
        whole.take(samples[:0])
        assert cut.spread >= 0
        assert cut.best_contrast >= cut.contrast >= 0


@settings(deadline=None, max_examples=25)
@given(rate=st.sampled_from([100, 1000, 8000, 11025, 22050, 44100, 48000, 96000]), loud=st.floats(1e-6, 1.0))
def test_any_rate_and_loudness_gives_an_estimate_or_none(rate: int, loud: float) -> None:
    estimate = NoiseEstimate(rate)
    estimate.take(hiss(rate * 4, loud))
    assert np.isfinite((estimate.spread, estimate.contrast, estimate.best_contrast)).all()
    if rate >= 8000 and loud > 1e-4:
        assert estimate.spread < 3.6
        assert estimate.best_contrast < 8.5
