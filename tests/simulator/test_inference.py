"""The inference protocol, said right and said wrong."""

from __future__ import annotations

from contextlib import asynccontextmanager

import numpy as np
import pytest

from tests.simulator import Counting, Simulator, Variant
from tests.simulator.counting import count
from tests.simulator.wire import client, finish_task, go, packets, run_task, silence

PATH = "/prefix/api-ws/v1/inference"


@asynccontextmanager
async def task(sim, message=None, **parameters):
    message = message or run_task(**parameters)
    async with client(sim.url + PATH) as one:
        await one.say(message)
        await one.until("task-started")
        yield one, message


async def recognize(sim, sound, **parameters):
    async with task(sim, **parameters) as (one, message):
        for packet in sound:
            await one.say(packet)
        await one.say(finish_task(message))
        await one.until("task-finished")
    return [result["payload"]["output"]["sentence"] for result in one.all("result-generated")]


async def refused(sim, *messages):
    """Say it and hear why it is refused."""
    async with client(sim.url + PATH) as one:
        for message in messages:
            await one.say(message)
        failed = await one.until("task-failed")
        assert failed["payload"] == {}
        await one.closing()
    return failed["header"]["error_code"], failed["header"]["error_message"]


def test_counted_seconds_come_back_with_their_times():
    async def test():
        async with Simulator(Counting()) as sim:
            sentences = await recognize(sim, packets(count(3)))
            finals = [one for one in sentences if one["sentence_end"]]
            assert [one["text"] for one in finals] == ["second 0", "second 1", "second 2"]
            assert [(one["begin_time"], one["end_time"]) for one in finals] == [
                (0, 1000),
                (1000, 2000),
                (2000, 3000),
            ]
            assert [one["sentence_id"] for one in finals] == [1, 2, 3]
            assert not sim.violations
            assert sim.sessions[0].finished
            assert sim.sessions[0].audio == pytest.approx(3.0)

    go(test)


def test_a_script_comes_in_partials_and_finals():
    async def test():
        async with Simulator() as sim:
            sentences = await recognize(sim, silence(6))
            first = [one for one in sentences if one["sentence_id"] == 1]
            assert [one["text"] for one in first][-1] == "Good morning, everybody."
            assert first[0]["sentence_begin"] is True
            assert {one["end_time"] for one in first[:-1]} == {None}
            word = first[-1]["words"][-1]
            assert (word["text"], word["punctuation"], word["end_time"]) == ("everybody", ".", 1400)
            assert sim.said[1] == "Nine banks, the Bird Rock, are here."

    go(test)


def test_context_changes_what_is_heard():
    async def test():
        async with Simulator() as sim:
            message = run_task()
            turn = {"role": "user", "content": [{"type": "input_text", "text": "Bulge Bracket"}]}
            message["payload"]["input"]["context"] = [turn]
            async with task(sim, message) as (one, _):
                for packet in silence(4):
                    await one.say(packet)
                await one.say(finish_task(message))
                await one.until("task-finished")
            assert sim.said[1] == "Nine banks, the Bulge Bracket, are here."

    go(test)


def test_two_tasks_on_one_socket():
    async def test():
        async with Simulator(Counting()) as sim:
            async with client(sim.url + PATH) as one:
                for start in (0, 10):
                    message = run_task()
                    await one.say(message)
                    await one.until("task-started")
                    for packet in packets(count(2, start)):
                        await one.say(packet)
                    await one.say(finish_task(message))
                    await one.until("task-finished")
            assert sim.said == ["second 0", "second 1", "second 10", "second 11"]
            assert (sim.counts["connections"], sim.counts["sessions"]) == (1, 2)

    go(test)


def without(message, *path):
    *parents, last = path
    place = message
    for parent in parents:
        place = place[parent]
    del place[last]
    return message


WRONG = [
    ([silence(0.1)[0]], "audio before task-started", "task can not be null"),
    (
        [without(run_task(), "payload", "input")],
        "missing payload.input",
        "task can not be null",
    ),
    (
        [without(run_task(), "payload", "model")],
        "missing model",
        "Missing required parameter 'payload.model'! Please follow the protocol!",
    ),
    ([run_task(model="fun-asr")], "unknown model", "Model not found"),
    ([run_task(format="mp4")], "invalid parameter", "Failed to decode audio"),
    (
        [run_task(max_sentence_silence=100)],
        "invalid parameter",
        "max_sentence_silence must be in [200, 6000]",
    ),
    (
        [run_task(semantic_punctuation_enabled=1)],
        "invalid parameter",
        "semantic_punctuation_enabled must be a boolean",
    ),
    ([without(run_task(), "header", "task_id")], "invalid parameter", "Invalid payload data"),
    (["hello"], "not JSON", "Invalid payload data"),
    ([run_task(), {"audio": "aGVsbG8="}], "text where binary belongs", "Invalid payload data"),
    ([run_task("a"), run_task("b")], "task within a task", "task id is already in use"),
]


@pytest.mark.parametrize(("messages", "violation", "reason"), WRONG, ids=[row[1] for row in WRONG])
def test_what_is_said_wrong_fails_the_task(messages, violation, reason):
    async def test():
        async with Simulator() as sim:
            assert (await refused(sim, *messages))[1] == reason
            assert sim.violations == {violation: 1}

    go(test)


@pytest.mark.parametrize("parameters", [{"max_sentence_silence": 50}, {"multi_threshold_mode_enabled": True}])
def test_silence_means_nothing_to_who_ends_sentences_by_meaning(parameters):
    async def test():
        async with Simulator() as sim:
            message = run_task(semantic_punctuation_enabled=True)
            async with task(sim, message) as (one, _):
                await one.say(finish_task(message))
                await one.until("task-finished")
            assert sim.violations == {}
            message = run_task(semantic_punctuation_enabled=True, **parameters)
            async with task(sim, message) as (one, _):
                await one.say(finish_task(message))
                await one.until("task-finished")
            assert sim.violations == {"parameter without effect": 1}

    go(test)


def test_a_task_id_is_good_for_one_task():
    async def test():
        async with Simulator() as sim:
            first = run_task("same")
            assert (await refused(sim, first, finish_task(first), first))[1] == "task id is already in use"
            assert sim.violations == {"task id reused": 1}

    go(test)


def test_an_oversize_frame_closes():
    async def test():
        async with Simulator() as sim, task(sim) as (one, _):
            await one.say(bytes(17_000))
            code, reason = await one.closing()
            assert code == 1009
            assert reason.startswith("The decoded text message was too big")
            assert sim.violations == {"oversize frame": 1}

    go(test)


def test_starvation_and_idleness():
    async def test():
        async with Simulator(starvation=0.2, idle=0.2) as sim:
            code, reason = await refused(sim, run_task())
            assert (code, reason) == ("CLIENT_ERROR", "request timeout after 23 seconds.")
            assert sim.violations == {"starved of sound": 1}
            async with client(sim.url + PATH) as one:
                assert (await one.closing())[0] == 1000

    go(test)


def test_silence_needs_the_heartbeat():
    async def test():
        async with Simulator(Counting(), silence_limit=2) as sim:
            code, _ = await refused(sim, run_task(heartbeat=False), *silence(2.5))
            assert code == "ResponseTimeout"
            beats = await recognize(sim, silence(2.5), heartbeat=True)
            assert [(beat["heartbeat"], beat["sentence_id"]) for beat in beats] == [(True, 0)] * 2

    go(test)


def test_the_wrong_rate_is_heard_as_nothing():
    async def test():
        async with Simulator() as sim:
            message = run_task(model="fun-asr-flash-8k-realtime")
            async with task(sim, message) as (one, _):
                for packet in silence(3):
                    await one.say(packet)
                await one.say(finish_task(message))
                failed = await one.until("task-failed")
            assert failed["header"]["error_code"] == "NO_VALID_AUDIO_ERROR"
            assert not one.all("result-generated")
            assert sim.violations == {"sample rate of another model": 1}

    go(test)


def test_telephone_sound_is_counted_too():
    async def test():
        async with Simulator(Counting()) as sim:
            sound = packets(count(2, rate=8_000), 8_000)
            await recognize(sim, sound, model="fun-asr-flash-8k-realtime", sample_rate=8_000)
            assert sim.said == ["second 0", "second 1"]

    go(test)


def test_a_lost_packet_shows():
    async def test():
        counting = Counting()
        async with Simulator(counting) as sim:
            sound = packets(count(4))
            del sound[15]
            await recognize(sim, sound)
            assert sim.said == ["second 0", "second 2", "second 3"]
            assert counting.torn

    go(test)


def test_a_parameter_of_another_model_is_counted():
    async def test():
        async with Simulator() as sim:
            await recognize(sim, silence(0.1), vocabulary={"x": 3}, vocabulary_id="vocab-none")
            assert sim.violations == {"unknown parameter": 1, "vocabulary without effect": 1}

    go(test)


VARIANTS = {
    Variant.END_TIME_ONLY: lambda one: "sentence_end" not in one,
    Variant.NO_SENTENCE_ID: lambda one: "sentence_id" not in one,
    Variant.WORDS_NULL: lambda one: one["words"] is None,
    Variant.WORDS_ABSENT: lambda one: "words" not in one,
    Variant.EXTRA_KEYS: lambda one: "vad_pre_end" in one,
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_sentences_vary(variant):
    async def test():
        async with Simulator(variants=frozenset({variant})) as sim:
            sentences = await recognize(sim, silence(2))
            assert all(map(VARIANTS[variant], sentences))
            assert [one["end_time"] for one in sentences if one["end_time"]] == [1400, 2000]

    go(test)


def test_results_may_come_after_the_end():
    async def test():
        variants = frozenset({Variant.RESULTS_AFTER_FINISH, Variant.USAGE_ABSENT})
        async with Simulator(variants=variants) as sim, task(sim) as (one, message):
            for packet in silence(2):
                await one.say(packet)
            await one.say(finish_task(message))
            await one.until("task-finished")
            late = await one.hear()
            assert "usage" not in late["payload"]
            assert late["payload"]["output"]["sentence"]["end_time"] == 2000

    go(test)


def test_the_end_may_be_missing_and_an_unknown_model_close():
    async def test():
        variants = frozenset({Variant.NO_TASK_FINISHED, Variant.CLOSE_ON_UNKNOWN_MODEL})
        async with Simulator(variants=variants, idle=0.2) as sim:
            async with task(sim) as (one, message):
                await one.say(finish_task(message))
                await one.closing()
                assert not one.all("task-finished")
            async with client(sim.url + PATH) as one:
                await one.say(run_task(model="none"))
                assert await one.closing() == (1007, "Model not found")

    go(test)


def test_half_a_sample_is_counted():
    async def test():
        async with Simulator() as sim:
            await recognize(sim, [bytes(3_201)])
            assert sim.violations == {"half a sample": 1}
            assert sim.sessions[0].audio == pytest.approx(0.1)

    go(test)


def test_sound_ahead_of_its_time_is_measured():
    async def test():
        async with Simulator() as sim:
            await recognize(sim, packets(np.zeros(32_000, np.float32)))
            assert 1.0 < sim.sessions[0].ahead <= 2.0

    go(test)
