"""Qwen-ASR-Realtime, said right and said wrong."""

from __future__ import annotations

from contextlib import asynccontextmanager

import pytest

from tests.simulator import Counting, Simulator, Variant
from tests.simulator.counting import count
from tests.simulator.wire import append, client, go, named, packets, silence, update

PATH = "/prefix/api-ws/v1/realtime?model=qwen3-asr-flash-realtime"
TEXT = "conversation.item.input_audio_transcription.text"
COMPLETED = "conversation.item.input_audio_transcription.completed"
FAILED = "conversation.item.input_audio_transcription.failed"
VAD = {"turn_detection": {"type": "server_vad", "threshold": 0.0, "silence_duration_ms": 400}}
MANUAL = {"turn_detection": None}


@asynccontextmanager
async def session(sim, **settings):
    async with client(sim.url + PATH) as one:
        await one.until("session.created")
        await one.say(update(input_audio_format="pcm", **settings))
        await one.until("session.updated")
        yield one


async def recognize(sim, sound, **settings):
    async with session(sim, **settings) as one:
        for packet in sound:
            await one.say(append(packet))
        await one.say({"type": "session.finish"})
        await one.until("session.finished")
        return one


def transcripts(one):
    return [event["transcript"] for event in one.all(COMPLETED)]


def test_the_flow_with_the_server_ending_sentences():
    async def test():
        async with Simulator(Counting()) as sim:
            one = await recognize(sim, packets(count(2)), **VAD)
            assert transcripts(one) == ["second 0", "second 1"]
            assert [named(event).removeprefix("conversation.item.") for event in one.heard[2:9]] == [
                "input_audio_buffer.speech_started",
                "input_audio_transcription.text",
                "input_audio_buffer.speech_stopped",
                "input_audio_buffer.committed",
                "created",
                "input_audio_transcription.text",
                "input_audio_transcription.completed",
            ]
            assert not sim.violations

    go(test)


def test_items_carry_times_and_hang_together():
    async def test():
        async with Simulator() as sim:
            one = await recognize(sim, silence(6), **VAD)
            starts = one.all("input_audio_buffer.speech_started")
            stops = one.all("input_audio_buffer.speech_stopped")
            assert [event["audio_start_ms"] for event in starts] == [300, 1800, 4000]
            assert [event["audio_end_ms"] for event in stops] == [1400, 3600, 5200]
            committed = one.all("input_audio_buffer.committed")
            ids = [event["item_id"] for event in committed]
            assert [event["previous_item_id"] for event in committed] == ["", *ids[:-1]]

    go(test)


def test_partials_are_a_settled_beginning_and_a_soft_end():
    async def test():
        async with Simulator() as sim:
            one = await recognize(sim, silence(4), **VAD)
            second = one.all("input_audio_buffer.speech_started")[1]["item_id"]
            said = [event for event in one.all(TEXT) if event["item_id"] == second]
            assert all(event["stash"] for event in said)
            whole = "Nine banks, the Bird Rock, are here."
            assert all(whole.startswith(event["text"] + event["stash"]) for event in said)
            assert said[-1]["text"]

    go(test)


def test_corpus_changes_what_is_heard():
    async def test():
        async with Simulator() as sim:
            transcription = {"language": "en", "corpus": {"text": "names: Bulge Bracket"}}
            one = await recognize(sim, silence(4), input_audio_transcription=transcription, **VAD)
            assert transcripts(one)[1] == "Nine banks, the Bulge Bracket, are here."

    go(test)


def test_the_client_ends_sentences_in_manual_mode():
    async def test():
        async with Simulator(Counting()) as sim, session(sim, **MANUAL) as one:
            for start in (0, 2):
                for packet in packets(count(2, start)):
                    await one.say(append(packet))
                await one.say({"type": "input_audio_buffer.commit"})
                await one.until(COMPLETED)
            await one.say({"type": "session.finish"})
            await one.until("session.finished")
            assert transcripts(one) == ["second 0 second 1", "second 2 second 3"]
            assert not one.all("input_audio_buffer.speech_started")
            assert not sim.violations

    go(test)


def test_sound_that_is_never_committed_is_lost_and_counted():
    async def test():
        async with Simulator(Counting()) as sim:
            one = await recognize(sim, packets(count(2)), **MANUAL)
            assert transcripts(one) == []
            assert sim.violations == {"sound never committed": 1}

    go(test)


COMMIT = {"type": "input_audio_buffer.commit"}
WRONG = [
    (MANUAL, COMMIT, "commit of an empty buffer"),
    (VAD, COMMIT, "commit in VAD mode"),
    (VAD, update(**VAD), "second session.update"),
    (VAD, {"type": "input_audio_buffer.append", "audio": "***"}, "wrong base64"),
    (VAD, {"type": "input_audio_buffer.append"}, "wrong base64"),
    (VAD, b"\0\0", "binary where text belongs"),
    (VAD, "hello", "not JSON"),
    (VAD, {"type": "response.create"}, "unknown action"),
]


@pytest.mark.parametrize(("settings", "message", "violation"), WRONG, ids=[row[2] for row in WRONG])
def test_what_is_said_wrong_is_answered_and_the_session_goes_on(settings, message, violation):
    async def test():
        async with Simulator(Counting()) as sim, session(sim, **settings) as one:
            await one.say(message)
            assert (await one.until("error"))["error"]["type"] == "invalid_request_error"
            assert sim.violations == {violation: 1}
            await one.say({"type": "session.finish"})
            await one.until("session.finished")

    go(test)


SETTINGS = [
    ({"sample_rate": 44_100}, "session.sample_rate"),
    ({"input_audio_format": "mp3"}, "session.input_audio_format"),
    ({"turn_detection": {"type": "server_vad", "threshold": 2}}, "session.turn_detection.threshold"),
    (
        {"turn_detection": {"type": "server_vad", "silence_duration_ms": 100}},
        "session.turn_detection.silence_duration_ms",
    ),
    ({"turn_detection": {"type": "semantic_vad"}}, "session.turn_detection"),
    ({"input_audio_transcription": {"language": "tlh"}}, "session.input_audio_transcription.language"),
    (
        {"input_audio_transcription": {"corpus": {"text": "words " * 12_000}}},
        "session.input_audio_transcription.corpus.text",
    ),
]


@pytest.mark.parametrize(("settings", "param"), SETTINGS, ids=[row[1] for row in SETTINGS])
def test_settings_out_of_range_are_refused_by_name(settings, param):
    async def test():
        async with Simulator() as sim, client(sim.url + PATH) as one:
            await one.say(update(**settings))
            assert (await one.until("error"))["error"]["param"] == param
            await one.say(update(**VAD))
            await one.until("session.updated")

    go(test)


def test_what_the_official_client_sends_beside_is_tolerated():
    async def test():
        async with Simulator() as sim:
            await recognize(
                sim,
                silence(0.1),
                modalities=["text"],
                voice=None,
                output_audio_format="pcm16",
                turn_detection={**VAD["turn_detection"], "prefix_padding_ms": 300},
                input_audio_transcription={"model": None},
            )
            assert not sim.violations

    go(test)


def test_telephone_sound():
    async def test():
        async with Simulator(Counting()) as sim:
            one = await recognize(sim, packets(count(2, rate=8_000), 8_000), sample_rate=8_000, **VAD)
            assert transcripts(one) == ["second 0", "second 1"]

    go(test)


def test_an_unknown_model_is_turned_away():
    async def test():
        async with Simulator() as sim, client(sim.url + "/api-ws/v1/realtime?model=qwen-plus") as one:
            assert await one.closing() == (1007, "Model not found")
            assert sim.violations == {"unknown model": 1}

    go(test)


def test_finishing_before_any_speech():
    async def test():
        async with Simulator() as sim:
            one = await recognize(sim, [], **VAD)
            assert [named(event) for event in one.heard] == [
                "session.created",
                "session.updated",
                "session.finished",
            ]

    go(test)


async def varied(variant, settings=VAD):
    async with Simulator(variants=frozenset({variant})) as sim:
        return await recognize(sim, silence(6), **settings)


def test_partials_may_come_behind_the_item():
    async def test():
        one = await varied(Variant.TEXT_AFTER_CREATED)
        names = [named(event) for event in one.heard]
        assert names.index("conversation.item.created") < names.index(TEXT)

    go(test)


def test_an_item_may_be_completed_after_the_next_began():
    async def test():
        one = await varied(Variant.INTERLEAVED)
        names = [named(event) for event in one.heard]
        second = [index for index, name in enumerate(names) if name.endswith("speech_started")][1]
        assert second < names.index(COMPLETED)
        assert len(transcripts(one)) == 3

    go(test)


def test_transcripts_may_be_empty_and_items_may_fail():
    async def test():
        assert transcripts(await varied(Variant.EMPTY_TRANSCRIPTS))[1::2] == ["", "", ""]
        one = await varied(Variant.FAILED_ITEM)
        assert len(transcripts(one)) == 2
        assert one.all(FAILED)[0]["error"]["code"] == "InternalError.Algo"

    go(test)


def test_the_echo_may_leave_out_a_null():
    async def test():
        one = await varied(Variant.NO_TURN_DETECTION, MANUAL)
        assert "turn_detection" not in one.all("session.updated")[0]["session"]

    go(test)


def test_errors_may_be_strings_and_results_late():
    async def test():
        variants = frozenset({Variant.ERROR_STRING, Variant.RESULTS_AFTER_FINISH, Variant.EXTRA_KEYS})
        async with Simulator(variants=variants) as sim, session(sim, **VAD) as one:
            await one.say(COMMIT)
            assert isinstance((await one.until("error"))["error"], str)
            for packet in silence(2):
                await one.say(append(packet))
            await one.say({"type": "session.finish"})
            assert "x_trace" in await one.until("session.finished")
            assert named(await one.hear()) == COMPLETED

    go(test)
