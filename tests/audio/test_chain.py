from __future__ import annotations

from itertools import cycle, pairwise

import numpy as np
import pytest
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st

from app.audio import availability
from app.audio.availability import webrtc_available
from app.audio.base import Block
from app.audio.chain import FrameChain
from app.audio.rnnoise import rnnoise_available
from app.domain.audio import AudioFormat
from app.domain.errors import InputError
from app.domain.noise import Noise
from app.domain.request import Denoise
from tests.audio.sounds import chatter, hum
from tests.benchmarks.chain import blocks, goal

needs_rnnoise = pytest.mark.skipif(not rnnoise_available(), reason="needs pyrnnoise")
needs_webrtc = pytest.mark.skipif(not webrtc_available(), reason="needs livekit")
STAGES = [
    pytest.param(Denoise.RNNOISE, marks=needs_rnnoise),
    pytest.param(Denoise.WEBRTC, marks=needs_webrtc),
]


def run(
    chain: FrameChain,
    samples: np.ndarray,
    lengths: list[int],
    toggle_every: int = 0,
    stages: tuple[Denoise, ...] = (Denoise.RNNOISE, Denoise.OFF),
) -> np.ndarray:
    """Feed `samples` (n, channels) in blocks of those lengths, over and over; check and join the frames."""
    frames, at, number = [], 0, 0
    turns = cycle(stages)
    while at < len(samples):
        number += 1
        if toggle_every and number % toggle_every == 0:
            chain.denoise = next(turns)
        length = lengths[number % len(lengths)]
        frames.append(chain.process(Block(samples[at : at + length])))
        at += length
    frames.append(chain.flush())
    for before, after in pairwise(frames):
        assert after.start == before.stop
    return np.concatenate([frame.samples for frame in frames])


@pytest.mark.parametrize("rate", [44100, 48000])
@pytest.mark.parametrize("denoise", [Denoise.OFF, *STAGES])
@pytest.mark.parametrize("cancels", [False, pytest.param(True, marks=needs_webrtc)])
def test_live_sound_is_held_back_no_longer_than_has_to_be(rate: int, denoise: Denoise, cancels: bool) -> None:
    held = sorted(held for held, _ in blocks(rate, denoise, cancels))
    assert held[round(0.95 * len(held))] <= goal(denoise)
    # Where its runs and the stages' frames do not fit together, one more of those.
    assert held[-1] <= goal(denoise) + 0.01


@settings(deadline=None, max_examples=30)
@given(
    rate=st.sampled_from([8000, 11025, 16000, 22050, 44100, 44101, 48000, 96000]),
    channels=st.integers(1, 3),
    lengths=st.lists(st.integers(1, 4000), max_size=24),
    toggle_every=st.integers(0, 3),
    stages=st.lists(st.sampled_from(Denoise), min_size=1, max_size=4),
)
def test_a_session_is_exactly_as_long_as_its_sound(
    rate: int, channels: int, lengths: list[int], toggle_every: int, stages: list[Denoise]
) -> None:
    length = sum(lengths)
    samples = np.zeros((length, channels), np.float32)
    chain = FrameChain(AudioFormat(rate, channels))
    everything = rnnoise_available() and webrtc_available()
    output = run(chain, samples, lengths, toggle_every if everything else 0, tuple(stages))
    assert len(output) == (2 * length * 16000 + rate) // (2 * rate)


@pytest.mark.parametrize("rate", [16000, 44100, 48000])
def test_sound_keeps_its_time(rate: int) -> None:
    samples = np.zeros((rate * 3, 1), np.float32)
    samples[rate * 2 : rate * 2 + rate // 50] = chatter(0.02, rate)[:, None]
    output = run(FrameChain(AudioFormat(rate, 1)), samples, [rate // 25])
    loud = np.flatnonzero(np.abs(output) > 0.3 * np.abs(output).max())
    assert 32000 - 16 <= loud[0] <= loud[-1] <= 32320 + 16


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("rate", [16000, 44100, 48000])
def test_denoised_speech_keeps_its_time(speech: np.ndarray, rate: int, stage: Denoise) -> None:
    voice = soxr.resample(speech[: 48000 * 8], 48000, rate)[:, None]
    plain = run(FrameChain(AudioFormat(rate, 1)), voice, [rate // 25])
    clean = run(FrameChain(AudioFormat(rate, 1), stage), voice, [rate // 25])
    lags = range(-20, 21)
    likeness = [float(np.roll(clean, lag) @ plain) for lag in lags]
    assert abs(lags[int(np.argmax(likeness))]) <= 4


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("rate", [16000, 44100, 48000])
def test_switching_makes_no_click(rate: int, stage: Denoise) -> None:
    tone = hum(6, rate)[:, None]
    chain = FrameChain(AudioFormat(rate, 1))
    output = run(chain, tone, [rate // 25, 700, 31], toggle_every=13, stages=(stage, Denoise.OFF))
    # Nothing louder than the tone, and no step steeper than the tone's own.
    assert np.abs(output).max() <= 0.505
    assert np.abs(np.diff(output)).max() <= 1.1 * 2 * np.pi * 300 / 16000 * 0.5


@needs_rnnoise
def test_sound_keeps_its_time_after_switching() -> None:
    voice = chatter(4)[:, None]
    plain = run(FrameChain(AudioFormat(48000, 1)), voice, [1920])
    chain = FrameChain(AudioFormat(48000, 1))
    frames = []
    for number, at in enumerate(range(0, len(voice), 1920)):
        chain.denoise = Denoise.RNNOISE if 20 <= number < 40 else Denoise.OFF
        frames.append(chain.process(Block(voice[at : at + 1920])).samples)
    output = np.concatenate((*frames, chain.flush().samples))
    np.testing.assert_allclose(output[-16000:], plain[-16000:], atol=0.005)


def test_frames_begin_where_the_session_stands() -> None:
    chain = FrameChain(AudioFormat(16000, 1), start=5000)
    frame = chain.process(Block(np.zeros((640, 1), np.float32)))
    assert (frame.start, frame.stop, frame.rate) == (5000, 5640, 16000)


def test_16_khz_passes_untouched_and_at_once() -> None:
    voice = chatter(0.04, 16000)
    frame = FrameChain(AudioFormat(16000, 1)).process(Block(voice[:, None]))
    np.testing.assert_array_equal(frame.samples, voice)


def test_lost_sound_becomes_silence_in_its_place() -> None:
    chain = FrameChain(AudioFormat(16000, 1))
    voice = chatter(0.1, 16000)
    chain.process(Block(voice[:, None]))
    frame = chain.process(Block(voice[:, None], lost=8000))
    assert not frame.samples[:8000].any()
    np.testing.assert_array_equal(frame.samples[8000:], voice)
    assert chain.lost_seconds == 0.5


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf, 1e30])
def test_what_is_no_sample_does_no_harm(wrong: float) -> None:
    samples = chatter(0.5)[:, None].copy()
    samples[::100] = wrong
    chain = FrameChain(AudioFormat(48000, 1))
    output = run(chain, samples, [1920])
    assert np.isfinite(output).all()
    assert np.abs(output).max() <= 1
    assert np.isfinite((chain.level.rms, chain.level.peak)).all()


def test_a_constant_is_a_constant() -> None:
    output = run(FrameChain(AudioFormat(48000, 2)), np.full((48000, 2), 0.25, np.float32), [1920])
    np.testing.assert_allclose(output[200:-200], 0.25, atol=0.001)


def test_the_level_is_that_of_the_input() -> None:
    chain = FrameChain(AudioFormat(48000, 1))
    chain.process(Block(hum(0.1)[:, None]))
    assert chain.level.peak == pytest.approx(0.5, abs=0.01)
    assert chain.level.rms == pytest.approx(0.5 / np.sqrt(2), abs=0.01)


def test_the_peak_of_any_channel_shows() -> None:
    chain = FrameChain(AudioFormat(48000, 2))
    chain.process(Block(np.stack((hum(0.1, loud=0.9), hum(0.1, loud=0.1)), 1)))
    assert chain.level.peak == pytest.approx(0.9, abs=0.01)


def test_an_empty_block_is_no_sound() -> None:
    chain = FrameChain(AudioFormat(48000, 2))
    frame = chain.process(Block(np.zeros((0, 2), np.float32)))
    assert frame.start == frame.stop
    assert chain.level.rms == chain.level.peak == 0


def test_denoising_that_is_not_there_is_refused_when_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(availability, "rnnoise_available", lambda: False)
    chain = FrameChain(AudioFormat(48000, 1))
    with pytest.raises(InputError, match="not available"):
        chain.denoise = Denoise.RNNOISE
    assert chain.denoise is Denoise.OFF


def steady_noise(seconds: float, loud: float, rate: int = 16000) -> np.ndarray:
    """Hiss that is so loud below 8 kHz."""
    noise = np.random.default_rng(5).standard_normal(round(seconds * rate))
    return (noise * loud * np.sqrt(rate / 16000)).astype(np.float32)


@needs_rnnoise
@pytest.mark.parametrize("rate", [16000, 48000])
def test_auto_denoises_steady_noise_and_nothing_else(speech: np.ndarray, rate: int) -> None:
    voice = soxr.resample(speech[: 48000 * 16], 48000, rate).astype(np.float32)
    chain = FrameChain(AudioFormat(rate, 1), Denoise.AUTO)
    run(chain, voice[:, None], [rate // 25])
    assert (chain.denoising.stage, chain.denoising.noise) == (Denoise.OFF, Noise.LITTLE)
    noisy = FrameChain(AudioFormat(rate, 1), Denoise.AUTO)
    assert noisy.denoising.stage is Denoise.OFF
    run(noisy, (voice + steady_noise(16, voice.std(), rate))[:, None], [rate // 25])
    assert (noisy.denoising.stage, noisy.denoising.noise) == (Denoise.RNNOISE, Noise.STEADY)


@needs_rnnoise
def test_auto_leaves_clear_speech_as_it_is(speech: np.ndarray) -> None:
    voice = soxr.resample(speech[: 48000 * 12], 48000, 16000).astype(np.float32)
    output = run(FrameChain(AudioFormat(16000, 1), Denoise.AUTO), voice[:, None], [640])
    np.testing.assert_array_equal(output, np.clip(voice, -1, 1))


@needs_rnnoise
def test_what_the_user_turned_on_gives_no_reason() -> None:
    chain = FrameChain(AudioFormat(16000, 1), Denoise.RNNOISE)
    chain.process(Block(np.zeros((640, 1), np.float32)))
    assert (chain.denoising.stage, chain.denoising.noise) == (Denoise.RNNOISE, None)


def test_what_came_in_can_be_had_as_one_channel_before_the_stages() -> None:
    chain = FrameChain(AudioFormat(48000, 2))
    chain.process(Block(np.tile(np.array([[0.5, 0.25]], np.float32), (480, 1)), lost=48))
    assert chain.mono.shape == (528,)
    assert not chain.mono[:48].any()
    assert np.allclose(chain.mono[48:], 0.375)
