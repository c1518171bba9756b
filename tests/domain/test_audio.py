"""Samples as services and files take them."""

from __future__ import annotations

import numpy as np
import pytest

from app.domain.audio import from_pcm, pcm


@pytest.mark.parametrize(
    ("sample", "number"),
    [
        (0.0, 0),
        (1.0, 32_767),
        (-1.0, -32_768),
        (2.0, 32_767),
        (-2.0, -32_768),
        (0.6 / 32_768, 1),
        (0.25, 8_192),
    ],
)
def test_a_sample_becomes_the_nearest_number_there_is(sample: float, number: int) -> None:
    samples = np.array([sample], np.float32)
    assert np.frombuffer(pcm(samples), "<i2").tolist() == [number]
    assert samples[0] == np.float32(sample)


def test_what_was_in_a_recording_comes_out_again() -> None:
    numbers = np.arange(-32_768, 32_768, dtype="<i2").tobytes()
    assert pcm(from_pcm(numbers)) == numbers
