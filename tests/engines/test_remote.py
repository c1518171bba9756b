"""Services, spoken to over a real web socket."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

import numpy as np
import pytest

from app.dialects.utterances import UNWORDED
from app.domain.errors import (
    AccessError,
    BusyError,
    CaptionError,
    CredentialError,
    NoSoundError,
    RefusedError,
    ServiceError,
)
from app.domain.events import Event, Final, Gap, Partial, SpeechStarted, Understood
from app.domain.request import Cut, RecognitionRequest
from app.domain.secret import Secret
from app.engines import conversation, last_words, watchdog
from app.engines.catalogue import Catalogue
from app.engines.ledger import AUDIBLE_SECONDS
from app.engines.remote import RemoteEngine
from app.engines.services import SERVICES
from tests.engines.sound import Frames, speech, texts
from tests.simulator import Counting, Scripted, Sentence, Simulator, Variant
from tests.simulator.counting import count

T = TypeVar("T")
KEY = Secret("sk-0123456789abcdef0123456789abcdef")
SECONDS = 3
ENGINES = [row.id for row in SERVICES]
DASHSCOPE = ["fun-asr", "qwen-asr", "qwen-omni"]
VARIANTS = {
    "fun-asr": "end-time-only no-sentence-id words-null words-absent usage-absent no-task-finished "
    "extra-keys results-after-finish",
    "qwen-asr": "text-after-created interleaved empty-transcripts failed-item no-session-finished "
    "no-turn-detection extra-keys",
    "qwen-omni": "omni-text omni-no-partials finish-refused response-first interleaved empty-transcripts "
    "failed-item no-session-finished extra-keys",
    "openai-realtime": "interleaved empty-transcripts failed-item extra-keys error-string item-times "
    "late-vad no-session-finished finish-refused",
    "funasr": "cpp-runtime empty-transcripts extra-keys",
}
"""Ways to answer that matter to each engine."""


def go(test: Callable[[], Awaitable[T]]) -> T:
    async def limited() -> T:
        async with asyncio.timeout(20):
            return await test()

    return asyncio.run(limited())


def engine(name: str, sim: Simulator, **request: object) -> RemoteEngine:
    # Sound that runs ahead of nothing: only `vllm` would make a test wait.
    catalogue = Catalogue(lambda _: KEY)
    made = catalogue.engine(name, RecognitionRequest(endpoint=sim.url, **request))  # type: ignore[arg-type]
    assert isinstance(made, RemoteEngine)
    return made


async def caption(name: str, sim: Simulator, seconds: int = SECONDS, **request: object) -> list[Event]:
    events: list[Event] = []
    await engine(name, sim, **request).run(Frames(count(seconds), start=100.0), events.append)
    return events


async def failing(name: str, sim: Simulator, seconds: int = SECONDS) -> CaptionError:
    with pytest.raises(CaptionError) as caught:
        await caption(name, sim, seconds)
    assert KEY.reveal() not in f"{caught.value} {caught.value!r}"
    return caught.value


@pytest.mark.parametrize("name", ENGINES)
def test_every_second_is_heard_once_and_in_order_and_the_service_has_no_complaint(name: str) -> None:
    async def test() -> None:
        async with Simulator(Counting()) as sim:
            events = await caption(name, sim)
            assert " ".join(texts(events)) == "second 0 second 1 second 2"
            assert sim.violations == {}
            # There is no word for the end in that language.
            assert sim.sessions[0].finished or name == "openai-realtime"
            starts = [event.start for event in events if isinstance(event, Final) and event.text]
            assert all(100.0 <= start <= 103.0 for start in starts)

    go(test)


@pytest.mark.parametrize(
    ("name", "variant"),
    [(name, variant) for name, variants in VARIANTS.items() for variant in variants.split()],
)
def test_every_way_a_service_may_answer_gives_the_same_captions(
    name: str, variant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(last_words, "QUIET_SECONDS", 0.5)

    async def test() -> None:
        async with Simulator(Counting(), variants=frozenset({Variant(variant)})) as sim:
            events = await caption(name, sim, 2)
            expected = ["second 0", "second 1"]
            if variant == Variant.FAILED_ITEM:
                # Of a sentence that failed only what was shown is known.
                assert texts(events)[0] == "second 0"
            else:
                assert texts(events) == expected
            assert sim.violations == {}

    go(test)


def test_connections_that_want_to_open_at_once_keep_to_what_the_service_publishes() -> None:
    async def test() -> None:
        async with Simulator(Counting(), starts_per_second=20) as sim:
            catalogue = Catalogue(lambda _: KEY)
            request = RecognitionRequest(endpoint=sim.url)
            async with asyncio.TaskGroup() as group:
                for _ in range(25):
                    one = catalogue.engine("fun-asr", request)
                    group.create_task(one.run(Frames(count(1)), lambda _: None))
            assert sim.counts["connections"] == 25
            assert sim.violations == {}

    go(test)


@pytest.mark.parametrize("name", ["qwen-asr", "qwen-omni", "openai-realtime"])
def test_in_manual_mode_pauses_end_sentences(name: str) -> None:
    async def test() -> None:
        async with Simulator(Scripted([Sentence("One.", 0.3, 1.4), Sentence("Two.", 2.9, 3.9)])) as sim:
            made = engine(name, sim, cut=Cut.MANUAL, commit_pause=0.8)
            events: list[Event] = []
            await made.run(Frames(speech(1.6, 1.2, 1.2, 1.2)), events.append)
            finals = [event for event in events if isinstance(event, Final) and event.text]
            assert [event.text for event in finals] == ["One.", "Two."]
            assert finals[0].start == pytest.approx(0.0, abs=0.1)
            assert finals[0].end == pytest.approx(1.6, abs=0.1)
            assert finals[1].start == pytest.approx(2.8, abs=0.1)
            assert sim.violations == {}

    go(test)


def test_where_pauses_end_sentences_one_without_any_ends_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(conversation, "LONGEST_SENTENCE_SECONDS", 3.0)

    async def test() -> None:
        async with Simulator() as sim:
            events: list[Event] = []
            made = engine("qwen-asr", sim, cut=Cut.MANUAL, commit_pause=0.8)
            await made.run(Frames(speech(7.0)), events.append)
            assert [round(event.end) for event in events if isinstance(event, Final)] == [3, 6, 7]
            assert sim.violations == {}

    go(test)


def test_in_manual_mode_the_user_ends_sentences() -> None:
    async def test() -> None:
        async with Simulator() as sim:
            events: list[Event] = []
            await engine("qwen-asr", sim, cut=Cut.MANUAL).run(Frames(speech(3.7), cut=1.5), events.append)
            finals = [event for event in events if isinstance(event, Final) and event.text]
            assert [round(event.end, 1) for event in finals] == [1.5, 3.7]
            assert sim.violations == {}

    go(test)


def test_words_come_while_somebody_speaks() -> None:
    async def test() -> None:
        async with Simulator() as sim:
            events: list[Event] = []
            await engine("qwen-asr", sim).run(Frames(speech(6.0)), events.append)
            assert len([event for event in events if isinstance(event, Partial)]) >= 5

    go(test)


@pytest.mark.parametrize("name", ["fun-asr", "qwen-asr"])
@pytest.mark.parametrize(
    ("fault", "kind", "retryable", "says"),
    [
        ("http=401", CredentialError, False, "key"),
        ("http=403", AccessError, False, "may not use"),
        ("http=404", AccessError, False, "model"),
        ("http=429", BusyError, True, "limit"),
        ("http=500", ServiceError, True, "problem of its own"),
        ("http=503", ServiceError, True, "problem of its own"),
        ("refuse", ServiceError, True, "broke"),
        ("drop@1", ServiceError, True, "lost"),
        ("torn-frame@1", ServiceError, True, "lost"),
        ("close=1000@1", ServiceError, True, "ended"),
        ("close=1007:Model not found@1", AccessError, False, "model"),
        ("close=1011@1", ServiceError, True, "problem of its own"),
        ("throttle@1", BusyError, True, "limit"),
        ("error=Arrearage@1", AccessError, False, "charged"),
        ("error=CLIENT_ERROR@1", ServiceError, True, "heard nothing"),
        ("error=DataInspectionFailed@1", RefusedError, False, "content"),
        ("error=NO_VALID_AUDIO_ERROR@1", NoSoundError, False, "no sound"),
        ("not-json@1", RefusedError, False, "does not understand"),
        ("huge@1", RefusedError, False, "at once"),
    ],
)
def test_each_failure_is_a_sentence(
    name: str, fault: str, kind: type[CaptionError], retryable: bool, says: str
) -> None:
    async def test() -> None:
        async with Simulator(Counting(), faults=[fault]) as sim:
            error = await failing(name, sim)
            assert (type(error), error.retryable) == (kind, retryable)
            assert says in error.problem
            assert error.remedy

    go(test)


@pytest.mark.parametrize("fault", ["hang", "stall", "half-open", "half-open@1", "stall@1"])
def test_a_service_that_says_nothing_is_not_waited_for(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.engines.connecting.OPEN_SECONDS", 0.5)
    monkeypatch.setattr(watchdog, "READY_SECONDS", 0.5)
    monkeypatch.setattr(last_words, "QUIET_SECONDS", 0.5)
    monkeypatch.setattr(last_words, "PONG_SECONDS", 0.5)

    async def test() -> None:
        async with Simulator(faults=[fault]) as sim:
            with pytest.raises(ServiceError) as caught:
                await engine("fun-asr", sim).run(Frames(speech(6.0)), print)
            assert caught.value.retryable

    go(test)


@pytest.mark.parametrize("fault", ["unknown@1", "slow=0.3", "nulls@2.9"])
def test_what_a_service_may_do_does_not_end_captions(fault: str) -> None:
    async def test() -> None:
        async with Simulator(Counting(), faults=[fault]) as sim:
            assert texts(await caption("fun-asr", sim))[:2] == ["second 0", "second 1"]

    go(test)


def test_a_wrong_key_is_told_and_shown_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    async def test() -> None:
        async with Simulator(keys=frozenset({"sk-other"})) as sim:
            assert "key" in (await failing("qwen-asr", sim)).problem

    with caplog.at_level(logging.DEBUG):
        go(test)
    assert KEY.reveal() not in caplog.text
    assert "Bearer" not in caplog.text


def test_a_good_session_logs_no_key_either(caplog: pytest.LogCaptureFixture) -> None:
    async def test() -> None:
        async with Simulator(Counting()) as sim:
            await caption("fun-asr", sim)

    with caplog.at_level(logging.DEBUG):
        go(test)
    assert KEY.reveal() not in caplog.text


def test_without_a_key_the_cloud_is_not_even_asked() -> None:
    made = Catalogue().engine("qwen-asr", RecognitionRequest())
    with pytest.raises(CredentialError, match="no key for Qwen-ASR"):
        asyncio.run(made.run(Frames(count(1)), print))


@pytest.mark.parametrize("variants", [(), (Variant.ERROR_STRING,)])
def test_an_unknown_model_is_told(variants: tuple[Variant, ...]) -> None:
    async def test() -> None:
        async with Simulator(variants=frozenset(variants)) as sim:
            for name in (*DASHSCOPE, "openai-realtime"):
                with pytest.raises(AccessError, match="does not have the model"):
                    await caption(name, sim, model="no-such-model")

    go(test)


class Noticing:
    """Hears somebody begin to speak, or not even that, and never has a word."""

    def __init__(self, notices: bool) -> None:
        self._notices = notices

    async def prepare(self) -> None: ...

    def ear(self, rate: int, hints: str) -> Noticing:
        return self

    async def hear(self, samples: np.ndarray) -> list[Event]:
        said, self._notices = self._notices, False
        return [SpeechStarted(1, 0.1)] if said else []

    async def commit(self) -> list[Event]:
        return []

    async def finish(self) -> list[Event]:
        return []

    def close(self) -> None: ...


@pytest.mark.parametrize(
    ("name", "variants"),
    # The second says that all was answered, and yet a sentence that began has no words.
    [("qwen-asr", {Variant.NO_SESSION_FINISHED}), ("openai-realtime", set())],
)
@pytest.mark.parametrize(
    ("notices", "spoken", "gaps"),
    [(True, 1.5, [(0.1, 1.5)]), (True, 0.0, []), (False, 1.5, [])],
    ids=["both hear speech", "the service takes silence for speech", "a loud noise"],
)
def test_last_speech_that_a_service_notices_and_does_not_word_is_owned_up_to(
    name: str,
    variants: set[Variant],
    notices: bool,
    spoken: float,
    gaps: list[tuple[float, float]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(last_words, "QUIET_SECONDS", 0.5)

    async def test() -> None:
        async with Simulator(Noticing(notices), variants=frozenset(variants)) as sim:
            events: list[Event] = []
            await engine(name, sim).run(Frames(speech(spoken, 1.0)), events.append)
            found = [(event.start, round(event.end, 1)) for event in events if isinstance(event, Gap)]
            assert found == gaps
            assert events[-1] == Understood(spoken + 1.0)

    go(test)


@pytest.mark.parametrize("name", ["qwen-asr", "qwen-omni", "openai-realtime", "fun-asr"])
def test_where_the_texts_are_missing_all_that_was_said_is_marked(name: str) -> None:
    async def test() -> None:
        async with Simulator(Counting(), faults=["nulls@0.1"]) as sim:
            events = await caption(name, sim, 6)
            finals = [event for event in events if isinstance(event, Final)]
            gaps = [final.hole for final in finals if final.hole]
            assert {gap.reason for gap in gaps} == {UNWORDED}
            marked = sum(gap.end - gap.start for gap in gaps) + len(texts(events))
            # Without times, where a sentence ends depends on when that is told; little of one is no hole.
            assert marked > 6 - AUDIBLE_SECONDS * (len(finals) + 1)

    go(test)


def test_a_sentence_that_failed_is_marked_where_it_has_no_words() -> None:
    async def test() -> None:
        async with Simulator(Counting(), variants=frozenset({Variant.FAILED_ITEM})) as sim:
            events = await caption("openai-realtime", sim, 2)
            (gap,) = [final.hole for final in events if isinstance(final, Final) and final.hole]
            assert 101.0 <= gap.start < gap.end <= 102.0

    go(test)


def test_a_session_that_is_cancelled_leaves_nothing_behind() -> None:
    async def test() -> None:
        async with Simulator(Counting()) as sim:
            before = len(asyncio.all_tasks())
            task = asyncio.create_task(caption("fun-asr", sim, 60))
            await asyncio.sleep(0.5)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await asyncio.sleep(0.2)
            assert len(asyncio.all_tasks()) <= before + 1

    go(test)


def test_nobody_who_stops_waits_for_a_keyring_that_waits_for_the_user() -> None:
    asked, answered = threading.Event(), threading.Event()

    def find_key(_: str) -> Secret:
        asked.set()
        answered.wait(20)
        return KEY

    async def test() -> None:
        made = Catalogue(find_key).engine("qwen-asr", RecognitionRequest())
        session = asyncio.create_task(made.run(Frames(count(SECONDS)), lambda _: None))
        while not asked.is_set():
            await asyncio.sleep(0.01)
        session.cancel()
        with suppress(asyncio.CancelledError):
            await session

    try:
        go(test)
        assert [one.name for one in threading.enumerate()].count("key") == 1
    finally:
        answered.set()
