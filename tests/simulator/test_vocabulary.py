"""The customization API: a round trip, and each limit refused with its reason."""

from __future__ import annotations

import pytest

from tests.simulator.vocabulary import Refused, Vocabularies

MODEL = "fun-asr-realtime"
WORDS = [{"text": "Bulge Bracket", "weight": 4, "lang": "en"}, {"text": "语音实验室", "weight": 5}]


@pytest.fixture
def lists():
    return Vocabularies()


def ask(lists, action, **given):
    return lists.answer({"model": "speech-biasing", "input": {"action": action, **given}, "parameters": {}})


def create(lists, words=WORDS, model=MODEL, prefix="cap1"):
    given = {"target_model": model, "prefix": prefix, "vocabulary": words}
    return ask(lists, "create_vocabulary", **given)["vocabulary_id"]


def test_a_round_trip(lists):
    name = create(lists)
    assert name.startswith("vocab-cap1-")
    listed = ask(lists, "list_vocabulary", prefix="cap1", page_index=0, page_size=10)["vocabulary_list"]
    assert [(one["vocabulary_id"], one["status"]) for one in listed] == [(name, "OK")]
    asked = ask(lists, "query_vocabulary", vocabulary_id=name)
    assert (asked["vocabulary"], asked["target_model"]) == (WORDS, MODEL)
    assert ask(lists, "update_vocabulary", vocabulary_id=name, vocabulary=WORDS[:1]) == {}
    assert ask(lists, "query_vocabulary", vocabulary_id=name)["vocabulary"] == WORDS[:1]
    assert ask(lists, "delete_vocabulary", vocabulary_id=name) == {}
    assert ask(lists, "list_vocabulary")["vocabulary_list"] == []


def test_pages_and_prefixes(lists):
    names = [create(lists, prefix=prefix) for prefix in ("a", "b", "b", "b")]
    page = ask(lists, "list_vocabulary", prefix="b", page_index=1, page_size=2)["vocabulary_list"]
    assert [one["vocabulary_id"] for one in page] == names[3:]


def test_a_list_acts_on_its_own_model_only(lists):
    name = create(lists)
    assert lists.effective(name, MODEL) == ["Bulge Bracket", "语音实验室"]
    assert lists.effective(name, "paraformer-realtime-v2") == []
    lists.lists[name].status = "UNDEPLOYED"
    assert lists.effective(name, MODEL) == []


def word(text="word", weight=4, **more):
    return {"text": text, "weight": weight, **more}


REFUSED = {
    "too many words": ([word(f"w{n}") for n in range(501)], "at most 500"),
    "no words": ([], "must be a list"),
    "no weight": ([{"text": "x"}], "not an integer"),
    "weight 0": ([word(weight=0)], "not an integer from 1 to 5"),
    "weight 6": ([word(weight=6)], "not an integer from 1 to 5"),
    "weight 50": ([word(weight=50)], "not an integer from 1 to 5"),
    "weight in text": ([word(weight="4")], "not an integer"),
    "weight yes": ([word(weight=True)], "not an integer"),
    "eight pieces": ([word("a b c d e f g h")], "more than 7 words"),
    "sixteen characters": ([word("语" * 16)], "more than 15 characters"),
    "sixteen mixed": ([word("é" + "a" * 15)], "more than 15 characters"),
    "empty": ([word(" ")], "must not be empty"),
    "language": ([word(lang="fr")], "not supported by"),
}


@pytest.mark.parametrize(("words", "reason"), REFUSED.values(), ids=REFUSED)
def test_words_beyond_a_limit_are_refused(lists, words, reason):
    with pytest.raises(Refused, match=reason):
        create(lists, words)
    name = create(lists)
    with pytest.raises(Refused, match=reason):
        ask(lists, "update_vocabulary", vocabulary_id=name, vocabulary=words)


def test_what_is_just_within_the_limits_is_taken(lists):
    words = [word("a b c d e f g"), word("语" * 15), word(weight=1), word(weight=5), word("x" * 200)]
    create(lists, words + [word(f"w{n}") for n in range(495)])


def test_super_words_are_for_qwen_audio(lists):
    model = "qwen-audio-3.1-asr-flash-streaming"
    create(lists, [word(f"w{n}", weight=50) for n in range(50)], model)
    with pytest.raises(Refused, match="At most 50 words of weight 50"):
        create(lists, [word(f"w{n}", weight=50) for n in range(51)], model)


@pytest.mark.parametrize("prefix", ["", "Cap", "a-b", "elevenchars", None])
def test_a_prefix_is_short_and_plain(lists, prefix):
    with pytest.raises(Refused, match="prefix"):
        create(lists, prefix=prefix)


def test_ten_lists_and_no_more(lists):
    names = [create(lists) for _ in range(10)]
    with pytest.raises(Refused, match="limit of 10") as raised:
        create(lists)
    assert (raised.value.status, raised.value.code) == (429, "Throttling.AllocationQuota")
    ask(lists, "delete_vocabulary", vocabulary_id=names[0])
    create(lists)


@pytest.mark.parametrize("action", ["query_vocabulary", "update_vocabulary", "delete_vocabulary"])
def test_a_list_that_is_not_there(lists, action):
    with pytest.raises(Refused, match="does not exist"):
        ask(lists, action, vocabulary_id="vocab-none", vocabulary=WORDS)


@pytest.mark.parametrize("body", [None, [], {}, {"model": "speech-biasing"}, {"model": "x", "input": {}}])
def test_a_body_that_makes_no_sense(lists, body):
    with pytest.raises(Refused):
        lists.answer(body)


def test_a_model_that_is_not_there(lists):
    with pytest.raises(Refused, match="target_model"):
        create(lists, model="qwen3-asr-flash-realtime")
