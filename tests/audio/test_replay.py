"""The last seconds, and no more than them."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.audio.replay import KEPT_SECONDS, LastSeconds, Replay
from app.domain.audio import ReplayStage


def count(start: int, length: int) -> np.ndarray:
    return np.arange(start, start + length, dtype=np.float32)


@given(st.lists(st.integers(0, 35), max_size=30), st.integers(1, 20))
def test_whatever_the_blocks_the_end_of_it_all_is_held(lengths: list[int], size: int) -> None:
    memory, whole = LastSeconds(10, size / 10), np.empty(0, np.float32)
    for length in lengths:
        block = count(len(whole), length)
        memory.put(block)
        whole = np.concatenate((whole, block))
        assert memory.samples().tolist() == whole[-size:].tolist()
        assert memory.seconds == min(len(whole), size) / 10


def test_what_is_done_to_the_sound_afterwards_does_no_harm() -> None:
    memory, block = LastSeconds(10), count(1, 5)
    memory.put(block)
    block[:] = 0
    memory.samples()[:] = 0
    assert memory.samples().tolist() == [1, 2, 3, 4, 5]


def test_six_seconds_of_each_stage_are_kept_at_its_own_rate() -> None:
    replay = Replay(480, 160)
    for second in range(9):
        replay.put(count(second * 480, 480), -count(second * 160, 160))
    before, after = replay.last(ReplayStage.BEFORE), replay.last(ReplayStage.AFTER)
    assert (before.rate, after.rate) == (480, 160)
    assert before.samples.tolist() == count(3 * 480, 6 * 480).tolist()
    assert after.samples.tolist() == (-count(3 * 160, 6 * 160)).tolist()
    assert replay.seconds == KEPT_SECONDS


def test_a_stage_that_holds_sound_back_is_waited_for() -> None:
    replay = Replay(480, 160)
    replay.put(count(0, 480), count(0, 80))
    assert replay.seconds == 0.5
