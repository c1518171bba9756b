"""Sleep and work, told apart by two clocks."""

from __future__ import annotations

import sys
import time

import pytest

from app.engines import absence
from app.engines.absence import Absence, Missed


class Clocks:
    """The steady one, and the one that goes on while the computer sleeps."""

    def __init__(self) -> None:
        self.steady = self.restless = 100.0

    def awake(self, seconds: float) -> None:
        self.steady += seconds
        self.restless += seconds

    def asleep(self, seconds: float, stands_still: bool = True) -> None:
        self.restless += seconds
        self.steady += 0.0 if stands_still else seconds

    def absence(self, stands_still: bool = True) -> Absence:
        return Absence(0.25, lambda: self.steady, lambda: self.restless, stands_still)


def test_from_look_to_look_nothing_is_missed() -> None:
    clocks = Clocks()
    absent = clocks.absence()
    for _ in range(3):
        clocks.awake(0.25)
        assert absent.look() == Missed()


def test_sleep_is_no_work_and_work_no_sleep() -> None:
    clocks = Clocks()
    absent = clocks.absence()
    clocks.asleep(3600.0)
    clocks.awake(0.25)
    assert absent.look() == Missed(asleep=3600.0)
    clocks.awake(12.25)
    assert absent.look() == Missed(busy=12.0)
    clocks.awake(5.25)
    clocks.asleep(60.0)
    assert absent.look() == Missed(asleep=60.0, busy=5.0)


def test_a_clock_that_is_set_back_is_no_sleep() -> None:
    clocks = Clocks()
    absent = clocks.absence()
    clocks.awake(0.25)
    clocks.restless -= 3600.0
    assert absent.look() == Missed()
    clocks.awake(0.25)
    assert absent.look() == Missed()


@pytest.mark.parametrize("sleeps", [True, False])
def test_where_both_clocks_go_on_it_is_not_told(sleeps: bool) -> None:
    clocks = Clocks()
    absent = clocks.absence(stands_still=False)
    clocks.asleep(12.25, stands_still=False) if sleeps else clocks.awake(12.25)
    assert absent.look() == Missed(unclear=12.0)


@pytest.mark.skipif(sys.platform != "linux", reason="only there is a clock that nobody sets")
def test_on_linux_a_wall_clock_that_is_set_forward_is_no_sleep(monkeypatch: pytest.MonkeyPatch) -> None:
    before = absence.restless()
    wall = time.time
    monkeypatch.setattr(time, "time", lambda: wall() + 3600.0)
    assert 0.0 <= absence.restless() - before < 60.0
