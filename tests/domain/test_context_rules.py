"""How much of the hotwords and the context goes to a recognizer, and what is told about the rest."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.context_rules import ContextRules
from app.domain.request import Hotword
from app.domain.tokens import estimate_tokens

TOGETHER = ContextRules(tokens=10_000, hotwords=True)
MESSAGES = ContextRules(characters=400, turns=5)
TERMS = " ".join(f"term{number}" for number in range(900))
FIVE = tuple(Hotword(f"word number {number}") for number in range(5))
MANY = tuple(Hotword(f"word number {number}") for number in range(300))
LONG = " ".join(f"term{number}" for number in range(1750))


def test_what_fits_is_told_whole() -> None:
    share = TOGETHER.share((Hotword("Boutique"), Hotword("Arms")), " About banks. ")
    assert share.texts == ("Boutique, Arms\n\nAbout banks.",)
    assert share.used == estimate_tokens(share.texts[0])
    assert share.left_out == ""


@pytest.mark.parametrize("rules", [TOGETHER, MESSAGES, ContextRules()])
def test_nothing_is_no_message(rules: ContextRules) -> None:
    share = rules.share((), " \n ")
    assert (share.texts, share.used, share.left_out) == ((), 0, "")


def test_hotwords_that_have_a_place_of_their_own_take_none_of_the_context() -> None:
    assert MESSAGES.share(MANY, "About banks.").texts == ("About banks.",)


def test_a_context_beyond_five_messages_is_told_to_be_cut() -> None:
    share = MESSAGES.share((), TERMS)
    assert len(share.texts) == 5
    kept = " ".join(share.texts)
    first = TERMS[len(kept) :].split()[0]
    assert share.left_out.startswith(
        f"This recognizer takes 2,000 characters of context, and here are {share.used:,}: "
        f"the end of the context, from “{first} "
    )
    assert share.left_out.endswith("on is left out. Shorten the text, or put first what matters most.")


def test_hotwords_in_the_context_take_the_room_of_its_end() -> None:
    assert TOGETHER.share((), LONG).left_out == ""
    share = TOGETHER.share(MANY, LONG)
    assert share.used > 10_000
    assert share.texts[0].startswith("word number 0, word number 1,")
    assert LONG.endswith(share.context_left)
    assert "10,000 tokens of hotwords and context together" in share.left_out
    assert f"from “{' '.join(share.context_left.split()[:2])}" in share.left_out


def test_hotwords_that_are_too_many_leave_no_room_at_all() -> None:
    rules = ContextRules(tokens=12, hotwords=True)
    told = rules.share(FIVE, "About banks.")
    assert told.whole
    assert "the hotwords from “word number 2, word" in told.left_out
    assert "and all of the context are left out" in told.left_out
    # Just the hotwords fit.
    exact = rules.share((Hotword("a b c d e f g h i j k l"),), "About banks.")
    assert "tokens of hotwords and context together" in exact.left_out
    assert ": all of the context is left out." in exact.left_out


def test_a_message_is_cut_between_words_and_else_where_it_is_full() -> None:
    rules = ContextRules(characters=10, turns=3)
    assert rules.share((), "seven is\nnine ten").texts == ("seven is", "nine ten")
    assert rules.share((), "exactly 10 more").texts == ("exactly 10", "more")
    assert rules.share((), "关于银行的会议关于银行的会议").texts == ("关于银行的会议关于银", "行的会议")


def test_what_no_word_fits_into_counts_as_used() -> None:
    rules = ContextRules(characters=10, turns=2)
    assert rules.share((), "seven is nine ten").used == 10 + len("nine ten")
    assert rules.share((), "seven is nine ten eleven").used == 20 + len("eleven")


LIMITS = st.one_of(
    st.builds(ContextRules, tokens=st.integers(1, 60), hotwords=st.booleans()),
    st.builds(ContextRules, characters=st.integers(2, 40), turns=st.integers(1, 5), hotwords=st.booleans()),
)
WORDS = st.lists(st.builds(Hotword, st.text("aé语 ,", min_size=1, max_size=12)), max_size=8)


@given(LIMITS, WORDS, st.text("ab é语\n\u0301", max_size=200))
def test_the_counter_and_the_sentence_agree_with_what_is_sent(
    rules: ContextRules, words: list[Hotword], context: str
) -> None:
    share = rules.share(words, context)
    assert rules.limit is not None
    assert (share.used > rules.limit) is bool(share.left_out)
    if rules.characters is None:
        assert sum(map(estimate_tokens, share.texts)) <= rules.limit
    else:
        assert len(share.texts) <= rules.turns
        assert all(0 < len(text) <= rules.characters for text in share.texts)
    whole = ContextRules(hotwords=rules.hotwords).share(words, context).texts
    sent = "".join("".join(share.texts).split())
    assert "".join("".join(whole).split()).startswith(sent)
    if not share.left_out:
        assert sent == "".join("".join(whole).split())
