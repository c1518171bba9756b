from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.engines.segmenter import Cutting, Line, Segmenter

CUTTING = Cutting(begin=2, among=4, lead=2, pause=6, short_pause=1, long=20, limit=30, reach=10)


def cut(pattern: str, levels: list[float] | None = None) -> list[Line]:
    """Lines of a pattern in which `#` is a spoken hop."""
    spoken = [mark == "#" for mark in pattern]
    segmenter = Segmenter(CUTTING)
    return segmenter.feed(spoken, levels or [float(flag) for flag in spoken]) + segmenter.finish()


def test_silence_is_no_line():
    assert cut("." * 100) == []


def test_a_click_is_no_line():
    assert cut("." * 10 + "#" + "." * 20) == []


def test_a_line_has_some_silence_around_its_speech():
    assert cut("." * 10 + "####" + "." * 10) == [Line(1, start=8, first=10, last=13, stop=16, spoken=4)]


def test_a_short_pause_does_not_end_a_line():
    (line,) = cut("####" + "." * 5 + "####" + "." * 10)
    assert (line.first, line.last, line.spoken) == (0, 12, 8)


def test_a_long_pause_does():
    first, second = cut("####" + "." * 6 + "####" + "." * 10)
    assert (first.number, first.last) == (1, 3)
    assert (second.number, second.first) == (2, 10)


def test_the_longer_a_line_the_shorter_the_pause_that_ends_it():
    first, second = cut("#" * 26 + "..." + "#" * 5)
    assert first.last == 25
    assert second.first == 29


def test_a_line_at_its_limit_is_cut_where_it_is_quietest():
    levels = [1.0] * 40
    levels[23:26] = [0.1, 0.0, 0.1]
    first, second = cut("#" * 40, levels)
    assert (first.start, first.stop) == (0, 24)
    assert (second.start, second.stop) == (24, 40)
    assert first.spoken + second.spoken == 40


def test_an_open_line_ends_when_there_is_no_more():
    (line,) = cut("....####")
    assert line.stop == 8


def test_sound_that_is_still_needed_is_known():
    segmenter = Segmenter(CUTTING)
    segmenter.feed([False] * 50, [0.0] * 50)
    assert segmenter.needed == 50 - CUTTING.among - CUTTING.lead
    segmenter.feed([True] * 5, [1.0] * 5)
    assert segmenter.line is not None
    assert segmenter.needed == segmenter.line.start


@given(st.text(alphabet=".#", max_size=400), st.randoms())
def test_lines_follow_one_another_and_lose_no_speech(pattern: str, random):
    lines = cut(pattern, [random.random() for _ in pattern])
    for before, after in pairwise(lines):
        assert before.stop <= after.start
        assert before.number + 1 == after.number
    for line in lines:
        assert 0 <= line.start <= line.first <= line.last < line.stop <= len(pattern)
        assert line.stop - line.start <= CUTTING.limit
        assert line.spoken == pattern[line.start : line.stop].count("#")
    covered = {hop for line in lines for hop in range(line.start, line.stop)}
    for hop in range(len(pattern) - 1):
        if pattern[hop : hop + 2] == "##":
            assert {hop, hop + 1} <= covered
