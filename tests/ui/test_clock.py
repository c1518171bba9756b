"""Times as people read them."""

from __future__ import annotations

import pytest

from app.ui.clock import long_clock, short_clock


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "00:00:00"), (761.9, "00:12:41"), (360_000, "100:00:00"), (-1, "00:00:00")]
)
def test_the_session_clock_has_hours(seconds: float, text: str) -> None:
    assert long_clock(seconds) == text


@pytest.mark.parametrize(("seconds", "text"), [(0, "0:00"), (83.9, "1:23"), (3723, "1:02:03")])
def test_short_times_stay_short(seconds: float, text: str) -> None:
    assert short_clock(seconds) == text
