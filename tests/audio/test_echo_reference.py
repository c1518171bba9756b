from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from app.audio.echo_reference import KEPT, EchoReference
from app.domain.audio import AudioFrame


def ramp(start: int, count: int) -> np.ndarray:
    return (np.arange(start, start + count) + 1).astype(np.float32)


@settings(deadline=None, max_examples=50)
@given(
    steps=st.lists(st.tuples(st.integers(0, 50_000), st.integers(0, 40_000)), max_size=8),
    start=st.integers(0, 10**9),
    back=st.integers(-50_000, 200_000),
    count=st.integers(0, 60_000),
)
def test_what_was_put_is_found_at_its_place_and_silence_elsewhere(
    steps: list[tuple[int, int]], start: int, back: int, count: int
) -> None:
    reference = EchoReference()
    known: list[tuple[int, int]] = []
    at = start
    for gap, length in steps:
        at += gap
        reference.put(AudioFrame(at, ramp(at, length)))
        known.append((at, at + length))
        at += length
    first = at - back
    expected = np.zeros(count, np.float32)
    stop = max((end for begin, end in known if end > begin), default=0)
    for begin, end in known:
        low, high = max(begin, first, stop - KEPT), min(end, first + count)
        if low < high:
            expected[low - first : high - first] = ramp(low, high - low)
    np.testing.assert_array_equal(reference.take(first, count), expected)


def test_what_is_known_stays_known() -> None:
    reference = EchoReference()
    reference.put(AudioFrame(1000, ramp(0, 500)))
    reference.put(AudioFrame(1200, np.zeros(400, np.float32)))
    assert reference.stop == 1600
    np.testing.assert_array_equal(reference.take(1000, 600), np.r_[ramp(0, 500), np.zeros(100)])


def test_another_rate_is_made_the_same() -> None:
    reference = EchoReference()
    for at in range(0, 8000, 400):
        reference.put(AudioFrame(8000 + at, np.full(400, 0.25, np.float32), rate=8000))
    # All but what the resampler holds back.
    assert 32000 - 1600 < reference.stop <= 32000
    np.testing.assert_allclose(reference.take(17000, 10000), 0.25, atol=0.01)
