"""What a recognizer takes as hotwords."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.hotword_rules import HotwordRules
from app.domain.hotwords import read_hotwords, write_hotwords
from app.domain.request import Hotword

RULES = HotwordRules(most=5, pieces=7, characters=15, weights=(1, 5))
WORDS = st.builds(Hotword, st.text("ab Zé高\t", min_size=1, max_size=30), st.none() | st.integers(-1, 7))
LISTS = st.lists(WORDS, max_size=12, unique_by=lambda word: word.text)


@pytest.mark.parametrize(
    "word",
    [
        Hotword("Boutique"),
        Hotword("a b c d e f g", 1),
        Hotword("语" * 15, 5),
        Hotword("x" * 200),
        Hotword("Häuser im Regen"),
    ],
)
def test_what_is_just_within_the_limits_is_taken(word: Hotword) -> None:
    assert RULES.problem(word) == ""


@pytest.mark.parametrize(
    ("word", "problem"),
    [
        (
            Hotword("a b c d e f g h"),
            "“a b c d e f g h” is left out: it has 8 words, this recognizer takes 7.",
        ),
        (
            Hotword("Häuser im Regen!"),
            (
                "“Häuser im Regen!” is left out: it has 16 characters; "
                "outside plain English, this recognizer takes 15."
            ),
        ),
        (Hotword("deal", 6), "“deal” is left out: its weight is 6, this recognizer takes 1 to 5."),
        (Hotword("deal", 0), "“deal” is left out: its weight is 0, this recognizer takes 1 to 5."),
    ],
)
def test_each_limit_has_its_sentence(word: Hotword, problem: str) -> None:
    assert RULES.problem(word) == problem


def test_a_long_word_is_not_repeated_as_a_whole() -> None:
    assert len(RULES.problem(Hotword("语" * 5000))) < 200


def test_without_rules_all_is_taken() -> None:
    words = (Hotword("a b c d e f g h", 99), Hotword("语" * 99))
    assert HotwordRules().taken(words) == words
    assert HotwordRules().left_out(words) == ""


def test_what_is_left_out_is_told_in_few_words() -> None:
    words = [Hotword(f"{n} b c d e f g h") for n in range(5)] + [Hotword("late"), Hotword("later")]
    told = RULES.left_out(words)
    assert told.count("has 8 words") == 3
    assert "2 more are left out for such reasons." in told
    assert told.endswith("This recognizer takes 5 hotwords: the last 2 are left out.")
    assert "1 more is left out" in RULES.left_out(words[:4])


@given(LISTS)
def test_what_is_taken_has_no_problem_and_what_is_not_has_one(words: list[Hotword]) -> None:
    taken = RULES.taken(words)
    assert len(taken) <= 5
    assert not any(RULES.problem(word) for word in taken)
    assert all(RULES.problem(word) for word in words[:5] if word not in taken)
    assert bool(RULES.left_out(words)) == (len(taken) < len(words))


@given(st.lists(st.builds(Hotword, st.text("ab é高", min_size=1, max_size=30).map(str.split).map(" ".join))))
def test_the_editor_names_what_the_engine_leaves_out(words: list[Hotword]) -> None:
    read, problems = read_hotwords(write_hotwords(words), RULES)
    refused = any("left out" in problem.problem for problem in problems)
    assert refused == bool(RULES.left_out(read))
