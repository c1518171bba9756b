"""An echo is recognized; nobody who repeats what was said loses a word."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.echoed import LEAST_WORDS, is_echo, is_late_echo


@dataclass(frozen=True)
class Line:
    start: float
    end: float
    text: str


THEIRS = [
    Line(10.0, 14.0, "We have to move the release to Thursday, I'm afraid."),
    Line(14.5, 17.5, "The tests on the new servers are still failing."),
]
TEXTS = st.lists(
    st.sampled_from(["yes", "no", "okay", "we", "can", "do", "it", "on", "monday", "then", "please"]),
    max_size=12,
)
TIMES = st.floats(0, 100, allow_nan=False)


@pytest.mark.parametrize(
    ("start", "end", "text", "echo"),
    [
        (11.0, 11.4, "You", True),
        (11.0, 11.4, "You.", True),
        (11.0, 12.0, "You", False),
        (11.0, 11.4, "You too", False),
        (11.0, 11.4, "Yes", False),
        (20.0, 20.4, "You", False),
    ],
)
def test_what_is_heard_in_the_rest_of_an_echo_is_one(start: float, end: float, text: str, echo: bool) -> None:
    assert is_echo(Line(start, end, text), THEIRS) is echo


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        (10.1, 14.2, "We have to move the release to Thursday, I'm afraid."),
        (10.1, 14.2, "we have to move the lease to thursday im afraid"),
        (11.0, 13.0, "to move the release to Thursday"),
        (12.5, 16.0, "release to Thursday I'm afraid. The tests on the new servers"),
        (14.6, 17.9, "The tests on the new service are still failing."),
    ],
    ids=["all of it", "heard badly", "a part", "across two sentences", "the second"],
)
def test_what_came_through_the_loudspeaker_is_an_echo(start: float, end: float, text: str) -> None:
    assert is_echo(Line(start, end, text), THEIRS)


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        (11.0, 11.4, "Thursday?"),
        (13.0, 14.0, "Okay, yes, Thursday"),
        (15.2, 19.0, "We have to move the release to Thursday, I'm afraid."),
        (18.7, 21.0, "The tests on the new servers are still failing."),
        (10.5, 13.5, "I thought that the customer wanted it on Monday."),
        (11.0, 14.0, "But we have to move the other release to Friday, too, I'm afraid."),
        (40.0, 44.0, "We have to move the release to Thursday, I'm afraid."),
        (11.0, 12.0, ""),
    ],
    ids=[
        "a word",
        "few words",
        "repeated later",
        "repeated at once",
        "another",
        "alike",
        "much later",
        "none",
    ],
)
def test_what_somebody_says_is_no_echo(start: float, end: float, text: str) -> None:
    assert not is_echo(Line(start, end, text), THEIRS)


MONOLOGUE = Line(0.0, 60.0, " ".join(f"word{number}" for number in range(120)))


@pytest.mark.parametrize(
    ("start", "echo"), [(20.0, True), (22.5, True), (17.5, True), (10.0, False), (30.0, False)]
)
def test_in_a_long_speech_only_what_is_said_at_that_time_has_an_echo(start: float, echo: bool) -> None:
    words = " ".join(f"word{number}" for number in range(40, 46))
    assert is_echo(Line(start, start + 3.0, words), [MONOLOGUE]) is echo


def test_what_was_written_is_taken_back_only_if_the_others_began_first() -> None:
    mine = Line(10.0, 13.0, "could you share your screen please")
    for late in (0.3, 0.6, 1.0):
        assert not is_late_echo(mine, [replace(mine, start=10.0 + late, end=13.0 + late)])
    for early in (0.0, 0.1, 0.4):
        assert is_late_echo(mine, [replace(mine, start=10.0 - early, end=13.0 - early)])


def test_a_lone_word_is_not_taken_back_for_the_answer_to_it() -> None:
    you = Line(5.0, 5.4, "You?")
    assert not is_late_echo(you, [Line(5.4, 7.0, "Yes, I do.")])
    assert not is_late_echo(you, [Line(4.8, 5.6, "")])
    assert is_late_echo(you, [Line(4.8, 7.0, "what we do next")])


def test_languages_without_blanks_have_echoes_too() -> None:
    theirs = [Line(0.0, 4.0, "今天下午的会议改到明天上午。")]
    assert is_echo(Line(0.2, 4.1, "今天下午的会议改到明天上午"), theirs)
    assert not is_echo(Line(0.2, 4.1, "我明天上午没有时间，对不起。"), theirs)
    assert not is_echo(Line(3.0, 4.0, "好的。"), theirs)


@given(TEXTS, TIMES, st.floats(0.5, 10))
def test_a_long_sentence_heard_twice_at_once_is_an_echo(
    words: list[str], start: float, length: float
) -> None:
    line = Line(start, start + length, " ".join(words))
    assert is_echo(line, [line]) is (len(words) >= LEAST_WORDS)


@given(TEXTS, TIMES, st.floats(0, 10), st.lists(st.tuples(TIMES, st.floats(0, 10), TEXTS), max_size=4))
def test_nothing_short_and_nothing_alone_is_an_echo(
    words: list[str], start: float, length: float, others: list[tuple[float, float, list[str]]]
) -> None:
    mine = Line(start, start + length, " ".join(words))
    theirs = sorted((Line(at, at + long, " ".join(text)) for at, long, text in others), key=lambda o: o.start)
    silent = all(one.end + 1 <= mine.start or one.start - 0.5 >= mine.end for one in theirs)
    if len(words) < LEAST_WORDS or silent:
        assert not is_echo(mine, theirs)


@given(TEXTS, TEXTS, TIMES)
def test_words_of_ones_own_are_kept(mine: list[str], theirs: list[str], start: float) -> None:
    own = [f"own{number}" for number in range(1 + len(mine) // 2)]
    line = Line(start, start + 5, " ".join((*mine, *own)))
    assert not is_echo(line, [Line(start, start + 5, " ".join((*mine, *theirs)))])
