from __future__ import annotations

import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.audio import denoise, rnnoise
from app.audio.denoise import Denoiser
from app.audio.rnnoise import rnnoise_available
from app.domain.errors import InputError
from tests.audio.sounds import chatter

pytestmark = pytest.mark.skipif(not rnnoise_available(), reason="needs pyrnnoise")


def test_speech_comes_through_in_time(speech: np.ndarray) -> None:
    voice, denoiser = speech[: 48000 * 8], Denoiser()
    output = np.concatenate((denoiser.process(voice), denoiser.flush()))
    assert len(output) == len(voice)
    assert np.corrcoef(output, voice)[0, 1] > 0.95


def test_steady_noise_is_taken_away() -> None:
    noise = (np.random.default_rng(1).standard_normal(96000) * 0.05).astype(np.float32)
    output = Denoiser().process(noise)
    assert output[48000:].std() < 0.2 * noise.std()


@settings(deadline=None, max_examples=20)
@given(st.lists(st.integers(0, 3000), min_size=1, max_size=8))
def test_as_many_samples_come_out_as_went_in_however_they_are_cut(lengths: list[int]) -> None:
    voice, denoiser = chatter(1)[: sum(lengths)], Denoiser()
    whole = Denoiser()
    expected = np.concatenate((whole.process(voice), whole.flush()))
    pieces, at = [], 0
    for length in lengths:
        pieces.append(denoiser.process(voice[at : at + length]))
        at += length
    output = np.concatenate((*pieces, denoiser.flush()))
    np.testing.assert_array_equal(output, expected)
    assert len(output) == len(voice)


def test_two_lanes_do_not_hear_each_other(speech: np.ndarray) -> None:
    voice = speech[: 48000 * 3]
    alone = Denoiser().process(voice)
    results: list[np.ndarray] = []
    threads = [threading.Thread(target=lambda: results.append(Denoiser().process(voice))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for result in results:
        np.testing.assert_array_equal(result, alone)


def test_without_the_library_it_is_said_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(denoise, "load_rnnoise", lambda: None)
    with pytest.raises(InputError, match="Noise reduction is not available"):
        Denoiser()


def test_a_library_for_another_system_is_no_library(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    (tmp_path / "librnnoise.so").write_bytes(b"not for this machine")
    monkeypatch.setattr(rnnoise, "package_folder", lambda name: tmp_path)
    assert rnnoise.load_rnnoise.__wrapped__() is None
