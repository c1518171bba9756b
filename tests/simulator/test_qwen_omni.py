"""Qwen-Omni: the transcript on the side and the answer."""

from __future__ import annotations

from contextlib import asynccontextmanager

import pytest

from tests.simulator import Counting, Simulator, Variant
from tests.simulator.counting import count
from tests.simulator.wire import append, client, go, named, packets, silence, update

PATH = "/api-ws/v1/realtime?model=qwen3-omni-flash-realtime"
SIDE = "conversation.item.input_audio_transcription"
VAD = {"turn_detection": {"type": "server_vad"}}
MANUAL = {"turn_detection": None}


@asynccontextmanager
async def session(sim, **settings):
    async with client(sim.url + PATH) as one:
        await one.say(update(modalities=["text"], **settings))
        await one.until("session.updated")
        yield one


async def spoken(one, sound):
    for packet in sound:
        await one.say(append(packet))


def test_the_answer_repeats_what_was_said():
    async def test():
        async with Simulator(Counting()) as sim, session(sim, **VAD) as one:
            await spoken(one, packets(count(2)))
            for second in range(2):
                done = await one.until("response.text.done")
                assert done["text"] == f"second {second}"
            deltas = [event["delta"] for event in one.all("response.text.delta")]
            assert "".join(deltas) == "second 0second 1"
            assert [event["transcript"] for event in one.all(f"{SIDE}.completed")] == ["second 0", "second 1"]
            assert {tuple(event)[2:] for event in one.all(f"{SIDE}.delta")} == {
                ("item_id", "content_index", "text", "stash")
            }

    go(test)


def test_manual_mode_needs_response_create():
    async def test():
        async with Simulator(Counting()) as sim, session(sim, **MANUAL) as one:
            await spoken(one, packets(count(2)))
            await one.say({"type": "input_audio_buffer.commit"})
            await one.until(f"{SIDE}.completed")
            await one.say({"type": "response.create", "response": {"instructions": None}})
            assert (await one.until("response.text.done"))["text"] == "second 0 second 1"
            assert (await one.until("response.done"))["response"]["status"] == "completed"
            await one.say({"type": "response.create"})
            await one.until("error")

    go(test)


def test_instructions_change_what_is_heard():
    async def test():
        async with Simulator() as sim, session(sim, instructions="Terms: Bulge Bracket", **VAD) as one:
            await spoken(one, silence(4))
            await one.until(f"{SIDE}.completed")
            text = (await one.until(f"{SIDE}.completed"))["transcript"]
            assert text == "Nine banks, the Bulge Bracket, are here."

    go(test)


def test_it_may_be_configured_again():
    async def test():
        async with Simulator() as sim, session(sim, **VAD) as one:
            await one.say(update(turn_detection={"type": "semantic_vad"}))
            await one.until("session.updated")
            assert not sim.violations

    go(test)


@pytest.mark.parametrize(
    ("variant", "names"),
    [
        (Variant.OMNI_TEXT, {f"{SIDE}.text", f"{SIDE}.completed"}),
        (Variant.OMNI_NO_PARTIALS, {f"{SIDE}.completed"}),
    ],
)
def test_partials_vary(variant, names):
    async def test():
        async with Simulator(variants=frozenset({variant})) as sim, session(sim, **VAD) as one:
            await spoken(one, silence(2))
            await one.until("response.done")
            assert {name for name in map(named, one.heard) if name.startswith(SIDE)} == names

    go(test)


def test_the_transcript_may_come_behind_the_beginning_of_the_answer():
    async def test():
        variants = frozenset({Variant.RESPONSE_FIRST})
        async with Simulator(variants=variants) as sim, session(sim, **VAD) as one:
            await spoken(one, silence(2))
            await one.until("response.done")
            names = [named(event) for event in one.heard]
            assert names.index("response.created") < names.index(f"{SIDE}.completed")

    go(test)


def test_finishing_may_be_refused():
    async def test():
        variants = frozenset({Variant.FINISH_REFUSED})
        async with Simulator(variants=variants) as sim, session(sim, **VAD) as one:
            await one.say({"type": "session.finish"})
            assert (await one.until("error"))["error"]["code"] == "invalid_value"

    go(test)
