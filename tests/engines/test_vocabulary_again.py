"""A hotword list in a session whose connection is renewed."""

from __future__ import annotations

import asyncio
import time

import pytest

from app.domain.audio import AudioFrame
from app.domain.events import Advice, Connected, Event
from app.domain.request import Hotword, RecognitionRequest
from app.domain.secret import Secret
from app.engines import vocabulary
from app.engines.catalogue import Catalogue
from app.recognizer.acknowledging import Acknowledging
from app.recognizer.spool import Spool
from tests.engines.sound import texts
from tests.simulator import Counting, Simulator
from tests.simulator.counting import count

SECONDS = 4
WORD = "Bulge Bracket"
LINE_BREAKS = "drop@1.5#1"


class Session:
    """Captions of so many seconds of sound, with one hotword.

    Attributes:
        lists: the list that each connection named; empty for none.
        hinted: whether it knew the hotword.
        asked: what the customization API was asked, and answered.
        questions: how often it was asked.
        advice: what the user was told.
        violations: what the service had to complain of.
    """

    def __init__(self, *faults: str, deleted: bool = False) -> None:
        self._deleted = deleted
        self._events: list[Event] = []
        self._spool = Spool()
        self._spool.put(AudioFrame(0, count(SECONDS)))
        self._spool.finish()
        self._frames = Acknowledging(self._spool)
        asyncio.run(self._hold(faults))
        self.advice = [event.sentence for event in self._events if isinstance(event, Advice)]
        assert " ".join(texts(self._events)) == " ".join(f"second {second}" for second in range(SECONDS))

    async def _hold(self, faults: tuple[str, ...]) -> None:
        async with Simulator(Counting(), faults=faults) as sim, asyncio.timeout(20):
            request = RecognitionRequest(endpoint=sim.url, give_up=None, hotwords=(Hotword(WORD),))
            engine = Catalogue(lambda _: Secret("sk-1")).engine("fun-asr", request)
            await engine.run(self._frames, lambda event: self._take(event, sim))
            self.lists = [one.settings["parameters"].get("vocabulary_id", "") for one in sim.sessions]
            self.hinted = [WORD in one.hints for one in sim.sessions]
            self.asked = [
                frame.content["input"]["action"].split("_")[0] for frame in sim.log if frame.kind == "http"
            ]
            self.questions = sim.counts["post"]
            self.violations = sim.violations

    def _take(self, event: Event, sim: Simulator) -> None:
        self._frames.take(event)
        self._events.append(event)
        if isinstance(event, Connected) and self._deleted:
            sim.vocabularies.lists.clear()


def test_one_look_tells_that_a_list_is_still_there() -> None:
    session = Session(LINE_BREAKS)
    assert session.asked == ["list", "create", "query", "query"]
    assert session.lists[0] == session.lists[1] != ""


def test_a_list_that_was_deleted_elsewhere_is_made_anew() -> None:
    session = Session(LINE_BREAKS, "drop@1.5#2", deleted=True)
    assert session.hinted == [True, True, True]
    assert len({*session.lists, ""}) == 4
    assert session.asked == ["list", "create", "query", *["query", "list", "create", "query"] * 2]
    assert (session.advice, session.violations) == ([], {})


def test_a_list_that_could_not_be_had_at_first_is_had_by_the_next_connection() -> None:
    session = Session("post=500#1", LINE_BREAKS)
    assert session.lists[0] == "" != session.lists[1]
    assert session.hinted == [True, True]
    assert len(session.advice) == 1
    assert session.violations == {}


def test_that_no_list_can_be_had_is_told_once_and_the_words_go_another_way() -> None:
    session = Session(LINE_BREAKS, "drop@1.5#2", "post=500#5-", deleted=True)
    assert [bool(name) for name in session.lists] == [True, False, False]
    assert session.hinted == [True, True, True]
    (told,) = session.advice
    assert told.startswith("The service has no list of the hotwords, so they go into the context.")
    assert session.violations == {}


@pytest.mark.parametrize("trouble", ["hang", "500", "429", "401"])
def test_a_list_of_which_nobody_says_that_it_is_gone_is_relied_on(
    trouble: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vocabulary, "GLANCE_SECONDS", 0.2)
    began = time.monotonic()
    session = Session(LINE_BREAKS, f"post={trouble}#4-")
    assert time.monotonic() - began < vocabulary.PATIENCE_AGAIN_SECONDS
    assert session.questions == 4
    assert session.lists[0] == session.lists[1] != ""
    assert session.advice == []


def test_sound_does_not_wait_long_for_a_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vocabulary, "PATIENCE_AGAIN_SECONDS", 0.2)
    began = time.monotonic()
    session = Session(LINE_BREAKS, "post=500#1", "post=hang#2-")
    assert time.monotonic() - began < vocabulary.PATIENCE_SECONDS / 2
    assert session.hinted == [True, True]
    assert len(session.advice) == 1
