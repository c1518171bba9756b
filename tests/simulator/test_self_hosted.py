"""The servers that people run themselves: OpenAI's shape, vLLM, FunASR's runtime."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager

import numpy as np
import pytest

from app.domain.audio import pcm
from tests.simulator import Counting, Simulator, Variant
from tests.simulator.counting import count
from tests.simulator.wire import append, client, go, named, packets, silence, update

OPENAI = "/v1/realtime?intent=transcription"
SIDE = "conversation.item.input_audio_transcription"
COMMIT = {"type": "input_audio_buffer.commit"}


def sound_settings(turns, rate=24_000, prompt=""):
    given = {
        "format": {"type": "audio/pcm", "rate": rate},
        "transcription": {"model": "gpt-4o-transcribe", "prompt": prompt},
        "turn_detection": turns,
    }
    return {"type": "transcription", "audio": {"input": given}}


@asynccontextmanager
async def openai(sim, turns, **more):
    async with client(sim.url + OPENAI) as one:
        await one.until("session.created")
        await one.say(update(**sound_settings(turns, **more)))
        await one.until("session.updated")
        yield one


def test_openai_says_increments_while_the_server_cuts():
    async def test():
        async with Simulator() as sim, openai(sim, {"type": "server_vad"}, prompt="Bulge Bracket") as one:
            for packet in silence(4, 24_000):
                await one.say(append(packet))
            await one.until(f"{SIDE}.completed")
            last = await one.until(f"{SIDE}.completed")
            assert last["transcript"] == "Nine banks, the Bulge Bracket, are here."
            deltas = [
                event["delta"] for event in one.all(f"{SIDE}.delta") if event["item_id"] == last["item_id"]
            ]
            assert "".join(deltas) == last["transcript"]
            assert len(deltas) > 2
            assert not sim.violations

    go(test)


def test_openai_counts_at_24_khz_and_commits():
    async def test():
        async with Simulator(Counting()) as sim, openai(sim, None) as one:
            for packet in packets(count(2, rate=24_000), 24_000):
                await one.say(append(packet))
            await one.say(COMMIT)
            assert (await one.until(f"{SIDE}.completed"))["transcript"] == "second 0 second 1"
            assert one.all("input_audio_buffer.committed")[0]["previous_item_id"] is None
            await one.say(COMMIT)
            assert (await one.until("error"))["error"]["code"] == "input_audio_buffer_commit_empty"

    go(test)


def test_openai_a_commit_ends_the_open_sentence_under_vad():
    async def test():
        async with Simulator() as sim, openai(sim, {"type": "server_vad"}) as one:
            for packet in silence(2.5, 24_000):
                await one.say(append(packet))
            await one.until(f"{SIDE}.completed")
            await one.say(COMMIT)
            assert (await one.until(f"{SIDE}.completed"))["transcript"].startswith("Nine banks")
            assert not sim.violations

    go(test)


@pytest.mark.parametrize(
    ("last", "answer", "said"),
    [
        ({"type": "input_audio_buffer.clear"}, "input_audio_buffer.cleared", ["second 0"]),
        (update(type="transcription"), "session.updated", ["second 0", "second 1"]),
    ],
)
def test_openai_with_a_late_vad_loses_what_is_cleared_too_soon(last, answer, said):
    async def test():
        variants = frozenset({Variant.LATE_VAD, Variant.ITEM_TIMES})
        async with (
            Simulator(Counting(), variants=variants) as sim,
            openai(sim, {"type": "server_vad"}) as one,
        ):
            first, *rest = np.split(count(2, rate=24_000), 2)
            for packet in packets(first, 24_000):
                await one.say(append(packet))
            await one.until(f"{SIDE}.completed")
            await one.say(append(pcm(np.concatenate(rest))))
            await one.say(last)
            await one.until(answer)
            await asyncio.sleep(0.2)
            assert sim.said == said
            stops = [event["audio_end_ms"] for event in one.all("input_audio_buffer.speech_stopped")]
            assert stops == pytest.approx([1000, 1000], abs=100)
            assert not sim.violations

    go(test)


def test_openai_refuses_another_rate():
    async def test():
        async with Simulator() as sim, client(sim.url + OPENAI) as one:
            await one.say(update(**sound_settings(None, rate=16_000)))
            assert (await one.until("error"))["error"]["param"] == "session.audio.input.format.rate"

    go(test)


@pytest.mark.parametrize("variant", [(), (Variant.ERROR_STRING,)])
def test_openai_refuses_a_model_that_it_does_not_have(variant):
    async def test():
        async with Simulator(variants=frozenset(variant)) as sim, client(sim.url + OPENAI) as one:
            settings = sound_settings(None)
            settings["audio"]["input"]["transcription"]["model"] = "gpt-4o-transcribe-x"
            await one.say(update(**settings))
            assert "not supported in transcription mode" in str(await one.until("error"))
            assert await one.closing() == (4000, "invalid_request_error.invalid_model")
            assert sim.violations == {"unknown model": 1}

    go(test)


def test_the_old_shape_is_understood():
    async def test():
        async with Simulator() as sim, client(sim.url + OPENAI) as one:
            session = {"input_audio_format": "pcm16", "input_audio_transcription": {"model": "whisper-1"}}
            await one.say({"type": "transcription_session.update", "session": session})
            await one.until("transcription_session.updated")
            await one.say(update(**session))
            await one.until("session.updated")

    go(test)


def test_openai_without_intent_is_known_by_its_first_word():
    async def test():
        async with Simulator() as sim, client(sim.url + "/v1/realtime") as one:
            await one.say(update(**sound_settings(None)))
            await one.until("session.updated")
            assert sim.sessions[0].protocol == "openai-realtime"

    go(test)


@asynccontextmanager
async def vllm(sim):
    async with client(sim.url + "/v1/realtime", headers={}) as one:
        assert set(await one.hear()) == {"type", "id", "created"}
        await one.say({"type": "session.update", "model": "voxtral"})
        yield one


def test_vllm_says_one_growing_text():
    async def test():
        async with Simulator() as sim, vllm(sim) as one:
            await one.say(COMMIT)
            for packet in silence(6):
                await one.say(append(packet))
            await one.say({**COMMIT, "final": True})
            done = await one.until("transcription.done")
            assert (
                done["text"]
                == "Good morning, everybody. Nine banks, the Bird Rock, are here. 今天天气怎么样？"
            )
            assert "".join(event["delta"] for event in one.all("transcription.delta")) == done["text"]
            assert not sim.violations

    go(test)


def test_vllm_keeps_sound_that_comes_before_generation():
    async def test():
        async with Simulator(Counting()) as sim, vllm(sim) as one:
            for packet in packets(count(2)):
                await one.say(append(packet))
            await one.say(COMMIT)
            await one.say({**COMMIT, "final": True})
            assert (await one.until("transcription.done"))["text"] == "second 0 second 1"

    go(test)


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("hello", "invalid_json"),
        ({"type": "session.finish"}, "unknown_event"),
        ({"type": "input_audio_buffer.append", "audio": "*"}, "invalid_audio"),
        ({**COMMIT, "final": True}, "processing_error"),
        ({"type": "session.update", "model": "unknown-model"}, "model_not_validated"),
    ],
)
def test_vllm_errors_are_strings(message, code):
    async def test():
        async with Simulator() as sim, vllm(sim) as one:
            await one.say(message)
            answer = await one.until("error")
            assert (type(answer["error"]), answer["code"]) == (str, code)

    go(test)


def test_vllm_wants_the_model_first():
    async def test():
        async with Simulator() as sim, client(sim.url + "/v1/realtime") as one:
            await one.say(append(bytes(100)))
            assert (await one.until("error"))["code"] == "model_not_validated"

    go(test)


CONFIG = {
    "mode": "2pass",
    "wav_name": "mic",
    "is_speaking": True,
    "wav_format": "pcm",
    "audio_fs": 16_000,
    "chunk_size": [5, 10, 5],
    "chunk_interval": 10,
    "hotwords": json.dumps({"Bulge Bracket": 20}),
    "itn": True,
}


@asynccontextmanager
async def runtime(sim, **config):
    async with client(sim.url + "/", headers={}, subprotocols=["binary"]) as one:
        assert one.socket.subprotocol == "binary"
        await one.say({**CONFIG, **config})
        yield one


async def spoken(one, sound):
    for packet in sound:
        await one.say(packet)
    await one.say({"is_speaking": False, "is_end": True})
    while not (await one.hear()).get("is_end"):
        pass


def test_the_runtime_corrects_its_increments():
    async def test():
        async with Simulator() as sim, runtime(sim) as one:
            await spoken(one, silence(4))
            sentences = [event["text"] for event in one.all("2pass-offline")]
            assert sentences == ["Good morning, everybody.", "Nine banks, the Bulge Bracket, are here."]
            online = "".join(event["text"] for event in one.all("2pass-online"))
            assert online == "Good Nine banks, the Bulge Bracket, "
            assert isinstance(one.all("2pass-offline")[0]["timestamp"], list)
            assert not sim.violations

    go(test)


def test_the_cpp_runtime_numbers_sentences_and_hides_times_in_a_string():
    async def test():
        variants = frozenset({Variant.CPP_RUNTIME, Variant.EMPTY_TRANSCRIPTS})
        async with Simulator(variants=variants) as sim, runtime(sim) as one:
            await spoken(one, silence(4))
            offline = one.all("2pass-offline")
            assert [event["text"] for event in offline][1::2] == ["", ""]
            assert [event["index"] for event in offline[::2]] == [1, 2]
            assert json.loads(offline[0]["timestamp"])[0] == [300, 529]
            assert offline[0]["start_time"] == 300
            assert [event["slice_type"] for event in one.all("2pass-online")][:2] == [0, 0]

    go(test)


def test_one_pass_modes():
    async def test():
        async with Simulator(Counting()) as sim:
            for mode in ("online", "offline"):
                async with runtime(sim, mode=mode) as one:
                    await spoken(one, packets(count(2)))
                    assert {named(event) for event in one.heard[:-1]} == {mode}
            assert sim.said == ["second 0", "second 1"] * 2

    go(test)


def test_sound_before_the_configuration_is_dropped():
    async def test():
        async with Simulator(Counting()) as sim:
            async with client(sim.url, headers={}, subprotocols=["binary"]) as one:
                await one.say(packets(count(1))[0])
                await one.say(CONFIG)
                await spoken(one, packets(count(2)))
            assert sim.violations == {"sound before configuration": 1}
            assert sim.said == ["second 0", "second 1"]

    go(test)


def test_hotwords_that_are_no_string_break_the_runtime():
    async def test():
        async with Simulator() as sim, runtime(sim, hotwords={"a": 1}) as one:
            assert (await one.closing())[0] == 1011

    go(test)
