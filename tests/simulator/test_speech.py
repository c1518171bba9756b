"""The simulator understands real speech, at every rate and on every protocol."""

from __future__ import annotations

import asyncio
import re
import wave
from collections.abc import Iterator

import numpy as np
import pytest
import soxr

from app.audio.bundled import sample_path
from app.engines.moonshine import MoonshineModel
from tests.simulator import Simulator, Speech
from tests.simulator.wire import append, client, finish_task, packets, run_task, update

OPENING = "it was the best of times it was the worst of times"
SECONDS = 6


@pytest.fixture(scope="module")
def sample():
    with wave.open(str(sample_path())) as file:
        rate = file.getframerate()
        samples = np.frombuffer(file.readframes(SECONDS * rate), "<i2").astype(np.float32) / 32_768
    return soxr.resample(samples, rate, 16_000)


@pytest.fixture
def model() -> Iterator[MoonshineModel]:
    model = MoonshineModel()
    yield model
    model.close()


def words(text):
    return " ".join(re.findall(r"[a-z']+", text.lower()))


async def infer(sim, sample):
    async with client(sim.url + "/api-ws/v1/inference") as one:
        task = run_task()
        await one.say(task)
        for packet in packets(sample):
            await one.say(packet)
        await one.say(finish_task(task))
        await asyncio.wait_for(one.until("task-finished"), 30)
    return one.all("result-generated")


async def commit(sim, sample, parts):
    async with client(sim.url + "/api-ws/v1/realtime?model=qwen3-asr-flash-realtime") as one:
        await one.say(update(turn_detection=None, sample_rate=8_000))
        for part in np.array_split(soxr.resample(sample, 16_000, 8_000), parts):
            for packet in packets(part, 8_000):
                await one.say(append(packet))
            await one.say({"type": "input_audio_buffer.commit"})
        await one.say({"type": "session.finish"})
        await asyncio.wait_for(one.until("session.finished"), 30)
    return one.all("conversation.item.input_audio_transcription.completed")


def test_speech_on_two_protocols(sample, model):
    async def test():
        async with Simulator(Speech(model)) as sim:
            results, items = await asyncio.gather(infer(sim, sample), commit(sim, sample, 2))
            sentences = [result["payload"]["output"]["sentence"] for result in results]
            finals = [sentence for sentence in sentences if sentence["sentence_end"]]
            assert words(" ".join(final["text"] for final in finals)).startswith(OPENING)
            assert finals[0]["begin_time"] == pytest.approx(1170, abs=500)
            times = [word["begin_time"] for final in finals for word in final["words"]]
            assert times == sorted(times)
            assert len(items) == 2
            assert "best of times" in words(items[0]["transcript"])
            assert not sim.violations

    asyncio.run(asyncio.wait_for(test(), 60))
