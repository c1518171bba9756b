"""Which failures are worth another try, and when."""

from __future__ import annotations

import random
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import (
    AccessError,
    BusyError,
    CaptionError,
    CredentialError,
    EngineError,
    InputError,
    OutputError,
    RefusedError,
    ServiceError,
    UsageError,
)
from app.engines.backoff import (
    BUSIEST,
    BUSY,
    FIRST,
    LONGEST,
    SHUT_OUT,
    Throttling,
    delays,
    least_delay,
    remedy_for,
    worth_another_try,
)


@given(st.integers())
def test_each_delay_lies_below_a_limit_that_doubles_up_to_the_longest(seed: int) -> None:
    limit = FIRST
    for delay in islice(delays(random.Random(seed).uniform), 20):
        assert 0.0 <= delay <= limit <= LONGEST
        limit = min(2 * limit, LONGEST)


def test_the_whole_width_below_the_limit_is_used() -> None:
    def highest(low: float, high: float) -> float:
        assert low == 0.0
        return high

    assert list(islice(delays(highest), 7)) == [0.5, 1.0, 2.0, 4.0, 8.0, LONGEST, LONGEST]


@pytest.mark.parametrize(
    ("kind", "at_first", "later"),
    [
        (ServiceError, True, True),
        (BusyError, True, True),
        (RefusedError, False, True),
        (AccessError, False, True),
        (CredentialError, False, True),
        (UsageError, False, False),
        (InputError, False, False),
        (OutputError, False, False),
        (EngineError, False, False),
    ],
)
def test_what_a_service_has_taken_before_it_may_take_again(
    kind: type[CaptionError], at_first: bool, later: bool
) -> None:
    error = kind("It went wrong.")
    assert worth_another_try(error, established=False) is at_first
    assert worth_another_try(error, established=True) is later


def test_who_is_busy_or_shuts_us_out_is_left_alone_for_longer() -> None:
    found = [least_delay(kind("No.")) for kind in (ServiceError, BusyError, AccessError, CredentialError)]
    assert found == [0.0, BUSY, SHUT_OUT, SHUT_OUT]


LIMITED = BusyError("Too much.")


@given(st.integers())
def test_a_service_that_limits_us_again_and_again_is_left_alone_for_up_to_a_minute(seed: int) -> None:
    throttling, least = Throttling(random.Random(seed).uniform), BUSY
    for _ in range(8):
        assert least <= throttling.delay(LIMITED) <= 2 * least <= BUSIEST
        least = min(2 * least, BUSIEST / 2)


def test_the_waiting_for_a_limit_begins_anew_once_it_has_let_us_through() -> None:
    throttling = Throttling(lambda low, high: high)
    assert [throttling.delay(LIMITED) for _ in range(4)] == [10.0, 20.0, 40.0, 60.0]
    assert throttling.delay(ServiceError("Lost.")) == 0.0
    assert throttling.delay(LIMITED) == 60.0
    throttling.over()
    assert throttling.delay(LIMITED) == 10.0


def test_a_refusal_may_be_chance_once_but_not_twice() -> None:
    assert least_delay(RefusedError("No.")) == 0.0
    assert least_delay(RefusedError("No."), again=True) == SHUT_OUT
    assert least_delay(ServiceError("Lost."), again=True) == 0.0


def test_a_remedy_is_told_where_waiting_does_not_do() -> None:
    assert remedy_for(CredentialError("Expired.", "Get another key.")) == "Get another key."
    assert remedy_for(RefusedError("Gibberish.", "Check the endpoint.")) == "Check the endpoint."
    assert remedy_for(ServiceError("Lost.", "Start again.")) == ""
