"""A key that is refused in mid-session, and mended while tries go on."""

from __future__ import annotations

import asyncio

import pytest

from app.dialects.base import Dialect, Service
from app.domain.audio import AudioFrame
from app.domain.errors import CredentialError
from app.domain.events import Disconnected, Event
from app.domain.request import RecognitionRequest
from app.domain.secret import Secret
from app.engines import backoff
from app.engines.base import Emit
from app.engines.remote import Line, RemoteEngine
from app.engines.services import SERVICES
from app.engines.starts import Starts
from app.recognizer.acknowledging import Acknowledging
from app.recognizer.spool import Spool
from tests.engines.sound import texts
from tests.simulator import Counting, Simulator
from tests.simulator.counting import count

EXPIRED = "error=InvalidApiKey@1.5#1"
SECONDS = 4
ALL = " ".join(f"second {second}" for second in range(SECONDS))
WRONG = "sk-wrong"


class Ring:
    """A keyring with one key after the other; None where there is none for a while."""

    def __init__(self, *keys: str | None) -> None:
        self._keys = list(keys)

    def find(self) -> Secret | None:
        key = self._keys.pop(0) if len(self._keys) > 1 else self._keys[0]
        if key is None:
            raise CredentialError("There is no key.")
        return Secret(key)


async def caption(ring: Ring, *faults: str) -> tuple[list[Event], list[str], list[str]]:
    """What was said, the keys that were shown, and the keys to whose account hotwords went."""
    row = next(row for row in SERVICES if row.id == "fun-asr")
    spool, events, shown, accounts = Spool(), list[Event](), list[str](), list[str]()
    spool.put(AudioFrame(0, count(SECONDS)))
    spool.finish()
    frames = Acknowledging(spool)

    def emit(event: Event) -> None:
        frames.take(event)
        events.append(event)

    async def hand_over(key: Secret | None, emit: Emit) -> str:
        assert key is not None
        accounts.append(key.reveal())
        if key.reveal() == WRONG:
            raise CredentialError("The service does not accept the key.")
        return ""

    async with Simulator(Counting(), faults=faults, starts_per_second=1000) as sim, asyncio.timeout(20):

        def new_dialect(key: Secret | None, vocabulary: str) -> Dialect:
            assert key is not None
            shown.append(key.reveal())
            return row.dialect(RecognitionRequest(), Service(sim.url, row.model, key))

        line = Line(pace=8.0, replay=8.0, give_up=None)
        await RemoteEngine(new_dialect, ring.find, hand_over, line, Starts(1000.0)).run(frames, emit)
    return events, shown, accounts


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backoff, "FIRST", 0.02)
    monkeypatch.setattr(backoff, "SHUT_OUT", 0.05)


def test_the_key_that_the_user_puts_in_meanwhile_is_taken_and_no_word_is_lost() -> None:
    events, shown, accounts = asyncio.run(
        caption(Ring("sk-old", "sk-old", None, "sk-new"), EXPIRED, "http=401#2-3")
    )
    assert shown == ["sk-old", "sk-old", "sk-old", "sk-new"]
    assert accounts == shown
    assert " ".join(texts(events)) == ALL


def test_a_second_wrong_key_may_be_mended_as_well_where_hotwords_go_to_its_account() -> None:
    events, shown, _ = asyncio.run(caption(Ring("sk-old", WRONG, WRONG, "sk-new"), EXPIRED, "http=401#2-3"))
    assert shown == ["sk-old", WRONG, WRONG, "sk-new"]
    assert " ".join(texts(events)) == ALL


def test_what_to_do_about_it_is_told_and_that_is_nothing_where_the_line_just_broke() -> None:
    events, _, _ = asyncio.run(caption(Ring("sk-old"), EXPIRED, "drop@1#2"))
    refused, broken = [event for event in events if isinstance(event, Disconnected)]
    assert "does not accept the key" in refused.reason
    assert "still valid" in refused.remedy
    assert broken.remedy == ""
