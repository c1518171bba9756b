"""The official `VocabularyService` keeps hotword lists at the simulator."""

from __future__ import annotations

import asyncio

from app.dialects.base import Service
from app.domain.secret import Secret
from app.engines.vocabulary import HotwordLists
from tests.simulator import running

MODEL = "fun-asr-realtime"
WORDS = [{"text": "语音实验室", "weight": 4, "lang": "zh"}, {"text": "Bulge Bracket", "weight": 4}]


def test_a_round_trip(official):
    steps = [
        ["create_vocabulary", MODEL, "cap1", WORDS],
        ["list_vocabularies", "cap1"],
        ["query_vocabulary", "$"],
        ["update_vocabulary", "$", WORDS[:1]],
        ["query_vocabulary", "$"],
        ["delete_vocabulary", "$"],
        ["list_vocabularies"],
    ]
    with running() as sim:
        name, listed, asked, _, changed, _, left = official.run("vocabulary", sim.url, steps=steps)
    assert name.startswith("vocab-cap1-")
    assert [(one["vocabulary_id"], one["status"]) for one in listed] == [(name, "OK")]
    assert (asked["vocabulary"], asked["target_model"]) == (WORDS, MODEL)
    assert changed["vocabulary"] == WORDS[:1]
    assert left == []


def test_limits_reach_the_application_with_their_reason(official):
    too_long = [{"text": "a b c d e f g h", "weight": 4}]
    steps = [
        ["create_vocabulary", MODEL, "cap1", too_long],
        ["create_vocabulary", MODEL, "Not plain", WORDS],
        ["delete_vocabulary", "vocab-none"],
    ]
    with running() as sim:
        answers = [answer["raised"] for answer in official.run("vocabulary", sim.url, steps=steps)]
    assert "more than 7 words" in answers[0]
    assert "Status Code: 400, Code: InvalidParameter" in answers[0]
    assert "prefix must be" in answers[1]
    assert "does not exist" in answers[2]


def test_a_wrong_key(official):
    with running(keys=frozenset({"sk-good"})) as sim:
        (answer,) = official.run("vocabulary", sim.url, steps=[["list_vocabularies"]])
    assert "Status Code: 401, Code: InvalidApiKey" in answer["raised"]


def test_a_list_of_ours_is_a_list_like_any_other(official):
    words = {"语音实验室": 4, "Bulge Bracket": 5}
    with running() as sim:
        lists = HotwordLists(Service(sim.url, MODEL, Secret("sk-0123456789abcdef")))
        name = asyncio.run(lists.provide(words))
        listed, asked = official.run(
            "vocabulary", sim.url, steps=[["list_vocabularies"], ["query_vocabulary", name]]
        )
        heard = official.run("recognition", sim.url, seconds=4, vocabulary_id=name)
        # And the other way: what another program put into our list is seen, and found to be right.
        official.run("vocabulary", sim.url, steps=[["update_vocabulary", name, WORDS[:1]]])
        assert asyncio.run(lists.provide({"语音实验室": 4})) == name
        assert sim.vocabularies.lists[name].words == WORDS[:1]
    assert [(one["vocabulary_id"], one["status"]) for one in listed] == [(name, "OK")]
    assert {word["text"]: word["weight"] for word in asked["vocabulary"]} == words
    assert asked["target_model"] == MODEL
    assert heard["raised"] == ""
    assert "Bulge Bracket" in str(heard["seen"])
    assert sim.violations == {}
