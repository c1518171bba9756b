"""The place of a lane's first sound on a clock that it shares."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.audio.base import Block
from app.domain.audio import AudioFormat
from app.domain.events import Trouble
from app.recognizer.first_sound import SETTLING, first_sound

FORMAT = AudioFormat(8_000, 2)
SINCE = 1000.0


def blocks(began: float, lateness: list[float], lost: int = 0) -> list[Block]:
    """Blocks of 40 ms that were handed over so late."""
    made, now = [], SINCE + began + lost / FORMAT.rate
    for place, late in enumerate(lateness):
        now += 0.04
        made.append(Block(np.ones((320, 2), np.float32), lost if place == 0 else 0, now + late))
    return made


@given(
    st.floats(0, 5),
    st.lists(st.floats(0, 1), min_size=20, max_size=20),
    st.integers(0, 12),
    st.integers(0, 4000),
)
def test_the_earliest_block_tells_when_the_first_one_came(
    began: float, lateness: list[float], prompt: int, lost: int
) -> None:
    lateness[min(prompt, (4000 - lost) // 320)] = 0.0
    given = blocks(began, lateness, lost)
    waiting = iter(given)
    first = first_sound(lambda: next(waiting, None), FORMAT, SINCE)
    silence = len(first[0].samples) - 320
    assert abs(silence / FORMAT.rate - began) < 0.001
    assert not first[0].samples[:silence].any()
    assert first[0].samples[silence:].all()
    assert first[0].lost == lost
    assert first[1:] == given[1 : len(first)]


def test_no_more_is_waited_for_than_needed() -> None:
    waiting = iter(blocks(0.0, [0.0] * 100))
    first = first_sound(lambda: next(waiting, None), FORMAT, SINCE)
    assert sum(len(block.samples) for block in first) / FORMAT.rate < SETTLING + 0.05


def test_a_source_that_ends_at_once_has_no_first_sound() -> None:
    assert first_sound(lambda: None, FORMAT, SINCE) == []


def test_sound_from_before_the_clock_is_not_put_back() -> None:
    waiting = iter(blocks(-2.0, [0.0]))
    first = first_sound(lambda: next(waiting, None), FORMAT, SINCE)
    assert len(first[0].samples) == 320


def test_where_no_device_is_there_the_time_before_is_missing_too() -> None:
    nothing = np.zeros((0, 2), np.float32)
    news = Block(nothing, 0, SINCE + 0.9, news=(Trouble("There is none."),))
    away = [Block(nothing, 400, SINCE + 1.0 + 0.05 * (place + 1), "There is none.") for place in range(20)]
    waiting = iter([news, *away])
    first = first_sound(lambda: next(waiting, None), FORMAT, SINCE)
    assert first[0] is news
    assert (first[1].lost, len(first[1].samples)) == (8_000 + 400, 0)
    assert first[2:] == away[1 : len(first) - 1]
