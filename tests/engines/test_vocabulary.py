"""Hotword lists that a service keeps, over real HTTP."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

import pytest

from app.dialects.base import Service
from app.dialects.vocabulary import prefix_for
from app.domain.errors import AccessError, CaptionError, RefusedError
from app.domain.events import Advice, Event
from app.domain.request import Hotword, RecognitionRequest
from app.domain.secret import Secret
from app.engines import posting, vocabulary
from app.engines.catalogue import Catalogue
from app.engines.vocabulary import HotwordLists
from tests.engines.sound import Frames, speech, texts
from tests.simulator import Simulator
from tests.simulator.vocabulary import Vocabulary

T = TypeVar("T")
KEY = Secret("sk-0123456789abcdef0123456789abcdef")
MODEL = "fun-asr-realtime"
OTHER = "paraformer-realtime-v2"
PLAIN = "fun-asr-realtime-2026-02-28"
"""A model that takes hotwords in a list and no context."""
WORDS = {"Bulge Bracket": 4, "语音实验室": 5}
TALK = speech(6.0)


def go(test: Callable[[], Awaitable[T]]) -> T:
    async def limited() -> T:
        async with asyncio.timeout(20):
            return await test()

    return asyncio.run(limited())


def lists(sim: Simulator, model: str = MODEL) -> HotwordLists:
    return HotwordLists(Service(sim.url, model, KEY))


def kept(sim: Simulator) -> list[tuple[str, dict[str, int]]]:
    """The model and the words of each list."""
    return [
        (one.target_model, {word["text"]: word["weight"] for word in one.words})
        for one in sim.vocabularies.lists.values()
    ]


def keep(sim: Simulator, name: str, model: str = MODEL, modified: str = "2026-01-01 00:00:00") -> str:
    """A list that is there already."""
    words = [{"text": "old", "weight": 4}]
    sim.vocabularies.lists[name] = Vocabulary(name, model, words, modified=modified)
    return name


def asked(sim: Simulator) -> list[str]:
    return [frame.content["input"]["action"].split("_")[0] for frame in sim.log if frame.kind == "http"]


def test_a_list_is_made_and_used_again() -> None:
    async def test() -> None:
        async with Simulator() as sim:
            name = await lists(sim).provide(WORDS)
            assert asked(sim) == ["list", "create", "query"]
            assert kept(sim) == [(MODEL, WORDS)]
            assert await lists(sim).provide(dict(reversed(WORDS.items()))) == name
            assert asked(sim)[3:] == ["list", "query"]

    go(test)


@pytest.mark.parametrize("words", [{"Boutique": 4}, {**WORDS, "Boutique": 4}, {**WORDS, "Bulge Bracket": 5}])
def test_other_words_take_the_place_of_those_of_the_last_time(words: dict[str, int]) -> None:
    async def test() -> None:
        async with Simulator() as sim:
            name = await lists(sim).provide(WORDS)
            assert await lists(sim).provide(words) == name
            assert asked(sim)[3:] == ["list", "query", "update", "query"]
            assert kept(sim) == [(MODEL, words)]

    go(test)


def test_each_model_has_a_list_of_its_own() -> None:
    async def test() -> None:
        async with Simulator() as sim:
            names = {await lists(sim, model).provide(WORDS) for model in (MODEL, OTHER, MODEL, OTHER)}
            assert len(names) == 2
            assert kept(sim) == [(MODEL, WORDS), (OTHER, WORDS)]

    go(test)


def test_a_list_of_the_same_name_for_another_model_is_never_used() -> None:
    async def test() -> None:
        async with Simulator() as sim:
            wrong = keep(sim, f"vocab-{prefix_for(MODEL)}-0", OTHER)
            assert await lists(sim).provide({"old": 4}) != wrong
            assert kept(sim) == [(OTHER, {"old": 4}), (MODEL, {"old": 4})]

    go(test)


def test_a_list_that_the_service_ties_to_another_model_is_never_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test() -> None:
        async with Simulator() as sim:
            answer = sim.vocabularies.answer
            monkeypatch.setattr(
                sim.vocabularies,
                "answer",
                lambda body: (
                    answer(body)
                    | ({"target_model": OTHER} if body["input"]["action"] == "query_vocabulary" else {})
                ),
            )
            with pytest.raises(RefusedError, match="another model"):
                await lists(sim).provide(WORDS)

    go(test)


def test_where_the_account_is_full_the_oldest_of_ours_goes() -> None:
    async def test() -> None:
        async with Simulator() as sim:
            others = [keep(sim, f"vocab-app{n}-0", modified="2020-01-01 00:00:00") for n in range(7)]
            ours = [
                keep(sim, f"vocab-{prefix_for(model)}-0", model, f"2026-01-0{day} 00:00:00")
                for model, day in ((OTHER, 3), (PLAIN, 1), ("fun-asr-flash-8k-realtime", 2))
            ]
            name = await lists(sim).provide(WORDS)
            assert list(sim.vocabularies.lists) == [*others, ours[0], ours[2], name]

    go(test)


def test_lists_of_others_are_never_deleted() -> None:
    async def test() -> None:
        async with Simulator() as sim:
            others = [keep(sim, f"vocab-surtitle-{n}") for n in range(10)]
            with pytest.raises(RefusedError, match="keeps 10 hotword lists already"):
                await lists(sim).provide(WORDS)
            assert list(sim.vocabularies.lists) == others
            assert set(asked(sim)) == {"list"}

    go(test)


def test_ours_is_found_behind_many_lists_of_others() -> None:
    async def test() -> None:
        async with Simulator() as sim:
            for number in range(23):
                keep(sim, f"vocab-app-{number}")
            ours = keep(sim, f"vocab-{prefix_for(MODEL)}-0")
            assert await lists(sim).provide(WORDS) == ours

    go(test)


def test_a_list_counts_once_it_acts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vocabulary, "LOOK_SECONDS", 0.01)

    async def test() -> None:
        async with Simulator() as sim:
            sim.vocabularies.looks = 3
            name = await lists(sim).provide(WORDS)
            assert asked(sim) == ["list", "create", *["query"] * 4]
            assert sim.vocabularies.effective(name, MODEL)

    go(test)


def test_a_list_that_stopped_acting_is_put_there_anew() -> None:
    async def test() -> None:
        async with Simulator() as sim:
            name = await lists(sim).provide(WORDS)
            sim.vocabularies.lists[name].status = "UNDEPLOYED"
            assert await lists(sim).provide(WORDS) == name
            assert asked(sim)[3:] == ["list", "query", "update", "query"]

    go(test)


async def caption(sim: Simulator, *hotwords: str, model: str = MODEL, key: Secret = KEY) -> list[Event]:
    request = RecognitionRequest(hotwords=tuple(map(Hotword, hotwords)), model=model, endpoint=sim.url)
    events: list[Event] = []
    engine = Catalogue(lambda _: key).engine("fun-asr", request)
    await engine.run(Frames(TALK), events.append)
    return events


def advice(events: list[Event]) -> list[str]:
    return [event.sentence for event in events if isinstance(event, Advice)]


@pytest.mark.parametrize("model", [MODEL, OTHER, PLAIN])
def test_hotwords_act_on_every_model_that_knows_lists(model: str) -> None:
    async def test() -> None:
        async with Simulator() as sim:
            assert "Bird Rock" in " ".join(texts(await caption(sim, model=model)))
            assert sim.counts["post"] == 0
            events = await caption(sim, "Bulge Bracket", model=model)
            assert "Bulge Bracket" in " ".join(texts(events))
            assert advice(events) == []
            assert kept(sim) == [(model, {"Bulge Bracket": 4})]
            # A list alone: not a second time in the context.
            assert sim.sessions[1].settings["input"] == {}
            assert sim.violations == {}

    go(test)


def test_hotwords_of_qwen_audio_go_along_with_the_task() -> None:
    async def test() -> None:
        async with Simulator() as sim:
            events = await caption(
                sim, "Bulge Bracket", "语" * 16, model="qwen-audio-3.1-asr-flash-streaming"
            )
            assert "Bulge Bracket" in " ".join(texts(events))
            assert sim.counts["post"] == 0
            assert sim.sessions[0].settings["parameters"]["vocabulary"] == {"Bulge Bracket": 4}
            assert advice(events)[0].startswith("“语语")

    go(test)


@pytest.mark.parametrize("model", [MODEL, OTHER])
def test_words_beyond_a_limit_are_left_out_and_told(model: str) -> None:
    async def test() -> None:
        async with Simulator() as sim:
            events = await caption(
                sim, "语" * 16, "Bulge Bracket", "a b c d e f g h", *map(str, range(500)), model=model
            )
            (told,) = advice(events)
            assert "is left out: it has 16 characters" in told
            assert "is left out: it has 8 words" in told
            assert "takes 500 hotwords: the last 3 are left out" in told
            assert sim.counts["refused vocabularies"] == 0
            assert len(kept(sim)[0][1]) == 498
            assert "Bulge Bracket" in " ".join(texts(events))

    go(test)


def test_where_no_word_is_left_nothing_is_asked() -> None:
    async def test() -> None:
        async with Simulator() as sim:
            assert len(advice(await caption(sim, "语" * 16))) == 1
            assert sim.counts["post"] == 0

    go(test)


FAILURES = {
    "403": "may not use this service",
    "404": "does not have the model",
    "429": "the limit is reached",
    "500": "a problem of its own",
    "hang": "does not answer",
}


@pytest.mark.parametrize(("fault", "says"), FAILURES.items(), ids=FAILURES)
def test_captions_start_without_a_list(fault: str, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if fault == "hang":
        # The others answer, however busy this computer is.
        monkeypatch.setattr(posting, "ANSWER_SECONDS", 0.3)

    async def test() -> None:
        async with Simulator(faults=[f"post={fault}"]) as sim:
            events = await caption(sim, "Bulge Bracket")
            (told,) = advice(events)
            assert told.startswith("The service has no list of the hotwords, so they go into the context. ")
            assert says in told
            assert "Bulge Bracket" in " ".join(texts(events))
            (told,) = advice(await caption(sim, "Bulge Bracket", "语" * 16, model=PLAIN))
            assert "is left out: " in told
            assert "so they are left out" in told
            assert sim.violations == {}

    go(test)


def test_a_list_that_is_never_ready_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vocabulary, "PATIENCE_SECONDS", 0.3)
    monkeypatch.setattr(vocabulary, "LOOK_SECONDS", 0.02)

    async def test() -> None:
        async with Simulator() as sim:
            sim.vocabularies.looks = 10_000
            events = await caption(sim, "Bulge Bracket")
            (told,) = advice(events)
            assert "takes too long" in told
            assert "vocabulary_id" not in sim.sessions[0].settings["parameters"]
            assert "Bulge Bracket" in " ".join(texts(events))

    go(test)


def test_a_full_account_is_told_with_what_to_do() -> None:
    async def test() -> None:
        async with Simulator() as sim:
            for number in range(10):
                keep(sim, f"vocab-app-{number}")
            (told,) = advice(await caption(sim, "Bulge Bracket"))
            assert "Delete one of them in the service's console." in told

    go(test)


@pytest.mark.parametrize("hotwords", [(), ("Bulge Bracket",)])
def test_a_wrong_key_is_told_as_ever(hotwords: tuple[str, ...], caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    wrong = Secret("sk-wrong")

    async def test() -> CaptionError:
        async with Simulator(keys=frozenset({KEY.reveal()})) as sim:
            with pytest.raises(AccessError) as caught:
                await caption(sim, *hotwords, key=wrong)
            assert sim.counts["connections"] == (0 if hotwords else 1)
            return caught.value

    error = go(test)
    assert error.problem == "The service does not accept the key."
    assert wrong.reveal() not in f"{error!r} {error.__context__!r} {caplog.text}"


def test_the_key_is_nowhere_to_be_read(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    async def test() -> str:
        async with Simulator(faults=["post=500#4-"]) as sim:
            events = await caption(sim, "Bulge Bracket")
            events += await caption(sim, "Boutique")
            return repr(events) + repr([frame.content for frame in sim.log if frame.kind == "http"])

    assert KEY.reveal() not in go(test) + caplog.text
    assert KEY.reveal() not in repr(replace(Service("wss://host.example", MODEL), key=KEY))


def test_a_workspace_asks_for_its_own_lists() -> None:
    async def test() -> None:
        async with Simulator(workspaces=frozenset({"ws-1"})) as sim:
            await HotwordLists(Service(sim.url, MODEL, KEY, "ws-1")).provide(WORDS)
            with pytest.raises(AccessError, match="may not use"):
                await HotwordLists(Service(sim.url, MODEL, KEY, "ws-2")).provide(WORDS)

    go(test)


def test_captions_can_be_stopped_while_the_list_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "ANSWER_SECONDS", 0.5)

    async def test() -> None:
        async with Simulator(faults=["post=hang"]) as sim:
            task = asyncio.create_task(caption(sim, "Bulge Bracket"))
            while not sim.counts["post"]:
                await asyncio.sleep(0.01)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    go(test)


def test_the_lanes_of_a_meeting_share_one_list() -> None:
    async def test() -> None:
        async with Simulator() as sim:
            catalogue = Catalogue(lambda name: KEY)
            request = RecognitionRequest(hotwords=(Hotword("Bulge Bracket"),), model=MODEL, endpoint=sim.url)
            async with asyncio.TaskGroup() as lanes:
                for _ in range(2):
                    engine = catalogue.engine("fun-asr", request)
                    lanes.create_task(engine.run(Frames(TALK), lambda event: None))
            assert kept(sim) == [(MODEL, {"Bulge Bracket": 4})]
            assert asked(sim).count("create") == 1

    go(test)
