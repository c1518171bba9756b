from __future__ import annotations

import pytest

from app.audio.timeline import Timeline

RATE = 1000


def test_time_stamps_that_fit_leave_no_hole() -> None:
    timeline = Timeline(RATE, 0.0, 10.0)
    timeline.advance(1000)
    assert timeline.hole_before(1.04) == 0


def test_sound_that_begins_late_has_silence_before_it() -> None:
    assert Timeline(RATE, 0.0, 10.0).hole_before(1.5) == 1500


def test_time_counts_from_where_the_recording_begins() -> None:
    assert Timeline(RATE, 1.4, 10.0).hole_before(1.4) == 0


def test_a_hole_is_as_long_as_its_time_stamps_say() -> None:
    timeline = Timeline(RATE, 0.0, 10.0)
    timeline.advance(2000)
    assert timeline.hole_before(5.25) == 3250


def test_sound_without_a_time_stamp_follows_on() -> None:
    assert Timeline(RATE, 0.0, 10.0).hole_before(None) == 0


@pytest.mark.parametrize(("duration", "stamp"), [(10.0, 95_000.0), (None, 95_000.0)])
def test_an_absurd_time_stamp_makes_no_silence(duration: float | None, stamp: float) -> None:
    timeline = Timeline(RATE, 0.0, duration)
    timeline.advance(1000)
    assert timeline.hole_before(stamp) == 0


def test_after_a_jump_the_new_time_stamps_count() -> None:
    timeline = Timeline(RATE, 0.0, 100.0)
    timeline.advance(60_000)
    assert timeline.hole_before(0.0) == 0
    timeline.advance(1000)
    assert timeline.hole_before(3.0) == 2000
