from __future__ import annotations

import numpy as np
import pytest

from app.audio.resample import Resampler
from tests.audio.sounds import hum


@pytest.mark.parametrize("rate", [8000, 11025, 22050, 44100, 48000, 96000])
def test_a_tone_stays_in_time(rate: int) -> None:
    resampler, tone = Resampler(rate, 16000), hum(2, rate)
    pieces = [resampler.process(tone[at : at + 500]) for at in range(0, len(tone), 500)]
    output = np.concatenate((*pieces, resampler.flush()))
    assert len(output) == 32000
    np.testing.assert_allclose(output[200:-200], hum(2, 16000)[200:-200], atol=0.01)


def test_the_same_rate_is_left_alone() -> None:
    resampler, tone = Resampler(16000, 16000), hum(0.1, 16000)
    assert resampler.process(tone) is tone
    assert not len(resampler.flush())


@pytest.mark.parametrize(("rate", "most"), [(8000, 0.03), (44100, 0.011), (48000, 0.011)])
def test_live_sound_is_not_held_back_for_long(rate: int, most: float) -> None:
    resampler, block = Resampler(rate, 16000), hum(0.02, rate)
    came = 0
    for number in range(1, 100):
        came += len(resampler.process(block))
        assert number * 0.02 - came / 16000 < most
