"""Sessions that grow too old give way to fresh ones."""

from __future__ import annotations

import asyncio
import re

import numpy as np
import pytest

from app.dialects.base import Dialect, Service
from app.domain.audio import SPEECH_RATE, AudioFrame
from app.domain.events import Disconnected, Event
from app.domain.request import Cut, RecognitionRequest
from app.domain.secret import Secret
from app.engines import conversation, renewal
from app.engines.base import Emit
from app.engines.remote import Line, RemoteEngine
from app.engines.renewal import HEARD_AGAIN, Parting, Renewal
from app.engines.services import SERVICES
from app.engines.starts import Starts
from app.recognizer.acknowledging import Acknowledging
from app.recognizer.spool import Spool
from tests.engines.sound import texts
from tests.simulator import Counting, Simulator
from tests.simulator.counting import count

HOUR = 3600.0


class Early(Renewal):
    """Breaks a session off once it has heard so many packets and said a word: in the middle of a second."""

    packets = 35

    def __init__(self, longest: float | None) -> None:
        super().__init__(longest)
        self._heard = 0

    def is_near(self, age: float) -> bool:
        return True

    def due(self, age: float, *, pause: float, busy: bool, since: float, words: bool) -> Parting | None:
        self._heard += 1
        late = self._heard >= self.packets
        return super().due(HOUR if late and words else 0.0, pause=0.0, busy=busy, since=since, words=words)


class Torn(Early):
    """Has no second session hear anything again."""

    def due(self, age: float, *, pause: float, busy: bool, since: float, words: bool) -> Parting | None:
        due = super().due(age, pause=pause, busy=busy, since=since, words=words)
        return Parting.FINISHED if due is Parting.BROKEN_OFF else due


async def caption(
    name: str, samples: np.ndarray, pace: float, *, sentence: float | None = None
) -> tuple[list[Event], list[bool]]:
    """What was said, and of each session whether it was asked for its last words.

    Args:
        sentence: seconds after which the user ends one, in manual mode.
    """
    row = next(row for row in SERVICES if row.id == name)
    spool, events = Spool(), list[Event]()
    step = len(samples) if sentence is None else round(sentence * SPEECH_RATE)
    for begin in range(0, len(samples), step):
        spool.put(AudioFrame(begin, samples[begin : begin + step]))
        if sentence is not None:
            spool.cut()
    spool.finish()
    frames = Acknowledging(spool)

    def emit(event: Event) -> None:
        frames.take(event)
        events.append(event)

    async def no_words(key: Secret | None, emit: Emit) -> str:
        return ""

    async with Simulator(Counting(), starts_per_second=1000) as sim, asyncio.timeout(60):
        request = RecognitionRequest(cut=Cut.VAD if sentence is None else Cut.MANUAL)

        def new_dialect(key: Secret | None, vocabulary: str) -> Dialect:
            return row.dialect(request, Service(sim.url, row.model, key))

        line = Line(pace=pace, replay=pace, longest=HOUR, asked_only=sentence is not None)
        await RemoteEngine(new_dialect, lambda: Secret("sk-1"), no_words, line, Starts(1000.0)).run(
            frames, emit
        )
        assert sim.violations == {}
        assert not any(isinstance(event, Disconnected) for event in events)
        return events, [session.finished for session in sim.sessions]


def numbers(events: list[Event]) -> list[int]:
    return [int(number) for text in texts(events) for number in re.findall(r"\d+", text)]


@pytest.mark.parametrize("name", ["fun-asr", "qwen-asr"])
def test_an_old_session_ends_in_a_pause_and_nothing_is_lost(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(renewal, "SHARE", 0.0)
    pause = np.zeros(2 * SPEECH_RATE, np.float32)
    samples = np.concatenate([count(3), pause, count(3, start=3), pause, count(3, start=6)])
    # Slow enough for the words to be final within the pause on a busy machine, too.
    events, finished = asyncio.run(caption(name, samples, pace=10.0))
    assert numbers(events) == list(range(9))
    assert len(finished) >= 3
    assert all(finished)


@pytest.mark.parametrize("name", ["fun-asr", "qwen-asr", "qwen-omni"])
def test_a_session_that_finds_no_pause_tears_no_word(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversation, "Renewal", Early)
    events, finished = asyncio.run(caption(name, count(12), pace=10.0))
    assert numbers(events) == list(range(12))
    assert len(finished) >= 3
    assert finished == [False] * (len(finished) - 1) + [True]


def test_a_session_that_asks_for_its_last_words_in_mid_word_tears_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversation, "Renewal", Torn)
    events, finished = asyncio.run(caption("fun-asr", count(12), pace=10.0))
    assert all(finished)
    assert len(numbers(events)) < 12


def test_a_sentence_that_the_user_has_not_ended_is_heard_whole_by_the_next_session(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(conversation, "Renewal", Early)
    monkeypatch.setattr(Early, "packets", 45)
    events, finished = asyncio.run(caption("qwen-asr", count(18), pace=10.0, sentence=3.0))
    assert numbers(events) == list(range(18))
    assert len(finished) >= 3
    assert not all(finished)


YOUNG = {"pause": 0.0, "busy": True, "since": 5.0, "words": True}


@pytest.mark.parametrize(
    ("age", "differs", "parting"),
    [
        (89.9, {"pause": 5.0, "busy": False}, None),
        (90.0, {"pause": 5.0, "busy": False}, Parting.FINISHED),
        (90.0, {"pause": 5.0}, None),
        (90.0, {"busy": False}, None),
        (99.9, {}, None),
        (100.0, {}, Parting.BROKEN_OFF),
        (100.0, {"pause": 5.0, "busy": False}, Parting.FINISHED),
        # Not even one word in all its life: the next one would have to begin where this one did.
        (100.0, {"words": False}, Parting.FINISHED),
        (100.0, {"since": HEARD_AGAIN + 1.0}, Parting.FINISHED),
    ],
)
def test_a_session_waits_for_a_pause_as_long_as_it_can(
    age: float, differs: dict[str, bool | float], parting: Parting | None
) -> None:
    assert Renewal(100.0).due(age, **(YOUNG | differs)) is parting  # type: ignore[arg-type]


def test_a_session_without_a_limit_goes_on() -> None:
    assert Renewal(None).due(1e9, pause=9.0, busy=False, since=0.0, words=True) is None
