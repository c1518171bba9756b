"""What goes wrong on demand, goes wrong as asked: there, then, and for whom."""

from __future__ import annotations

import asyncio
import json
import math
import time

import pytest
from websockets.exceptions import ConnectionClosedError, InvalidMessage, InvalidStatus

from tests.simulator import ERRORS, Counting, Fault, FaultKind, Process, Simulator, running
from tests.simulator.counting import count
from tests.simulator.wire import append, client, finish_task, go, named, packets, run_task, silence, update

INFERENCE = "/api-ws/v1/inference"
REALTIME = "/api-ws/v1/realtime?model=qwen3-asr-flash-realtime"


@pytest.mark.parametrize(
    ("spelled", "fault"),
    [
        ("drop", Fault(FaultKind.DROP)),
        ("drop@2.5#1", Fault(FaultKind.DROP, after=2.5, first=1, last=1)),
        ("http=401#2-", Fault(FaultKind.HTTP, "401", first=2)),
        ("error=Throttling.RateQuota@1#2-3", Fault(FaultKind.ERROR, "Throttling.RateQuota", 1.0, 2, 3)),
        ("close=1007:Model not found", Fault(FaultKind.CLOSE, "1007:Model not found")),
        ("half-open@3", Fault(FaultKind.HALF_OPEN, after=3.0)),
        ("drop@finish#2", Fault(FaultKind.DROP, "", math.inf, 2, 2)),
    ],
)
def test_faults_are_spelled_in_a_word(spelled, fault):
    assert Fault.parse(spelled) == fault


@pytest.mark.parametrize("spelled", ["", "fall", "drop@", "drop#", "error=Nothing", "error", "drop@x"])
def test_what_is_no_fault_is_refused(spelled):
    with pytest.raises(ValueError, match=r"fault|code|FaultKind"):
        Fault.parse(spelled)


async def talk(sim, path=INFERENCE, seconds=3):
    """Talk until the end or the fault; returns the client."""
    async with client(sim.url + path) as one:
        realtime = "realtime" in path
        task = update(turn_detection={"type": "server_vad"}) if realtime else run_task()
        await one.say(task)
        await one.until("session.updated" if realtime else "task-started")
        for packet in packets(count(seconds)):
            await one.say(append(packet) if realtime else packet)
            await asyncio.sleep(0)
        await one.say({"type": "session.finish"} if realtime else finish_task(task))
        await one.until("session.finished" if realtime else "task-finished")
        return one


@pytest.mark.parametrize("path", [INFERENCE, REALTIME])
def test_a_drop_comes_at_its_moment_and_to_its_connection(path):
    async def test():
        async with Simulator(Counting(), faults=["drop@1.5#1"]) as sim:
            with pytest.raises(ConnectionClosedError):
                await talk(sim, path)
            assert sim.sessions[0].audio == pytest.approx(1.5)
            assert not sim.sessions[0].finished
            await talk(sim, path)
            assert sim.said[-3:] == ["second 0", "second 1", "second 2"]

    go(test)


@pytest.mark.parametrize("status", [401, 403, 404, 429, 500, 503])
def test_an_upgrade_is_refused(status):
    async def test():
        async with Simulator(faults=[f"http={status}#1"]) as sim:
            with pytest.raises(InvalidStatus) as raised:
                await talk(sim)
            assert raised.value.response.status_code == status
            assert set(json.loads(raised.value.response.body)) == {"code", "message", "request_id"}
            await talk(sim)

    go(test)


def test_a_connection_is_reset_or_never_answered():
    async def test():
        async with Simulator(faults=["refuse#1", "hang#2"]) as sim:
            with pytest.raises((ConnectionResetError, InvalidMessage, EOFError)):
                await talk(sim)
            with pytest.raises(TimeoutError):
                async with client(sim.url + INFERENCE, open_timeout=0.2):
                    pass
            await talk(sim)

    go(test)


@pytest.mark.parametrize("code", ERRORS)
def test_each_error_code_with_its_message(code):
    async def test():
        async with Simulator(faults=[f"error={code}@0.5"]) as sim:
            async with client(sim.url + INFERENCE) as one:
                await one.say(run_task())
                for packet in silence(0.5):
                    await one.say(packet)
                header = (await one.until("task-failed"))["header"]
                assert (header["error_code"], header["error_message"]) == (code, ERRORS[code])
                await one.closing()
            async with client(sim.url + REALTIME) as one:
                await one.say(update(turn_detection=None))
                for packet in silence(0.5):
                    await one.say(append(packet))
                error = (await one.until("error"))["error"]
                assert (error["code"], error["message"]) == (code, ERRORS[code])
                if error["type"] == "server_error":
                    assert (await one.closing())[0] == 1011

    go(test)


def test_an_error_may_come_instead_of_the_start():
    async def test():
        async with Simulator(faults=["error=Arrearage"]) as sim, client(sim.url + INFERENCE) as one:
            await one.say(run_task("t"))
            failed = await one.hear()
            assert (named(failed), failed["header"]["task_id"]) == ("task-failed", "t")

    go(test)


def test_throttling_and_closing():
    async def test():
        async with Simulator(faults=["throttle#1", "close=1008:no@1#2", "close#3"]) as sim:
            async with client(sim.url + INFERENCE) as one:
                await one.say(run_task())
                assert (await one.hear())["header"]["error_code"] == "Throttling.RateQuota"
            async with client(sim.url + REALTIME) as one:
                await one.say(update(turn_detection=None))
                for packet in silence(1):
                    await one.say(append(packet))
                assert await one.closing() == (1008, "no")
            async with client(sim.url + REALTIME) as one:
                assert (await one.closing())[0] == 1000
                assert one.heard == []

    go(test)


@pytest.mark.parametrize("fault", ["stall", "half-open"])
def test_nothing_is_said(fault):
    async def test():
        async with Simulator(faults=[f"{fault}@1"]) as sim, client(sim.url + INFERENCE) as one:
            await one.say(run_task())
            await one.until("task-started")
            for packet in packets(count(3)):
                await one.say(packet)
            await one.until("result-generated")
            later = await one.rest(0.1)
            pong = await one.socket.ping()
            later += await one.rest(0.1)
            assert "second 1" not in json.dumps(later)
            assert pong.done() == (fault == "stall")
            if fault == "half-open":
                one.socket.transport.abort()

    go(test)


def test_results_come_late_but_in_order():
    async def test():
        async with Simulator(Counting(), faults=["slow=0.3"]) as sim:
            began = time.monotonic()
            one = await talk(sim)
            assert time.monotonic() - began >= 0.6
            assert named(one.heard[-1]) == "task-finished"

    go(test)


def test_a_frame_is_torn():
    async def test():
        async with Simulator(faults=["torn-frame@1"]) as sim:
            with pytest.raises(ConnectionClosedError):
                await talk(sim)

    go(test)


@pytest.mark.parametrize(
    ("fault", "found"),
    [
        ("not-json@1", lambda text: text.startswith('{"type": "session.upd')),
        ("huge=2000000@1", lambda text: len(text) > 2_000_000),
        ("unknown@1", lambda text: "mystery" in text),
    ],
)
def test_messages_that_make_no_sense(fault, found):
    async def test():
        async with Simulator(faults=[fault]) as sim, client(sim.url + INFERENCE) as one:
            task = run_task()
            await one.say(task)
            for packet in silence(1.2):
                await one.say(packet)
            await one.say(finish_task(task))
            texts = []
            while not texts or "task-finished" not in texts[-1]:
                texts.append(await asyncio.wait_for(one.socket.recv(), 5))
            assert any(map(found, texts))

    go(test)


def test_nulls_everywhere():
    async def test():
        async with Simulator(Counting(), faults=["nulls@1"]) as sim:
            one = await talk(sim, REALTIME)
            last = one.heard[-1]
            assert last == {"event_id": None, "type": "session.finished"}
            one = await talk(sim)
            assert one.heard[-1]["payload"] is None

    go(test)


def test_faults_may_come_and_go_while_it_runs():
    async def test():
        async with Simulator(Counting()) as sim:
            await talk(sim)
            sim.inject("drop@1")
            with pytest.raises(ConnectionClosedError):
                await talk(sim)
            sim.heal()
            async with client(sim.url + INFERENCE) as one:
                await one.say(run_task())
                await one.until("task-started")
                sim.drop()
                await one.closing()
                assert one.socket.close_code == 1006

    go(test)


def test_a_simulator_for_callers_without_a_loop():
    with running(Counting()) as sim:
        asyncio.run(talk(sim))
        assert sim.said == ["second 0", "second 1", "second 2"]
        assert [frame.content for frame in sim.log if frame.kind == "handshake"] == [INFERENCE]


def test_a_simulator_in_a_process_of_its_own():
    with Process("--recognize", "counting", "--fault", "drop@1#1", "--key", "sk-test") as sim:
        with pytest.raises(ConnectionClosedError):
            asyncio.run(talk(sim))
        asyncio.run(talk(sim))
        sim.inject("http=429#3")
        with pytest.raises(InvalidStatus):
            asyncio.run(talk(sim))
        state = sim.state()
        assert state["counts"]["connections"] == 3
        assert state["violations"] == {}
        assert state["sessions"][1]["transcripts"] == ["second 0", "second 1", "second 2"]
