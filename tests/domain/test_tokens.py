"""The token count is an upper estimate."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.tokens import estimate_tokens

# Lengths as the tokenizer of the Qwen family counts them.
KNOWN = [
    ("", 0),
    ("hello", 1),
    ("2024", 4),
    ("A conversation about investment banking in New York", 8),
    ("Bulge Bracket", 3),
    ("你好,世界", 3),
    ("动脉粥样硬化", 6),
    ("antidisestablishmentarianism", 6),
]


@pytest.mark.parametrize(("text", "tokens"), KNOWN)
def test_it_never_says_less_than_the_tokenizer(text: str, tokens: int) -> None:
    assert estimate_tokens(text) >= tokens


def test_plain_english_is_not_counted_out_of_measure() -> None:
    text = "a conversation about investment banking in new york: names of houses and how fees are made. "
    assert estimate_tokens(text * 100) <= 2.2 * len(text.split()) * 100


@given(st.text(), st.text())
def test_more_text_never_counts_less(first: str, second: str) -> None:
    assert estimate_tokens(first + "\n" + second) >= max(estimate_tokens(first), estimate_tokens(second))


@given(st.text(min_size=1).filter(str.strip))
def test_anything_written_counts(text: str) -> None:
    assert estimate_tokens(text) >= 1
