"""Short sessions over a bad network; `make soak` runs the long ones."""

from __future__ import annotations

import asyncio

import pytest

from tests.fakes.numbers import Numbers, numbered
from tests.soak import standing_in
from tests.soak.faults import draw
from tests.soak.session import hurried, session

SECONDS, FAULTS = 60, 12


@pytest.mark.parametrize(
    ("engine", "manual", "seed"),
    [("fun-asr", False, 11), ("qwen-asr", False, 12), ("qwen-asr", True, 13), ("qwen-omni", True, 14)],
)
def test_every_second_comes_once_in_order_at_its_time(engine: str, manual: bool, seed: int) -> None:
    faults = draw(FAULTS, SECONDS, seed)
    with hurried():
        calm = asyncio.run(session(engine, manual=manual, seconds=SECONDS, faults=(), pace=40.0))
        rough = asyncio.run(session(engine, manual=manual, seconds=SECONDS, faults=faults, pace=40.0))
    assert calm.interrupted == 0
    assert rough.interrupted >= FAULTS // 2
    assert calm.numbers == list(range(SECONDS))
    assert rough.numbers == list(range(SECONDS)), f"after {faults}"
    assert rough.furthest(calm) <= 0.1
    assert not rough.jumps


def test_a_service_that_says_good_bye_before_its_last_words_is_asked_again() -> None:
    with hurried():
        rough = asyncio.run(
            session("qwen-asr", manual=True, seconds=9, faults=["close=1000@8#1"], pace=1000.0)
        )
    assert rough.numbers == list(range(9))
    assert rough.interrupted == 1


@pytest.mark.parametrize(("seed", "patience"), [(1, 0.5), (2, 1.0), (3, 5.0)])
def test_no_second_is_lost_or_doubled_whoever_stands_in_for_whom(seed: int, patience: float) -> None:
    seconds, count = 120, 10
    outages = standing_in.draw(count, seconds, seed)
    outcome = standing_in.replay(
        seconds, outages, seed, patience=patience, recognition=Numbers(), sound=numbered
    )
    assert outcome.numbers == list(range(seconds)), f"after {outages}"
    assert outcome.stood_in >= 3
    assert outcome.returned >= 3
    assert outcome.open == 1
    assert outcome.gaps == 0
