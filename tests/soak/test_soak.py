"""Short sessions over a bad network; `make soak` runs the long ones."""

from __future__ import annotations

import asyncio

import pytest

from tests.soak.faults import draw
from tests.soak.session import hurried, session

SECONDS, FAULTS = 60, 12


@pytest.mark.parametrize("manual", [False, True], ids=["vad", "manual"])
@pytest.mark.parametrize(("engine", "seed"), [("fun-asr", 11), ("qwen-asr", 12)])
def test_every_second_comes_once_in_order_at_its_time(engine: str, seed: int, manual: bool) -> None:
    if engine == "fun-asr" and manual:
        pytest.skip("this service always ends sentences by itself")
    faults = draw(FAULTS, SECONDS, seed)
    print("faults:", *faults)
    with hurried():
        calm = asyncio.run(session(engine, manual=manual, seconds=SECONDS, faults=(), pace=40.0))
        rough = asyncio.run(session(engine, manual=manual, seconds=SECONDS, faults=faults, pace=40.0))
    assert calm.numbers == rough.numbers == list(range(SECONDS))
    assert calm.interrupted == 0
    assert rough.interrupted >= FAULTS // 2
    off = [abs(a - b) for one, other in zip(calm.times, rough.times, strict=True) for a, b in zip(one, other)]
    assert max(off) <= 0.1
    assert not calm.jumps
    assert not rough.jumps
