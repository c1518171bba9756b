from __future__ import annotations

import sys
import threading

import numpy as np
import pytest
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st

from app.audio import denoise, rnnoise
from app.audio.availability import webrtc_available
from app.audio.denoise import RnnoiseDenoiser, WebRtcDenoiser
from app.audio.rnnoise import rnnoise_available
from app.domain.errors import InputError
from tests.audio.sounds import chatter

needs_rnnoise = pytest.mark.skipif(not rnnoise_available(), reason="needs pyrnnoise")
needs_webrtc = pytest.mark.skipif(not webrtc_available(), reason="needs livekit")
EACH = [
    pytest.param(RnnoiseDenoiser, marks=needs_rnnoise),
    pytest.param(lambda: RnnoiseDenoiser(0.5), marks=needs_rnnoise),
    pytest.param(WebRtcDenoiser, marks=needs_webrtc),
]
each = pytest.mark.parametrize("make", EACH, ids=["RNNoise", "half of RNNoise", "WebRTC"])


@each
def test_speech_comes_through_in_time(speech: np.ndarray, make) -> None:
    denoiser = make()
    voice = at_rate(speech[: 48000 * 8], denoiser.rate)
    output = np.concatenate((denoiser.process(voice), denoiser.flush()))
    assert len(output) == len(voice)
    likeness = [float(np.roll(output, lag) @ voice) for lag in range(-40, 41)]
    # Within a quarter of a millisecond: WebRTC turns the phases of low pitches a little.
    assert abs(int(np.argmax(likeness)) - 40) <= denoiser.rate // 4000
    assert np.corrcoef(loudness(output), loudness(voice))[0, 1] > 0.95


@pytest.mark.parametrize(
    ("make", "left"), [(EACH[0], 0.2), (EACH[1], 0.6), (EACH[2], 0.35)], ids=["RNNoise", "half", "WebRTC"]
)
def test_steady_noise_is_taken_away(make, left: float) -> None:
    denoiser = make.values[0]()
    noise = (np.random.default_rng(1).standard_normal(4 * denoiser.rate) * 0.05).astype(np.float32)
    output = denoiser.process(noise)
    assert output[3 * denoiser.rate :].std() < left * noise.std()


@each
@settings(deadline=None, max_examples=20)
@given(lengths=st.lists(st.integers(0, 3000), min_size=1, max_size=8))
def test_as_many_samples_come_out_as_went_in_however_they_are_cut(make, lengths: list[int]) -> None:
    voice, denoiser = chatter(1)[: sum(lengths)], make()
    whole = make()
    expected = np.concatenate((whole.process(voice), whole.flush()))
    pieces, at = [], 0
    for length in lengths:
        pieces.append(denoiser.process(voice[at : at + length]))
        at += length
    output = np.concatenate((*pieces, denoiser.flush()))
    np.testing.assert_array_equal(output, expected)
    assert len(output) == len(voice)


@each
def test_two_lanes_do_not_hear_each_other(speech: np.ndarray, make) -> None:
    voice = at_rate(speech[: 48000 * 3], make().rate)
    alone = make().process(voice)
    results: list[np.ndarray] = []
    threads = [threading.Thread(target=lambda: results.append(make().process(voice))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for result in results:
        np.testing.assert_array_equal(result, alone)


def loudness(samples: np.ndarray) -> np.ndarray:
    return np.sqrt(np.mean(np.square(samples[: len(samples) // 480 * 480].reshape(-1, 480)), axis=1))


def at_rate(samples: np.ndarray, rate: int) -> np.ndarray:
    return soxr.resample(samples, 48000, rate).astype(np.float32)


def test_without_the_library_it_is_said_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(denoise, "load_rnnoise", lambda: None)
    with pytest.raises(InputError, match="Noise reduction is not available"):
        RnnoiseDenoiser()


def test_a_library_for_another_system_is_no_library(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    (tmp_path / "librnnoise.so").write_bytes(b"not for this machine")
    monkeypatch.setattr(rnnoise, "package_folder", lambda name: tmp_path)
    assert rnnoise.load_rnnoise.__wrapped__() is None


def test_without_webrtc_it_is_said_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "livekit.rtc", None)
    with pytest.raises(InputError, match="Noise reduction is not available"):
        WebRtcDenoiser()
