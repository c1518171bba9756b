from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.domain.errors import EngineError
from app.engines.moonshine_native import HOP, Decoder, Library, SpeechDetector


@pytest.fixture(scope="module")
def library() -> Library:
    return Library()


def whole_hops(samples: np.ndarray) -> np.ndarray:
    return samples[: len(samples) // HOP * HOP]


def test_the_decoder_turns_sound_into_text(library: Library, two_cities: np.ndarray):
    decoder = Decoder(library)
    try:
        assert decoder.decode(two_cities[16_000 : 16_000 * 5]).lower().startswith("it was the best of times")
    finally:
        decoder.close()


@pytest.mark.parametrize("length", [1, HOP - 1, HOP, 5000])
def test_the_decoder_takes_any_length(library: Library, length: int):
    decoder = Decoder(library)
    try:
        assert isinstance(decoder.decode(np.zeros(length, np.float32)), str)
    finally:
        decoder.close()


def test_the_detector_hears_speech_and_not_silence_nor_noise(library: Library, two_cities: np.ndarray):
    detector = SpeechDetector(library)
    try:
        noise = np.random.default_rng(0).standard_normal(HOP * 60).astype(np.float32) * 0.05
        assert not any(detector.judge(np.zeros(HOP * 60, np.float32)))
        assert not any(detector.judge(noise))
        verdicts = detector.judge(whole_hops(two_cities[: 16_000 * 5]))
        assert len(verdicts) == 16_000 * 5 // HOP
        assert 80 < sum(verdicts) < 130
    finally:
        detector.close()


def test_verdicts_do_not_depend_on_how_sound_is_handed_over(library: Library, two_cities: np.ndarray):
    sound = whole_hops(two_cities[: 16_000 * 10])
    whole, pieces = SpeechDetector(library), SpeechDetector(library)
    try:
        piecewise = [flag for part in np.split(sound, len(sound) // HOP) for flag in pieces.judge(part)]
        # The library's memory outlives a detector: the first verdicts may lean on what was heard before.
        different = sum(a != b for a, b in zip(whole.judge(sound), piecewise, strict=True))
        assert different < len(piecewise) * 0.02
    finally:
        whole.close()
        pieces.close()


def test_two_lanes_do_not_disturb_each_other(library: Library, two_cities: np.ndarray):
    sound = whole_hops(two_cities[: 16_000 * 5])
    blocks = np.split(sound, len(sound) // HOP)
    alone, first, second = (SpeechDetector(library) for _ in range(3))
    try:
        expected = alone.judge(sound)
        got = []
        for block, other in zip(blocks, reversed(blocks), strict=True):
            got += first.judge(block)
            second.judge(other)
        different = sum(a != b for a, b in zip(expected, got, strict=True))
        assert different < len(expected) * 0.04
    finally:
        for detector in (alone, first, second):
            detector.close()


def test_a_renewed_detector_goes_on_where_it_was(library: Library, two_cities: np.ndarray):
    sound = whole_hops(two_cities[: 16_000 * 20])
    lasting, renewed = SpeechDetector(library), SpeechDetector(library, lifetime=70)
    try:
        expected = lasting.judge(sound)
        got = [flag for part in np.split(sound, len(sound) // HOP) for flag in renewed.judge(part)]
        different = sum(a != b for a, b in zip(expected, got, strict=True))
        assert different < len(expected) * 0.02
    finally:
        lasting.close()
        renewed.close()


def test_a_missing_library_is_told_in_plain_words(tmp_path: Path):
    with pytest.raises(EngineError, match="does not load here") as caught:
        Library(tmp_path)
    assert caught.value.remedy


def test_a_missing_model_is_told_in_plain_words(library: Library, monkeypatch, tmp_path: Path):
    monkeypatch.setattr(library, "_folder", tmp_path)
    with pytest.raises(EngineError, match="model does not load"):
        Decoder(library)


def test_a_missing_package_is_told_in_plain_words(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(EngineError, match="not installed"):
        Library()
