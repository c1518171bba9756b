"""Whether the captions are catching up."""

from __future__ import annotations

from collections.abc import Iterable

from app.recognizer.captioning import LAG_SECONDS
from app.recognizer.shrinking import HALF, Shrinking


def told(lags: Iterable[float]) -> list[bool]:
    shrinking = Shrinking()
    return [shrinking.note(lag) for lag in lags]


def outage(seconds: float, pace: float, at_once: float) -> list[float]:
    """The lag at each look, while the service is away and while it hears what it has missed."""
    lags, written, read, sent = [], 0.0, 0.0, 0.0
    while not lags or len(lags) < seconds / LAG_SECONDS or lags[-1] > at_once:
        written += LAG_SECONDS
        if written > seconds:
            sent = min(sent + LAG_SECONDS * pace, written)
            read = max(read, sent // at_once * at_once)
        lags.append(written - read)
    return lags


def test_after_an_outage_it_is_told_until_the_end_and_not_before() -> None:
    lags = outage(20.0, pace=4.0, at_once=2.0)
    found, peak = told(lags), lags.index(max(lags))
    assert not any(found[: peak + 1])
    assert all(found[peak + 2 * HALF : -2 * HALF])
    assert any(found)


def test_who_stays_as_late_as_ever_does_not_catch_up() -> None:
    """However the lag goes up and down with what is taken at once."""
    assert not any(told([5.0 + LAG_SECONDS * (number % HALF) for number in range(300)]))


def test_who_falls_behind_does_not_catch_up() -> None:
    assert not any(told(0.1 * number for number in range(200)))


def test_a_moment_is_nothing_to_catch_up_with() -> None:
    assert not any(told([0.9] * HALF + [0.1] * 3 * HALF))
