"""Who is let in, and what those hear who are not."""

from __future__ import annotations

import asyncio
import json
import urllib.error
import urllib.request

import pytest
from websockets.exceptions import InvalidStatus

from tests.simulator import Simulator, running
from tests.simulator.wire import client, go, run_task

INFERENCE = "/api-ws/v1/inference"
REALTIME = "/api-ws/v1/realtime?model=qwen3-asr-flash-realtime"
CUSTOMIZATION = "/api/v1/services/audio/asr/customization"


async def turned_away(sim, path=INFERENCE, **headers):
    with pytest.raises(InvalidStatus) as raised:
        async with client(sim.url + path, headers={key.replace("_", "-"): headers[key] for key in headers}):
            pass
    response = raised.value.response
    return response.status_code, json.loads(response.body)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "sk-test"},
        {"Authorization": "Bearer "},
        {"Authorization": "Bearer sk-te st"},
        {"Authorization": "Bearer hello"},
        {"Authorization": "Basic sk-test"},
    ],
)
@pytest.mark.parametrize("path", [INFERENCE, REALTIME])
def test_no_key_no_session(path, headers):
    async def test():
        async with Simulator() as sim:
            status, body = await turned_away(sim, path, **headers)
            assert (status, body["code"]) == (401, "InvalidApiKey")
            assert body["message"] == "Invalid API-key provided."
            assert body["request_id"]
            assert sim.violations == {"unauthorized": 1}

    go(test)


def test_keys_may_be_named():
    async def test():
        async with Simulator(keys=frozenset({"sk-good"}), denied_keys=frozenset({"sk-far"})) as sim:
            assert (await turned_away(sim, Authorization="Bearer sk-test"))[0] == 401
            status, body = await turned_away(sim, Authorization="Bearer sk-far")
            assert (status, body["code"]) == (403, "AccessDenied")
            status, _ = await turned_away(sim, "/v1/realtime", Authorization="Bearer sk-test")
            assert status == 401
            async with client(sim.url + INFERENCE, {"Authorization": "bearer sk-good"}) as one:
                await one.say(run_task())
                await one.until("task-started")

    go(test)


def test_a_workspace_of_somebody_else():
    async def test():
        async with Simulator(workspaces=frozenset({"ws-1"})) as sim:
            key = {"Authorization": "Bearer sk-test"}
            status, body = await turned_away(sim, **key, X_DashScope_WorkSpace="ws-2")
            assert (status, body["code"]) == (403, "Workspace.AccessDenied")
            async with client(sim.url + INFERENCE, {**key, "X-DashScope-WorkSpace": "ws-1"}):
                pass

    go(test)


def test_a_path_that_is_not_there():
    async def test():
        async with Simulator() as sim:
            assert (await turned_away(sim, "/api-ws/v2/inference", Authorization="Bearer sk-test"))[0] == 404
            async with client(sim.url + INFERENCE + "/"):
                pass

    go(test)


def test_starts_are_counted_by_the_second():
    async def test():
        async with Simulator(starts_per_second=3) as sim:
            for _ in range(3):
                async with client(sim.url + INFERENCE):
                    pass
            status, body = await turned_away(sim, Authorization="Bearer sk-test")
            assert (status, body["code"]) == (429, "Throttling.RateQuota")
            await asyncio.sleep(1.0)
            async with client(sim.url + INFERENCE):
                pass

    go(test)


def post(sim, path, body, key="sk-test"):
    request = urllib.request.Request(
        sim.url.replace("ws://", "http://") + path,
        data=body if isinstance(body, bytes) else json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=0.5) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def create(prefix="cap1"):
    given = {"action": "create_vocabulary", "target_model": "fun-asr-realtime", "prefix": prefix}
    words = [{"text": "Bulge Bracket", "weight": 4}]
    return {"model": "speech-biasing", "input": {**given, "vocabulary": words}}


def test_hotword_lists_over_http():
    with running(faults=["post=500#3", "post=hang#4"]) as sim:
        status, body = post(sim, "/prefix" + CUSTOMIZATION, create())
        assert status == 200
        assert (set(body), body["usage"]) == ({"output", "usage", "request_id"}, {"count": 1})
        assert list(sim.vocabularies.lists) == [body["output"]["vocabulary_id"]]
        status, body = post(sim, CUSTOMIZATION, create("NO"))
        assert (status, set(body)) == (400, {"code", "message", "request_id"})
        assert post(sim, CUSTOMIZATION, create())[0] == 500
        with pytest.raises(TimeoutError):
            post(sim, CUSTOMIZATION, create())
        assert post(sim, CUSTOMIZATION, create(), key="nobody")[0] == 401
        assert post(sim, CUSTOMIZATION, b"{")[0] == 400
        assert post(sim, "/api/v1/services/other", {})[0] == 404


def test_a_long_list_comes_in_many_pieces():
    with running() as sim:
        body = create()
        body["input"]["vocabulary"] = [{"text": f"语音{n} " + "x" * 8, "weight": 4} for n in range(500)]
        assert post(sim, CUSTOMIZATION, json.dumps(body, indent=8).encode())[0] == 200


def test_hotwords_reach_the_task():
    async def test():
        async with Simulator() as sim:
            body = create()
            name = sim.vocabularies.answer(body)["vocabulary_id"]
            for model in ("fun-asr-realtime", "paraformer-realtime-v2"):
                async with client(sim.url + INFERENCE) as one:
                    await one.say(run_task(model=model, vocabulary_id=name))
                    await one.until("task-started")
            assert [session.hints.strip() for session in sim.sessions] == ["Bulge Bracket", ""]
            assert sim.violations == {"vocabulary without effect": 1}

    go(test)
