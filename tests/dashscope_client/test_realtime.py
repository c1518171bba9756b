"""The official `OmniRealtimeConversation` speaks with the simulator as with the service."""

from __future__ import annotations

from tests.simulator import Counting, running

SIDE = "conversation.item.input_audio_transcription"
OMNI = "qwen3-omni-flash-realtime"


def of(answer, kind):
    return [event for event in answer["events"] if event["type"] == kind]


def transcripts(answer):
    return [event["transcript"] for event in of(answer, f"{SIDE}.completed")]


def test_the_server_ends_the_sentences(official):
    with running(Counting()) as sim:
        answer = official.run("realtime", sim.url + "/prefix", seconds=3)
        assert answer["raised"] == ""
        assert transcripts(answer) == ["second 0", "second 1", "second 2"]
        assert [event["audio_start_ms"] for event in of(answer, "input_audio_buffer.speech_started")] == [
            0,
            1000,
            2000,
        ]
        assert answer["events"][-1]["type"] == "session.finished"
        assert sim.violations == {}


def test_the_client_ends_the_sentences(official):
    with running(Counting()) as sim:
        answer = official.run("realtime", sim.url, mode="manual", items=2)
        assert answer["raised"] == ""
        assert transcripts(answer) == ["second 0 second 1"] * 2
        assert not of(answer, "input_audio_buffer.speech_started")
        assert sim.sessions[0].settings["turn_detection"] is None
        assert sim.violations == {}


def test_a_corpus_acts(official):
    with running() as sim:
        answer = official.run("realtime", sim.url, corpus="Bulge Bracket, Boutique", seconds=4)
        assert transcripts(answer)[1] == "Nine banks, the Bulge Bracket, are here."


def test_omni_answers_when_it_is_asked_to(official):
    with running(Counting()) as sim:
        answer = official.run("realtime", sim.url, model=OMNI, mode="manual", items=2)
        assert answer["raised"] == ""
        assert transcripts(answer) == ["second 0 second 1"] * 2
        assert [event["text"] for event in of(answer, "response.text.done")] == ["second 0 second 1"] * 2
        assert sim.violations == {}


def test_omni_answers_by_itself_when_the_server_ends_the_turns(official):
    with running(Counting()) as sim:
        answer = official.run("realtime", sim.url, model=OMNI)
        assert [event["text"] for event in of(answer, "response.text.done")] == ["second 0", "second 1"]
        assert sim.violations == {}


def test_a_drop_and_a_close(official):
    with running(Counting(), faults=["drop@1#1", "close=1007:Model not found@1#2"]) as sim:
        dropped, closed = (official.run("realtime", sim.url, seconds=3) for _ in range(2))
        assert dropped["closed"] == [None, None]
        assert dropped["raised"].startswith("ConnectionError")
        assert closed["closed"] == [1007, "Model not found"]


def test_an_error_leaves_the_session_up(official):
    with running(Counting(), faults=["error=InvalidParameter@1"]) as sim:
        answer = official.run("realtime", sim.url)
        assert of(answer, "error")[0]["error"]["code"] == "InvalidParameter"
        assert answer["events"][-1]["type"] == "session.finished"


def test_without_session_finished_the_official_client_gives_up(official):
    with running(Counting(), rename={"session.finished": "session.done"}) as sim:
        answer = official.run("realtime", sim.url, seconds=1, timeout=0.3)
        assert answer["raised"].startswith("TimeoutError: Session end timeout")


def test_without_completed_the_official_client_waits_in_vain(official):
    with running(Counting(), rename={f"{SIDE}.completed": f"{SIDE}.done"}) as sim:
        answer = official.run("realtime", sim.url, mode="manual", seconds=1, patience=0.3)
        assert answer["raised"] == f"AssertionError: no {SIDE}.completed came"
