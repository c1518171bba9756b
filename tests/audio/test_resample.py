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


def test_live_sound_is_held_back_by_less_than_20_ms() -> None:
    resampler = Resampler(48000, 16000)
    came = sum(len(resampler.process(hum(0.04))) for _ in range(25))
    assert 16000 - came < 320
