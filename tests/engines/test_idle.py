"""Sound that pauses: a recording that is held, a pipe into which nobody writes for a while."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable

import numpy as np
import pytest

from app.domain.audio import SPEECH_RATE, AudioFrame
from app.domain.errors import RefusedError
from app.domain.events import Disconnected, Event
from app.domain.request import Cut, RecognitionRequest
from app.domain.secret import Secret
from app.engines import watchdog
from app.engines.catalogue import Catalogue
from app.engines.running import running
from app.engines.services import SERVICES
from app.recognizer.acknowledging import Acknowledging
from app.recognizer.spool import Spool
from tests.engines.sound import texts
from tests.simulator import Counting, Simulator
from tests.simulator.counting import count

# vLLM takes sound no faster than time, and has no pause where a test has a short one.
ENGINES = [row.id for row in SERVICES if row.id != "vllm"]
SOME = ("fun-asr", "qwen-asr")
STARVATION = 1.0
PAUSE = 2.0
Feed = Callable[[Spool], Awaitable[None]]


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watchdog, "IDLE_SECONDS", 0.4)
    monkeypatch.setattr(watchdog, "LOOK_SECONDS", 0.1)


async def caption(name: str, sim: Simulator, feed: Feed, **request: object) -> list[Event]:
    spool, events = Spool(), list[Event]()
    frames = Acknowledging(spool)
    made = Catalogue(lambda _: Secret("sk-1")).engine(
        name,
        RecognitionRequest(endpoint=sim.url, **({"give_up": None} | request)),  # type: ignore[arg-type]
    )

    def emit(event: Event) -> None:
        frames.take(event)
        events.append(event)

    async with asyncio.timeout(30), running(feed(spool)):
        await made.run(frames, emit)
    return events


def put(spool: Spool, samples: np.ndarray) -> None:
    if len(samples):
        spool.put(AudioFrame(spool.written, samples))


def paused(begin: np.ndarray) -> Feed:
    """So much sound, no sound at all for a while, and then three numbered seconds."""

    async def feed(spool: Spool) -> None:
        put(spool, begin)
        await asyncio.sleep(PAUSE)
        put(spool, count(3, start=3))
        spool.finish()

    return feed


def numbers(events: list[Event]) -> list[int]:
    return [int(number) for text in texts(events) for number in re.findall(r"\d+", text)]


@pytest.mark.parametrize(
    ("name", "more"),
    # Half a packet may be left where the sound stops, in speech and in silence.
    [*((name, 0.0) for name in ENGINES), *((name, more) for name in SOME for more in (0.04, 1.54))],
)
def test_a_pause_in_the_sound_starves_no_service_and_costs_no_word(name: str, more: float) -> None:
    async def test() -> None:
        async with Simulator(Counting(), starvation=STARVATION) as sim:
            begin = np.concatenate((count(3), np.zeros(round(more * SPEECH_RATE), np.float32)))
            events = await caption(name, sim, paused(begin))
            assert numbers(events) == list(range(6))
            assert not any(isinstance(event, Disconnected) for event in events)
            assert sim.violations == {}
            assert len(sim.sessions) == 2

    asyncio.run(test())


@pytest.mark.parametrize("name", SOME)
def test_a_word_that_is_held_midway_is_heard_whole(name: str) -> None:
    async def feed(spool: Spool) -> None:
        put(spool, count(6)[: round(3.5 * SPEECH_RATE)])
        await asyncio.sleep(PAUSE)
        put(spool, count(6)[round(3.5 * SPEECH_RATE) :])
        spool.finish()

    async def test() -> None:
        async with Simulator(Counting(), starvation=STARVATION) as sim:
            events = await caption(name, sim, feed)
            assert numbers(events) == list(range(6))
            assert sim.violations == {}

    asyncio.run(test())


@pytest.mark.parametrize("name", SOME)
def test_sound_that_comes_late_is_waited_for_without_a_session(name: str) -> None:
    async def test() -> None:
        async with Simulator(Counting(), starvation=STARVATION) as sim:
            events = await caption(name, sim, paused(np.empty(0, np.float32)))
            assert numbers(events) == [3, 4, 5]
            assert not any(isinstance(event, Disconnected) for event in events)
            assert sim.violations == {}
            assert len(sim.sessions) == 2

    asyncio.run(test())


def test_a_sentence_that_the_user_ends_goes_on_behind_the_pause() -> None:
    async def feed(spool: Spool) -> None:
        await paused(count(3))(spool)
        spool.cut()

    async def test() -> None:
        async with Simulator(Counting(), starvation=STARVATION) as sim:
            events = await caption("qwen-asr", sim, feed, cut=Cut.MANUAL)
            assert numbers(events) == list(range(6))
            assert sim.violations == {}

    asyncio.run(test())


def test_where_the_sound_ends_in_the_pause_nobody_connects_for_nothing() -> None:
    async def feed(spool: Spool) -> None:
        put(spool, count(3))
        await asyncio.sleep(2.0)
        spool.finish()

    async def test() -> None:
        async with Simulator(Counting(), starvation=STARVATION) as sim:
            assert numbers(await caption("fun-asr", sim, feed)) == list(range(3))
            assert len(sim.sessions) == 1

    asyncio.run(test())


async def silence(spool: Spool) -> None:
    put(spool, np.zeros(2 * SPEECH_RATE, np.float32))
    spool.finish()


async def nothing(spool: Spool) -> None:
    spool.finish()


@pytest.mark.parametrize("feed", [silence, nothing])
def test_a_service_may_find_nothing_in_silence(feed: Feed) -> None:
    async def test() -> None:
        async with Simulator(Counting(), faults=["error=NO_VALID_AUDIO_ERROR@finish"]) as sim:
            events = await caption("fun-asr", sim, feed)
            assert numbers(events) == []
            assert not any(isinstance(event, Disconnected) for event in events)
            assert len(sim.sessions) == 1

    asyncio.run(test())


def test_a_service_may_not_find_nothing_in_speech() -> None:
    async def feed(spool: Spool) -> None:
        put(spool, count(3))
        spool.finish()

    async def test() -> None:
        async with Simulator(Counting(), faults=["error=NO_VALID_AUDIO_ERROR@finish"]) as sim:
            with pytest.raises(RefusedError):
                await caption("fun-asr", sim, feed, give_up=0.0)

    asyncio.run(test())
