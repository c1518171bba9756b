"""Counting along with the transcript."""

from __future__ import annotations

import pytest

from app.domain.events import Gap
from app.domain.transcript import Change, Segment
from app.ui.tally import Tally

ONE = Segment(1, "Me", 0.0, 1.0, "one")
TWO = Segment(2, "Me", 1.0, 2.0, "two")


def test_segments_count_and_gaps_do_not() -> None:
    tally = Tally()
    tally.take(Change(0, (), (ONE, Gap(1.0, 2.0, "lost"), TWO)))
    assert tally.captions == 2
    tally.take(Change(0, (ONE, TWO), (ONE,)))
    assert tally.captions == 1


def test_captions_are_unsaved_until_exported() -> None:
    tally = Tally()
    assert not tally.unsaved
    tally.take(Change(0, (), (ONE,)))
    assert tally.unsaved
    tally.saved()
    assert not tally.unsaved
    tally.take(Change(0, (ONE,), (TWO,)))
    assert tally.unsaved


def test_an_empty_transcript_has_nothing_to_save() -> None:
    tally = Tally()
    tally.take(Change(0, (), (ONE,)))
    tally.take(Change(0, (ONE,), ()))
    assert not tally.unsaved


def test_an_empty_transcript_that_begins_has_nothing_to_save() -> None:
    tally = Tally()
    tally.take(Change(0, (), (ONE,)))
    tally.restart((), exported=False)
    assert tally.captions == 0
    assert not tally.unsaved


@pytest.mark.parametrize("exported", [False, True])
def test_what_is_opened_again_is_as_safe_as_it_was(exported: bool) -> None:
    tally = Tally()
    tally.restart((ONE, TWO), exported=exported)
    assert tally.captions == 2
    assert tally.unsaved is not exported
    tally.take(Change(0, (ONE,), ()))
    assert tally.unsaved
