"""What the connections so far have taught."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import pytest

from app.domain.errors import (
    AccessError,
    BusyError,
    CaptionError,
    CredentialError,
    RefusedError,
    ServiceError,
)
from app.domain.events import Connected, Event, Final, Gap, Partial, SpeechStarted
from app.engines.backoff import BUSY, FIRST, REFUSALS, SHUT_OUT
from app.engines.ledger import LastWordsError
from app.engines.persistence import MUTE_CONNECTIONS, MUTE_SECONDS, WORDLESS, Persistence
from app.engines.watchdog import StalledError
from tests.fakes.clock import at_once

LOST = ServiceError("The connection was lost.")
STALLED = StalledError("It says nothing.")
WORD = Final(1, 0.0, 1.0, "word")


@dataclass
class Talk:
    """As much of a conversation as is asked for."""

    began: float = 0.0
    sent: float = 1.0


def fail(persistence: Persistence, error: CaptionError, talk: Talk | None = None) -> bool:
    """Whether it goes on after that."""
    try:
        persistence.failed(error, talk or Talk())  # type: ignore[arg-type]
    except CaptionError:
        return False
    return True


def passing(*steps: tuple[float, CaptionError], give_up: float | None) -> list[bool]:
    """Whether it goes on after each of the failures, so many seconds after one another."""

    async def story() -> list[bool]:
        persistence = Persistence(give_up)
        persistence.told(Connected())
        found = []
        for seconds, error in steps:
            await asyncio.sleep(seconds)
            found.append(fail(persistence, error))
        return found

    return at_once(story())


def test_who_waits_for_ever_tries_for_ever() -> None:
    assert all(passing(*[(600.0, LOST)] * 100, give_up=None))


def test_who_does_not_wait_gets_no_second_try() -> None:
    assert passing((0.0, LOST), give_up=0.0) == [False]


def test_vain_trying_ends_in_time() -> None:
    assert passing((5.0, LOST), (20.0, LOST), (9.0, LOST), (1.0, LOST), give_up=30.0) == [
        True,
        True,
        True,
        False,
    ]


def test_who_may_lose_patience_is_told_at_once_what_no_waiting_mends() -> None:
    assert passing((0.0, CredentialError("Wrong key.")), give_up=30.0) == [False]
    assert passing((0.0, CredentialError("Wrong key.")), give_up=None) == [True]


def test_a_wrong_key_at_the_start_is_told_at_once() -> None:
    async def story() -> None:
        assert not fail(Persistence(None), CredentialError("Wrong key."))
        assert fail(Persistence(None), LOST)

    at_once(story())


@pytest.mark.parametrize("refusal", [RefusedError("No."), LastWordsError("No last words.")])
def test_what_is_refused_again_and_again_is_over_unless_there_was_a_word_between(
    refusal: CaptionError,
) -> None:
    async def story() -> None:
        persistence = Persistence(None)
        persistence.told(Connected())
        for _ in range(3):
            assert [fail(persistence, refusal) for _ in range(REFUSALS - 1)] == [True] * (REFUSALS - 1)
            persistence.told(WORD)
        assert [fail(persistence, refusal) for _ in range(REFUSALS)] == [True] * (REFUSALS - 1) + [False]

    at_once(story())


def test_who_is_not_even_let_in_is_not_over_since_the_network_may_be_another() -> None:
    async def story() -> None:
        persistence = Persistence(None)
        persistence.told(Connected())
        door = Talk(sent=0.0)
        assert all(fail(persistence, RefusedError("A portal answers."), door) for _ in range(50))
        assert persistence.delay(RefusedError("A portal answers.")) >= SHUT_OUT

    at_once(story())


def test_the_first_refusal_is_followed_by_a_try_at_once() -> None:
    async def story() -> None:
        persistence = Persistence(None)
        persistence.told(Connected())
        refusal = RefusedError("No.")
        for _ in range(2):
            fail(persistence, refusal)
            assert persistence.delay(refusal) <= FIRST
            fail(persistence, refusal)
            assert persistence.delay(refusal) >= SHUT_OUT
            persistence.told(WORD)

    at_once(story())


def test_a_service_that_has_taken_sound_before_is_still_known_in_its_next_turn() -> None:
    async def story() -> None:
        assert not fail(Persistence(None), CredentialError("Expired."))
        assert fail(Persistence(None, established=True), CredentialError("Expired."))

    at_once(story())


def test_a_service_that_took_sound_and_said_nothing_is_back_with_its_first_word() -> None:
    async def story() -> None:
        persistence = Persistence(None)
        assert list(persistence.told(Connected())) == [Connected()]
        assert fail(persistence, STALLED)
        assert list(persistence.told(Connected())) == []
        assert list(persistence.told(SpeechStarted(1, 0.0))) == [SpeechStarted(1, 0.0)]
        word = Partial(1, 0.0, 1.0, "w")
        assert list(persistence.told(word)) == [Connected(), word]
        assert list(persistence.told(word)) == [word]
        assert fail(persistence, LOST)
        assert list(persistence.told(Connected())) == [Connected()]

    at_once(story())


def test_sound_that_has_no_words_however_often_it_is_sent_is_given_up_and_that_is_said() -> None:
    async def story() -> None:
        persistence = Persistence(None)
        persistence.told(Connected())
        talks = [Talk(10.0, 30.0), Talk(10.0, 28.0), Talk(10.0, 40.0)]
        assert len(talks) == MUTE_CONNECTIONS
        for talk in talks:
            assert persistence.wordless() is None
            assert fail(persistence, STALLED, talk)
            await asyncio.sleep(1.0)
        assert persistence.wordless() is None
        await asyncio.sleep(MUTE_SECONDS)
        assert persistence.wordless() == Gap(10.0, 28.0, WORDLESS)
        assert persistence.wordless() is None

    at_once(story())


def test_who_said_nothing_is_given_longer_each_time_until_there_is_a_word() -> None:
    async def story() -> None:
        persistence, given = Persistence(None), []
        for _ in range(5):
            given.append(persistence.patience)
            fail(persistence, STALLED)
        persistence.told(WORD)
        assert [*given, persistence.patience] == [1.0, 2.0, 4.0, 8.0, 8.0, 1.0]

    at_once(story())


@pytest.mark.parametrize(("before", "waits"), [(WORD, True), (Connected(), False)])
def test_who_may_lose_patience_bears_music_after_words(before: Event, waits: bool) -> None:
    async def story() -> None:
        persistence = Persistence(15.0)
        persistence.told(Connected())
        persistence.told(before)
        assert fail(persistence, STALLED)
        await asyncio.sleep(16.0)
        assert fail(persistence, STALLED) is waits
        await asyncio.sleep(MUTE_SECONDS)
        assert not fail(persistence, STALLED)

    at_once(story())


def test_a_word_makes_up_for_every_mute_connection() -> None:
    async def story() -> None:
        persistence = Persistence(None)
        for _ in range(2 * MUTE_CONNECTIONS):
            fail(persistence, STALLED, Talk(10.0, 30.0))
            await asyncio.sleep(MUTE_SECONDS)
            persistence.told(WORD)
        assert persistence.wordless() is None

    at_once(story())


def test_delays_grow_begin_anew_after_a_word_and_leave_the_busy_alone() -> None:
    async def story() -> None:
        persistence = Persistence(None)
        assert max(persistence.delay(LOST) for _ in range(50)) > FIRST
        persistence.told(WORD)
        assert persistence.delay(LOST) <= FIRST
        assert persistence.delay(BusyError("Too much.")) >= BUSY
        assert persistence.delay(AccessError("No.")) >= SHUT_OUT

    at_once(story())
