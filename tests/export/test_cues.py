"""Cutting what was said into subtitles that can be read."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.domain.events import Word
from app.export.cues import LINE_COLUMNS, LONGEST, Cue, columns, cut, settle


def text_of(cues: list[Cue]) -> str:
    return " ".join(line for cue in cues for line in cue.lines)


def test_a_short_sentence_is_one_cue_of_one_line() -> None:
    assert cut("It was the best of times.", 1.0, 3.0) == [Cue(1.0, 3.0, ("It was the best of times.",))]


def test_nothing_said_is_no_cue() -> None:
    assert cut("  ", 0.0, 1.0) == []


def test_a_long_sentence_breaks_after_its_clauses() -> None:
    text = (
        "It was the best of times, it was the worst of times, it was the age of wisdom, "
        "it was the age of foolishness."
    )
    cues = cut(text, 0.0, 10.0)
    assert [cue.lines[-1][-1] for cue in cues] == [",", "."]
    assert all(len(cue.lines) <= 2 for cue in cues)


def test_word_times_are_used_where_they_are_known() -> None:
    words = (Word("one", 0.0, 1.0), Word("two", 9.0, 10.0))
    assert [(cue.start, cue.end) for cue in cut("one two", 0.0, 10.0, words)] == [(0.0, 1.0), (9.0, 10.0)]


def test_chinese_breaks_between_characters_and_holds_sixteen_a_line() -> None:
    text = "所以利润主要来自更少的人手，对不对？不完全是，更大的一部分来自他们的费用，这个我们后面再讲。"
    cues = cut(text, 0.0, 12.0)
    assert "".join(line for cue in cues for line in cue.lines) == text
    assert all(len(line) <= 16 for cue in cues for line in cue.lines)
    assert not any(line[0] in "，。？" for cue in cues for line in cue.lines)


@given(
    st.lists(st.text("abcdefghij,.", min_size=1, max_size=12), min_size=1, max_size=60),
    st.floats(0, 1000),
    st.floats(0.1, 60),
)
def test_every_word_is_shown_once_in_order_and_fits(words: list[str], start: float, length: float) -> None:
    cues = cut(" ".join(words), start, start + length)
    assert text_of(cues).split() == words
    assert all(columns(line) <= LINE_COLUMNS for cue in cues for line in cue.lines)
    assert all(one.end <= other.start + 1e-6 for one, other in pairwise(cues))


@given(st.lists(st.tuples(st.floats(0.01, 5), st.floats(0.01, 5)), min_size=1, max_size=20))
def test_settled_cues_keep_their_start_and_never_overlap(steps: list[tuple[float, float]]) -> None:
    cues, now = [], 0.0
    for pause, length in steps:
        cues.append(Cue(now + pause, now + pause + length, ("a line of words",)))
        now += pause + length
    settled = settle(cues)
    assert [cue.start for cue in settled] == [cue.start for cue in cues]
    assert all(cue.start < cue.end <= cue.start + LONGEST + 1e-9 for cue in settled)
    assert all(one.end <= other.start for one, other in pairwise(settled))


def test_a_short_word_stays_long_enough_to_be_read() -> None:
    assert settle([Cue(1.0, 1.2, ("Yes.",))])[0].end >= 1.0 + 5 / 6


def test_lines_of_one_moment_are_shown_one_after_the_other() -> None:
    cues = settle([Cue(5.0, 5.0, (text,)) for text in ("a", "b", "c")])
    assert [cue.lines for cue in cues] == [("a",), ("b",), ("c",)]
    assert all(cue.end - cue.start > 0.5 for cue in cues)
    assert all(one.end < following.start for one, following in pairwise(cues))
