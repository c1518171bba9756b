"""Hotwords as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.hotword_rules import HotwordRules
from app.domain.hotwords import HotwordProblem, read_hotwords, read_set, write_hotwords, written
from app.domain.request import Hotword, WordSet

PHRASES = st.text("abc XYZ高压é-'", min_size=1).map(lambda text: " ".join(text.split())).filter(bool)


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("Boutique", Hotword("Boutique")),
        ("Bulge  Bracket", Hotword("Bulge Bracket")),
        ("Bulge Bracket\t5", Hotword("Bulge Bracket", 5)),
        ("  Boutique \t 4 ", Hotword("Boutique", 4)),
        ("league table     3", Hotword("league table", 3)),
        ("Windows 11", Hotword("Windows 11")),
        ("高血压\t5", Hotword("高血压", 5)),
    ],
)
def test_a_line_gives_its_word_and_weight(line: str, word: Hotword) -> None:
    assert read_hotwords(line) == ((word,), ())


@pytest.mark.parametrize("weight", ["0", "6", "-1", "2.5", "99999999999999999999", "heavy", "٣"])
def test_a_wrong_weight_is_named_and_the_word_kept(weight: str) -> None:
    words, problems = read_hotwords(f"first\nBoutique\t{weight}")
    assert words == (Hotword("first"), Hotword("Boutique"))
    assert [problem.line for problem in problems] == [1]
    assert "1 to 5" in problems[0].problem


def test_a_weight_without_word_is_named() -> None:
    words, problems = read_hotwords("\t3")
    assert words == ()
    assert len(problems) == 1


def test_a_word_written_twice_counts_once() -> None:
    words, problems = read_hotwords("Boutique\t2\nBoutique\t5")
    assert words == (Hotword("Boutique", 2),)
    assert problems[0].line == 1


def test_empty_lines_are_skipped() -> None:
    assert read_hotwords("\n  \n\t\n") == ((), ())


def test_a_word_that_the_recognizer_refuses_is_named_and_kept() -> None:
    words, problems = read_hotwords("one\ntwo words\n高血压\t9", HotwordRules(pieces=1, characters=2))
    assert words == (Hotword("one"), Hotword("two words"), Hotword("高血压"))
    assert [problem.line for problem in problems] == [1, 2, 2]
    assert "left out" in problems[0].problem
    assert "1 to 5" in problems[1].problem
    assert "left out" in problems[2].problem


def test_beyond_the_limit_one_line_speaks_for_all() -> None:
    text = "a\n\nb\nb\nc\nd"
    words, problems = read_hotwords(text, HotwordRules(most=2))
    assert len(words) == 4
    assert problems[1:] == (
        HotwordProblem(4, "From here on hotwords are left out: this recognizer takes 2."),
    )


@given(st.lists(st.builds(Hotword, PHRASES, st.none() | st.integers(1, 5)), unique_by=lambda word: word.text))
def test_what_is_written_is_read_back(words: list[Hotword]) -> None:
    assert read_hotwords(write_hotwords(words)) == (tuple(words), ())


@given(st.text())
def test_any_text_is_taken(text: str) -> None:
    words, problems = read_hotwords(text)
    assert all(word.text for word in words)
    assert all(problem.problem for problem in problems)


@given(st.text(st.sampled_from("abc 159高\t\n")))
def test_a_set_keeps_its_lines_as_they_were_written(text: str) -> None:
    words = read_set("Talk", text, "")
    assert words.hotwords == read_hotwords(text)[0]
    assert written(words) == text


def test_lines_that_are_as_they_should_be_are_not_kept_twice() -> None:
    assert read_set("Talk", "Bulge Bracket\t5\nBoutique", "").written == ""


def test_lines_that_are_not_those_of_the_words_do_not_count() -> None:
    assert written(WordSet("Talk", (Hotword("Boutique", 4),), written="Boutique\t9")) == "Boutique\t4"
