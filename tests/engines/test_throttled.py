"""A service that limits how much may be asked of it."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest

from app.domain.audio import AudioFrame
from app.domain.errors import BusyError
from app.domain.events import Disconnected, Event
from app.domain.request import RecognitionRequest
from app.domain.secret import Secret
from app.engines import backoff
from app.engines.catalogue import Catalogue
from app.recognizer.acknowledging import Acknowledging
from app.recognizer.spool import Spool
from tests.engines.sound import texts
from tests.simulator import Counting, Simulator
from tests.simulator.counting import count

SECONDS = 4
SHORTER = 25.0
"""How many times as short as in life every delay is."""


class Session:
    """Captions of so many seconds of sound.

    Attributes:
        refused: when the service did not want to go on, each time.
    """

    def __init__(self, give_up: float | None) -> None:
        self.events: list[Event] = []
        self.refused: list[float] = []
        self._give_up = give_up
        self._spool = Spool()
        self._spool.put(AudioFrame(0, count(SECONDS)))
        self._spool.finish()
        self._frames = Acknowledging(self._spool)

    async def held(self, *faults: str) -> None:
        async with Simulator(Counting(), faults=faults) as sim, asyncio.timeout(20):
            request = RecognitionRequest(endpoint=sim.url, give_up=self._give_up)
            engine = Catalogue(lambda _: Secret("sk-1")).engine("fun-asr", request)
            await engine.run(self._frames, self._take)

    def _take(self, event: Event) -> None:
        self._frames.take(event)
        self.events.append(event)
        if isinstance(event, Disconnected):
            self.refused.append(asyncio.get_running_loop().time())


@pytest.fixture(autouse=True)
def shorter(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FIRST", "LONGEST", "BUSY", "BUSIEST", "SHUT_OUT"):
        monkeypatch.setattr(backoff, name, getattr(backoff, name) / SHORTER)


def test_it_is_left_alone_for_longer_each_time_and_no_word_is_lost() -> None:
    session = Session(give_up=None)
    asyncio.run(session.held("throttle@1.5#1", "http=429#2-3"))
    assert " ".join(texts(session.events)) == " ".join(f"second {second}" for second in range(SECONDS))
    assert len(session.refused) == 3
    waited = [later - sooner for sooner, later in pairwise(session.refused)]
    assert all(found >= least * backoff.BUSY for found, least in zip(waited, (1, 2), strict=True))


def test_who_may_lose_patience_tries_again_before_it_is_told() -> None:
    session = Session(give_up=15.0 / SHORTER)
    with pytest.raises(BusyError, match="limit is reached"):
        asyncio.run(session.held("throttle@1.5#1", "http=429#2-"))
    assert session.refused
