from __future__ import annotations

import numpy as np
import pytest

from app.audio.mono import Mono
from tests.audio.sounds import chatter


def test_one_channel_passes_unchanged() -> None:
    voice = chatter(0.1)
    np.testing.assert_array_equal(Mono(1).mix(voice[:, None]), voice)


def test_two_channels_are_averaged() -> None:
    left, right = chatter(0.1, seed=1), chatter(0.1, seed=2)
    np.testing.assert_allclose(Mono(2).mix(np.stack((left, right), 1)), (left + right) / 2, atol=1e-6)


def test_a_microphone_on_one_of_eight_channels_keeps_its_loudness() -> None:
    voice = chatter(0.1)
    channels = np.zeros((len(voice), 8), np.float32)
    channels[:, 5] = voice
    np.testing.assert_allclose(Mono(8).mix(channels), voice, atol=1e-6)


def test_a_channel_that_begins_later_is_heard() -> None:
    mono = Mono(2)
    voice = chatter(0.1)
    silence = np.zeros_like(voice)
    mono.mix(np.stack((voice, silence), 1))
    mixed = mono.mix(np.stack((silence, voice), 1))
    assert np.corrcoef(mixed, voice)[0, 1] > 0.999


def test_channels_that_wipe_each_other_out_are_not_mixed() -> None:
    mono = Mono(2)
    voice = chatter(2)
    mono.mix(np.stack((voice, -voice), 1))
    mixed = mono.mix(np.stack((voice, -voice), 1))
    assert np.abs(np.corrcoef(mixed, voice)[0, 1]) == pytest.approx(1)


def test_silence_and_nothing_are_silence_and_nothing() -> None:
    mono = Mono(2)
    assert not mono.mix(np.zeros((5, 2), np.float32)).any()
    assert mono.mix(np.zeros((0, 2), np.float32)).shape == (0,)
