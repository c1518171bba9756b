"""The session clock and the ear for pauses."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.dialects.timeline import Pauses, Timeline
from app.domain.audio import AudioFrame
from tests.dialects.wire import frame


def test_milliseconds_count_from_the_first_sample_of_the_connection() -> None:
    timeline = Timeline()
    timeline.hear(frame(30.0, 1.0))
    timeline.hear(frame(31.0, 1.0))
    assert timeline.at(1500) == 31.5
    assert timeline.at(-3) == 30.0
    assert timeline.at(1e9) == 32.0
    assert timeline.at(None) is None
    assert timeline.at(float("nan")) is None
    assert timeline.at(True) is None


@pytest.mark.parametrize("noise", [0.0, 0.001, 0.01])
@pytest.mark.parametrize("packet", [0.013, 0.1, 4.0])
def test_speech_and_the_pause_behind_it_are_found_above_the_noise(noise: float, packet: float) -> None:
    rate = 16_000
    samples = np.random.default_rng(1).normal(0, 1, 4 * rate) * noise
    samples[rate : 2 * rate] += 0.2 * np.sin(np.arange(rate) * 0.2)
    pauses, step = Pauses(), round(packet * rate)
    for begin in range(0, len(samples), step):
        pauses.hear(AudioFrame(begin, samples[begin : begin + step].astype(np.float32)))
    assert pauses.speech == pytest.approx(1.0, abs=0.05)
    assert pauses.silence(4.0) == pytest.approx(2.0, abs=0.05)
    pauses.mark()
    assert pauses.speech is None
    assert pauses.silence(5.0) == 0


@given(st.lists(st.tuples(st.integers(1, 4000), st.booleans(), st.booleans()), min_size=1))
def test_what_is_found_does_not_depend_on_who_asks_when(packets: list[tuple[int, bool, bool]]) -> None:
    rng, asked, unasked, begin = np.random.default_rng(1), Pauses(), Pauses(), 0
    for length, loud, asks in packets:
        packet = AudioFrame(begin, rng.normal(0, 0.1 if loud else 0.0, length).astype(np.float32))
        asked.hear(packet)
        unasked.hear(packet)
        begin = packet.stop
        if asks:
            assert asked.quiet_since <= packet.stop_seconds + 1e-9
    assert asked.speech == pytest.approx(unasked.speech)
    assert asked.quiet_since == pytest.approx(unasked.quiet_since)
    assert asked.spoken(0.0) == pytest.approx(unasked.spoken(0.0))


def test_a_pause_as_long_as_a_breath_parts_whenever_somebody_asks() -> None:
    asked, unasked = Pauses(), Pauses()
    parts = [(0.4, 0.0), (0.4, 0.3), (0.3, 0.0), (0.4, 0.3), (0.3, 0.0)] * 20
    start = 0.0
    for seconds, level in parts:
        packet = frame(start, seconds, level=level)
        asked.hear(packet)
        unasked.hear(packet)
        assert asked.quiet_since < packet.stop_seconds + 0.01
        start = packet.stop_seconds
    assert len(asked.within(0.0)) == len(unasked.within(0.0))


def test_a_click_is_no_speech() -> None:
    pauses = Pauses()
    pauses.hear(frame(0.0, 1.0))
    pauses.hear(frame(1.0, 0.03, level=0.5))
    pauses.hear(frame(1.03, 1.0))
    assert pauses.speech is None


def test_speech_is_told_by_when_it_was_and_by_how_much_of_it_there_was() -> None:
    pauses = Pauses()
    for second in range(6):
        pauses.hear(frame(float(second), 1.0, level=0.2 * (second % 2)))
    near = pytest.approx
    assert pauses.within(0.0) == [near((start, start + 1.0), abs=0.05) for start in (1.0, 3.0, 5.0)]
    assert pauses.within(1.5, 3.5) == [near((1.5, 2.0), abs=0.05), near((3.0, 3.5), abs=0.05)]
    assert pauses.within(2.1, 2.9) == []
    assert pauses.reach(0.0, 1.5) == near(3.5, abs=0.1)
    assert pauses.reach(4.5, 0.5) == near(5.5, abs=0.05)
    assert pauses.reach(0.0, 3.5) == inf
    assert pauses.moment(0.0, 0.5) == near(3.5, abs=0.1)
    assert pauses.moment(0.0, 1.0) == near(6.0, abs=0.05)
    assert pauses.moment(6.0, 1.0) is None
