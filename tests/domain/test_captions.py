from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from app.domain.captions import Caption, Stabilizer
from app.domain.events import Final, Partial

TEXTS = st.text(alphabet=st.sampled_from("ab Cé.,’-\n\t你好。「世\u3000กा🙂1"), max_size=40) | st.text(
    max_size=30
)
WORDS = st.lists(st.from_regex(r"[a-z]{2,6}", fullmatch=True), min_size=4, max_size=30, unique=True)


def partial(text: str, utterance: int = 1, settled: int = 0) -> Partial:
    return Partial(utterance, 0.0, 1.0, text, settled)


def final(text: str, utterance: int = 1) -> Final:
    return Final(utterance, 0.0, 1.0, text)


def shown(*texts: str) -> tuple[str, str]:
    """Settled and soft text after partials."""
    stabilizer = Stabilizer("Me")
    last = Caption("Me", 1, 0.0, "", "")
    for text in texts:
        last = stabilizer.apply(partial(text)) or last
    return last.settled, last.soft


def ended(*texts: str) -> str:
    """The final caption after partials; the last of `texts` is the final one."""
    stabilizer = Stabilizer("Me")
    for text in texts[:-1]:
        stabilizer.apply(partial(text))
    caption = stabilizer.apply(final(texts[-1]))
    assert caption is not None
    assert caption.final
    assert caption.soft == ""
    return caption.settled


def test_the_first_partial_is_all_soft():
    assert shown("It was the") == ("", "It was the")


def test_words_settle_when_two_partials_agree_except_the_newest():
    assert shown("It was the best", "It was the best") == ("It was the", " best")


def test_case_and_punctuation_do_not_count_as_disagreement():
    assert shown("it was. the best", "It was the best of") == ("It was the best", " of")


def test_a_word_that_changed_stays_soft():
    assert shown("a golden rink will", "a golden ring will pluck") == ("a golden", " ring will pluck")


def test_what_the_engine_promises_settles_at_once():
    caption = Stabilizer("Me").apply(partial("hello brave world", settled=11))
    assert caption is not None
    assert (caption.settled, caption.soft) == ("hello brave", " world")


def test_a_promise_that_ends_within_a_word_leaves_that_word_soft():
    caption = Stabilizer("Me").apply(partial("hello brave world", settled=9))
    assert caption is not None
    assert (caption.settled, caption.soft) == ("hello", " brave world")


def test_a_rewritten_settled_word_stays_and_what_follows_is_not_doubled():
    assert ended("the cat sat on", "the cat sat on a", "the bat sat on a mat") == "the cat sat on a mat"


def test_a_word_dropped_from_under_the_settled_ones_is_not_repeated():
    assert (
        ended("so the cat sat on", "so the cat sat on", "the cat sat on a mat") == "so the cat sat on a mat"
    )


def test_repeated_phrases_are_kept_as_often_as_they_were_said():
    said = "it was the age of wisdom it was the age of foolishness"
    assert ended("it was the age of wisdom", "it was the age of wisdom it was", said) == said


def test_a_shorter_partial_takes_nothing_settled_away():
    assert shown("one two three", "one two three", "one") == ("one two", "")


def test_chinese_settles_by_the_character():
    assert shown("今天天气", "今天天气很好。") == ("今天天气", "很好。")


def test_mixed_scripts_keep_their_blanks():
    text = "我用iPhone 15 拍的,很 good吧"
    assert ended(text[:6], text[:12], text) == text


def test_a_final_without_text_takes_the_line_away():
    stabilizer = Stabilizer("Me")
    stabilizer.apply(partial("mm"))
    assert stabilizer.apply(final("")) == Caption("Me", 1, 0.0, "", "", final=True)


def test_a_final_without_text_and_nothing_shown_is_no_caption():
    assert Stabilizer("Me").apply(final("")) is None


def test_the_same_again_is_no_caption():
    stabilizer = Stabilizer("Me")
    stabilizer.apply(partial("one two"))
    stabilizer.apply(partial("one two"))
    assert stabilizer.apply(partial("one two")) is None


def test_a_final_that_says_what_is_shown_still_ends_the_line():
    stabilizer = Stabilizer("Me")
    stabilizer.apply(partial("one two", settled=7))
    caption = stabilizer.apply(final("one two"))
    assert caption is not None
    assert caption.final


def test_a_late_partial_is_left_out():
    stabilizer = Stabilizer("Me")
    stabilizer.apply(final("one two"))
    assert stabilizer.apply(partial("one two three")) is None
    assert stabilizer.apply(final("one two three")) is None


def test_utterances_may_interleave():
    stabilizer = Stabilizer("Me")
    stabilizer.apply(partial("one two", 1))
    stabilizer.apply(partial("uno dos", 2))
    first = stabilizer.apply(partial("one two three", 1))
    second = stabilizer.apply(final("uno dos tres", 2))
    assert first is not None
    assert second is not None
    assert (first.settled, second.settled) == ("one two", "uno dos tres")


def test_an_engine_that_keeps_changing_its_mind_has_its_new_words_held_back():
    wild = ["a b c d", "e f g h", "i j k l"]
    assert shown(*wild) == ("", "")
    assert shown(*wild, "i j k l") == ("i j k", " l")


@given(st.lists(TEXTS, max_size=8), TEXTS, st.integers(0, 40))
def test_settled_words_never_change(texts: list[str], last: str, promised: int):
    stabilizer = Stabilizer("Me")
    settled = ""
    for text in texts:
        caption = stabilizer.apply(partial(text, settled=promised))
        if caption is not None:
            assert caption.settled.startswith(settled)
            settled = caption.settled
    caption = stabilizer.apply(final(last))
    if caption is not None and caption.text:
        assert caption.settled.startswith(settled)
        assert caption.soft == ""


@given(WORDS, st.lists(st.integers(0, 30), max_size=8))
def test_growing_partials_end_in_exactly_the_final_text(words: list[str], lengths: list[int]):
    texts = [" ".join(words[:length]) for length in sorted(lengths)]
    assert ended(*texts, " ".join(words)) == " ".join(words)


@given(WORDS, st.data())
def test_no_tail_is_doubled_when_one_word_was_rewritten(words: list[str], data: st.DataObject):
    text = " ".join(words)
    changed = list(words)
    changed[data.draw(st.integers(0, len(words) - 1))] = "REWRITTEN"
    assert len(ended(text, text, " ".join(changed)).split()) == len(words)


@given(st.text(alphabet="你好世界天气今日我们。,", min_size=1, max_size=60), st.data())
def test_growing_chinese_ends_in_exactly_the_final_text(text: str, data: st.DataObject):
    lengths = data.draw(st.lists(st.integers(0, len(text)), max_size=6).map(sorted))
    assert ended(*(text[:length] for length in lengths), text) == text


def test_long_utterances_stay_cheap():
    stabilizer = Stabilizer("Me")
    words = [f"w{number}" for number in range(4000)]
    stabilizer.apply(partial(" ".join(words), settled=10**6))
    rewritten = " ".join(["other"] * 100 + words[100:] + ["end"])
    began = time.process_time()
    caption = stabilizer.apply(final(rewritten))
    assert time.process_time() - began < 0.5
    assert caption is not None
    assert caption.settled.split() == [*words, "end"]


def test_a_full_stop_heard_after_its_word_settled_is_not_lost() -> None:
    stabilizer = Stabilizer("Me")
    for text in ("the epoch of belief and", "the epoch of belief and"):
        stabilizer.apply(Partial(1, 0.0, 1.0, text))
    later = stabilizer.apply(Partial(1, 0.0, 2.0, "the epoch of belief. It was"))
    assert later is not None
    assert (later.settled, later.soft) == ("the epoch of belief", ". It was")
    final = stabilizer.apply(Final(1, 0.0, 3.0, "The epoch of belief. It was."))
    assert final is not None
    assert final.settled == "the epoch of belief. It was."


def test_a_text_that_ends_in_blanks_without_end_is_read_once() -> None:
    """Each blank looking through all the others would take an hour here."""
    stabilizer = Stabilizer("Me")
    caption = stabilizer.apply(partial("one" + " " * 500_000))
    assert caption is not None
    assert caption.text == "one"
