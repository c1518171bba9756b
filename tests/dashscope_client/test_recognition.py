"""The official `Recognition` speaks with the simulator as with the service."""

from __future__ import annotations

import pytest

from tests.simulator import Counting, Variant, running

TIMEOUT = "request timeout after 23 seconds."


def finals(answer):
    return [one[1]["text"] for one in answer["seen"] if one[0] == "event" and one[2]]


def kinds(answer):
    """What was called back, in order, without repetitions."""
    names = [one[0] for one in answer["seen"]]
    return [name for index, name in enumerate(names) if index == 0 or names[index - 1] != name]


def test_a_task_from_beginning_to_end(official):
    with running(Counting()) as sim:
        answer = official.run(
            "recognition",
            sim.url + "/prefix",
            heartbeat=True,
            max_sentence_silence=800,
            language_hints=["en"],
        )
        assert kinds(answer) == ["open", "event", "complete", "close"]
        assert answer["raised"] == ""
        assert finals(answer) == ["second 0", "second 1", "second 2"]
        events = [one[1] for one in answer["seen"] if one[0] == "event"]
        assert [(one["begin_time"], one["end_time"]) for one in events[-1:]] == [(2000, 3000)]
        usages = [one[3] for one in answer["seen"] if one[0] == "event" and one[2]]
        assert [usage["duration"] for usage in usages] == sorted({usage["duration"] for usage in usages})
        assert sim.violations == {}
        assert sim.sessions[0].finished


def test_heartbeats_are_kept_from_the_application(official):
    with running(Counting()) as sim:
        answer = official.run("recognition", sim.url, seconds=1, silence=2.5, heartbeat=True)
        assert finals(answer) == ["second 0"]
        assert not any(one[1]["heartbeat"] for one in answer["seen"] if one[0] == "event")
        sent = [frame.content for frame in sim.log if frame.direction == "s>c" and frame.kind == "text"]
        beats = [one for one in sent if one["payload"].get("output", {}).get("sentence", {}).get("heartbeat")]
        assert len(beats) == 2


def test_hotwords_made_by_the_official_client_act(official):
    with running() as sim:
        word = {"text": "Bulge Bracket", "weight": 4}
        steps = [["create_vocabulary", "fun-asr-realtime", "cap1", [word]]]
        (name,) = official.run("vocabulary", sim.url, steps=steps)
        answer = official.run("recognition", sim.url, seconds=4, vocabulary_id=name)
        assert finals(answer)[1] == "Nine banks, the Bulge Bracket, are here."
        plain = official.run("recognition", sim.url, seconds=4)
        assert finals(plain)[1] == "Nine banks, the Bird Rock, are here."
        assert sim.violations == {}


def test_context_may_be_renewed_midway(official):
    with running(Counting()) as sim:
        answer = official.run("recognition", sim.url, seconds=1, context="Bulge Bracket")
        assert finals(answer) == ["second 0"]
        assert sim.sessions[0].hints.strip() == "Bulge Bracket"
        assert sim.violations == {}


def test_a_wrong_key(official):
    with running(keys=frozenset({"sk-good"})) as sim:
        answer = official.run("recognition", sim.url, seconds=1)
        assert kinds(answer) == ["open", "error", "close"]
        _, status, _, message = answer["seen"][1]
        assert status == 401
        assert message == "Unauthorized, your api-key is invalid!"


def test_a_workspace_is_shown(official):
    with running(Counting(), workspaces=frozenset({"ws-1"})) as sim:
        assert finals(official.run("recognition", sim.url, seconds=1, workspace="ws-1")) == ["second 0"]
        answer = official.run("recognition", sim.url, seconds=1, workspace="ws-2")
        assert answer["seen"][1][:2] == ["error", 403]


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("CLIENT_ERROR", TIMEOUT),
        ("Arrearage", "Access denied, please make sure your account is in good standing."),
    ],
)
def test_a_task_that_fails(official, code, message):
    with running(Counting(), faults=[f"error={code}@1.5"]) as sim:
        answer = official.run("recognition", sim.url)
        assert kinds(answer)[-2:] == ["error", "close"]
        assert answer["seen"][-2] == ["error", 44, code, message]
        assert finals(answer) == ["second 0"]
        assert "stopped" in answer["raised"]


@pytest.mark.parametrize("fault", ["drop@1.5", "close=1007:Model not found@1.5"])
def test_a_connection_that_ends_is_an_unknown_error(official, fault):
    with running(Counting(), faults=[fault]) as sim:
        answer = official.run("recognition", sim.url)
        error = next(one for one in answer["seen"] if one[0] == "error")
        assert error[2] == "Unknown"
        # A reset may take with it what the client has not read yet.
        assert finals(answer) == ["second 0"] or (fault.startswith("drop") and not finals(answer))


def test_an_unknown_model(official):
    with running() as sim:
        answer = official.run("recognition", sim.url, model="fun-asr", seconds=1)
        assert answer["seen"][-2][3] == "Model not found"
        assert sim.violations == {"unknown model": 1}


def test_finals_told_by_their_end_time_alone(official):
    variants = frozenset({Variant.END_TIME_ONLY, Variant.EXTRA_KEYS, Variant.WORDS_NULL})
    with running(Counting(), variants=variants) as sim:
        assert finals(official.run("recognition", sim.url)) == ["second 0", "second 1", "second 2"]


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("task-started", "expect task-started, real: task-begun"),
        ("result-generated", "Receive unknown message"),
        ("task-finished", "Receive unknown message"),
    ],
)
def test_a_simulator_that_is_broken_fails_the_official_client(official, name, complaint):
    with running(Counting(), rename={name: "task-begun"}) as sim:
        answer = official.run("recognition", sim.url, seconds=2)
        (error,) = [one for one in answer["seen"] if one[0] == "error"]
        assert complaint in error[3]
        assert ["complete"] not in answer["seen"]


def test_a_task_that_is_never_finished_hangs_the_official_client(official):
    with running(Counting(), variants=frozenset({Variant.NO_TASK_FINISHED})) as sim:
        assert official.run("recognition", sim.url, seconds=1, patience=0.5)["raised"] == "stop() hangs"


def test_two_tasks_on_one_socket(official):
    with running(Counting()) as sim:
        assert official.run("reuse", sim.url, tasks=2) == ["second 0", "second 1"] * 2
        assert (sim.counts["connections"], sim.counts["sessions"]) == (1, 2)
        assert sim.violations == {}
