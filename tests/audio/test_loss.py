from __future__ import annotations

import random

import pytest

from app.audio.loss import LossMeter

RATE = 48_000
BLOCK = 1920
SECONDS = BLOCK / RATE


def lost(meter: LossMeter, begin: float, end: float, delay: float = 0.0, overflow: bool = False) -> int:
    """Deliver the blocks recorded between two moments, each `delay` late; return what was missed."""
    total = 0
    for number in range(round((end - begin) / SECONDS)):
        total += meter.lost(begin + (number + 1) * SECONDS + delay, BLOCK, overflow and number == 0)
    return total


def test_punctual_sound_loses_nothing() -> None:
    assert lost(LossMeter(RATE), 0, 60) == 0


def test_jitter_is_no_loss() -> None:
    meter, random_ = LossMeter(RATE), random.Random(1)
    total = 0
    for number in range(2000):
        total += meter.lost(number * SECONDS + random_.uniform(0, 0.3), BLOCK, False)
    assert total == 0


def test_a_stall_that_is_made_up_for_is_no_loss() -> None:
    meter = LossMeter(RATE)
    total = lost(meter, 0, 5)
    for _ in range(round(4 / SECONDS)):
        total += meter.lost(9.0, BLOCK, False)
    assert total + lost(meter, 9, 30) == 0


def test_a_slow_sound_card_is_no_loss() -> None:
    meter = LossMeter(RATE)
    assert sum(meter.lost(number * SECONDS * 1.0001, BLOCK, False) for number in range(100_000)) == 0


def test_sound_that_stays_missing_is_counted_to_the_block() -> None:
    meter = LossMeter(RATE)
    lost(meter, 0, 5)
    assert lost(meter, 8, 20) == pytest.approx(3 * RATE, abs=BLOCK)


def test_a_loss_is_counted_once() -> None:
    meter = LossMeter(RATE)
    lost(meter, 0, 5)
    lost(meter, 8, 20)
    assert lost(meter, 20, 60) == 0


def test_what_comes_in_a_burst_after_a_stall_is_not_counted_as_lost() -> None:
    meter = LossMeter(RATE)
    lost(meter, 0, 5)
    # A minute passed; the server had kept 20 seconds of it.
    total = sum(meter.lost(65.0, BLOCK, number == 0) for number in range(round(20 / SECONDS)))
    assert total + lost(meter, 65, 80) == pytest.approx(40 * RATE, abs=BLOCK)


def test_an_overflow_is_never_passed_over() -> None:
    meter = LossMeter(RATE)
    lost(meter, 0, 5)
    assert lost(meter, 5, 10, overflow=True) >= 1


def test_a_short_overflow_is_measured() -> None:
    meter = LossMeter(RATE)
    lost(meter, 0, 5)
    assert lost(meter, 5.1, 10, overflow=True) == pytest.approx(0.1 * RATE, abs=100)
