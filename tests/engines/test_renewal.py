"""Sessions that grow too old give way to fresh ones."""

from __future__ import annotations

import asyncio
import re
from math import inf

import numpy as np
import pytest

from app.dialects.base import Dialect, Service
from app.domain.audio import SPEECH_RATE, AudioFrame
from app.domain.events import Disconnected, Event
from app.domain.request import RecognitionRequest
from app.domain.secret import Secret
from app.engines import conversation
from app.engines.base import Emit
from app.engines.remote import Line, RemoteEngine
from app.engines.services import SERVICES
from app.engines.starts import Starts
from app.recognizer.acknowledging import Acknowledging
from app.recognizer.spool import Spool
from tests.engines.sound import texts
from tests.simulator import Counting, Simulator
from tests.simulator.counting import count


async def caption(name: str, samples: np.ndarray, longest: float, pace: float) -> tuple[list[Event], int]:
    """What was said, and in how many sessions."""
    row = next(row for row in SERVICES if row.id == name)
    spool, events = Spool(), list[Event]()
    spool.put(AudioFrame(0, samples))
    spool.finish()
    frames = Acknowledging(spool)

    def emit(event: Event) -> None:
        frames.take(event)
        events.append(event)

    async def no_words(key: Secret | None, emit: Emit) -> str:
        return ""

    async with Simulator(Counting(), starts_per_second=1000) as sim, asyncio.timeout(60):

        def new_dialect(key: Secret | None, vocabulary: str) -> Dialect:
            return row.dialect(RecognitionRequest(), Service(sim.url, row.model, key))

        line = Line(pace=pace, replay=pace, longest=longest)
        await RemoteEngine(new_dialect, lambda: Secret("sk-1"), no_words, line, Starts(1000.0)).run(
            frames, emit
        )
        assert sim.violations == {}
        assert all(session.finished for session in sim.sessions)
        assert not any(isinstance(event, Disconnected) for event in events)
        return events, len(sim.sessions)


def numbers(events: list[Event]) -> list[int]:
    return [int(number) for text in texts(events) for number in re.findall(r"\d+", text)]


@pytest.mark.parametrize("name", ["fun-asr", "qwen-asr"])
def test_an_old_session_ends_in_a_pause_and_nothing_is_lost(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversation, "RENEWAL_SHARE", 0.0)
    pause = np.zeros(2 * SPEECH_RATE, np.float32)
    samples = np.concatenate([count(3), pause, count(3, start=3), pause, count(3, start=6)])
    events, sessions = asyncio.run(caption(name, samples, longest=600.0, pace=200.0))
    assert numbers(events) == list(range(9))
    assert sessions >= 3


def test_a_session_that_finds_no_pause_ends_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversation, "RENEWAL_PAUSE", inf)
    events, sessions = asyncio.run(caption("fun-asr", count(16), longest=0.4, pace=10.0))
    found = numbers(events)
    assert sessions >= 2
    assert found == sorted(set(found))
    # A word that a session ends in the middle of is torn.
    assert len(found) >= 16 - sessions
