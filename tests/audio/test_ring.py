from __future__ import annotations

import threading
import time

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.audio.ring import Ring


def sound(length: int) -> np.ndarray:
    return np.zeros((length, 1), np.float32)


def test_sound_comes_out_in_the_order_it_went_in() -> None:
    ring = Ring(10)
    ring.put(sound(1))
    ring.put(sound(2))
    assert [len(ring.get(0).samples) for _ in range(2)] == [1, 2]


def test_nothing_in_time_is_none() -> None:
    assert Ring(10).get(0.01) is None


def test_a_full_ring_gives_up_the_oldest_and_says_how_much() -> None:
    ring = Ring(5)
    for length in (2, 2, 3):
        ring.put(sound(length))
    block = ring.get(0)
    assert (len(block.samples), block.lost) == (2, 2)


def test_losses_are_told_once() -> None:
    ring = Ring(5)
    for length in (4, 2, 2):
        ring.put(sound(length))
    assert [ring.get(0).lost for _ in range(2)] == [4, 0]


def test_a_block_larger_than_the_ring_is_kept() -> None:
    ring = Ring(5)
    ring.put(sound(9))
    assert len(ring.get(0).samples) == 9


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 3), st.booleans()), max_size=60))
def test_every_sample_is_either_delivered_or_counted(steps: list[tuple[int, int, bool]]) -> None:
    ring = Ring(20)
    came = went = 0
    for length, lost, read in steps:
        ring.put(sound(length), lost)
        came += length + lost
        if read:
            block = ring.get(0)
            went += len(block.samples) + block.lost
    while (block := ring.get(0)) is not None:
        went += len(block.samples) + block.lost
    assert went == came


def test_closing_ends_a_wait_at_once() -> None:
    ring = Ring(10)
    closer = threading.Timer(0.05, ring.close)
    closer.start()
    began = time.monotonic()
    assert ring.get(5) is None
    assert time.monotonic() - began < 1
    closer.join()


def test_what_came_before_closing_can_still_be_read() -> None:
    ring = Ring(10)
    ring.put(sound(3))
    ring.close()
    assert len(ring.get(0).samples) == 3
    assert ring.get(5) is None
