"""The time left follows from the pace so far."""

from __future__ import annotations

import pytest

from app.ui.time_left import TimeLeft


def test_at_first_nothing_is_said() -> None:
    assert TimeLeft().take(0.0, 0.0, 60.0) is None


def test_an_even_pace_gives_an_exact_answer() -> None:
    estimate = TimeLeft()
    answers = [estimate.take(now, now * 5, 60.0) for now in (0.0, 1.0, 2.0, 3.0)]
    assert answers[1:] == pytest.approx([11.0, 10.0, 9.0])


def test_loading_at_the_beginning_is_forgotten() -> None:
    estimate = TimeLeft()
    for now in range(30):
        answer = estimate.take(now, max(0, now - 8) * 5.0, 600.0)
    assert answer == pytest.approx((600 - 21 * 5) / 5)


def test_a_standstill_says_nothing() -> None:
    estimate = TimeLeft()
    assert [estimate.take(now, 5.0, 60.0) for now in (0.0, 1.0, 2.0)][-1] is None


def test_it_never_goes_below_zero() -> None:
    estimate = TimeLeft()
    estimate.take(0.0, 0.0, 60.0)
    assert estimate.take(2.0, 61.0, 60.0) == 0.0
