from __future__ import annotations

from app.domain.events import Gap
from app.recognizer.holes import Holes

WENT = "It was unplugged."


def test_what_is_missing_piece_by_piece_is_one_hole() -> None:
    holes = Holes()
    assert [holes.take(10.0 + number, 1.0, WENT, True) for number in range(5)] == [[]] * 5
    assert holes.take(15.0, 0.5, WENT, False) == [Gap(10.0, 15.5, WENT)]
    assert holes.end() == []


def test_a_block_that_says_what_is_missing_before_it_is_told_of_at_once() -> None:
    assert Holes().take(1.0, 0.5, WENT, False) == [Gap(1.0, 1.5, WENT)]


def test_sound_without_a_hole_ends_the_one_before() -> None:
    holes = Holes()
    holes.take(1.0, 1.0, WENT, True)
    assert holes.take(2.0, 0.0, "", False) == [Gap(1.0, 2.0, WENT)]
    assert holes.take(2.0, 0.0, "", False) == []


def test_another_reason_is_another_hole() -> None:
    holes = Holes()
    holes.take(1.0, 1.0, WENT, True)
    assert holes.take(2.0, 1.0, "Busy.", True) == [Gap(1.0, 2.0, WENT)]
    assert holes.end() == [Gap(2.0, 3.0, "Busy.")]
