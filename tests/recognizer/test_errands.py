"""Small jobs beside captioning: each comes back once, or not at all when it was given up."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable

import keyring
import pytest
from keyring.backend import KeyringBackend

from app.domain.errors import CaptionError, CredentialError, OutputError, ServiceError
from app.domain.request import RecognitionRequest
from app.keys import KeyPlace, Keys
from app.recognizer.errands import Errands

NAME, KEY = "DASHSCOPE_API_KEY", "sk-0123456789abcdef"
TryOut = Callable[[str, RecognitionRequest], Awaitable[None]]


class Ring(KeyringBackend):
    """A keyring that answers when it is let."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}
        self.asked = threading.Event()
        self.open = threading.Event()
        self.open.set()
        self.threads: set[int] = set()

    def get_password(self, service: str, username: str) -> str | None:
        self._wait()
        return self.kept.get(username)

    def set_password(self, service: str, username: str, password: str) -> None:
        self._wait()
        self.kept[username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._wait()
        del self.kept[username]

    def _wait(self) -> None:
        self.threads.add(threading.get_ident())
        self.asked.set()
        assert self.open.wait(10)


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> Ring:
    ring = Ring()
    monkeypatch.setattr(keyring, "get_keyring", lambda: ring)
    return ring


async def good(engine: str, request: RecognitionRequest) -> None:
    await asyncio.sleep(0)


async def endless(engine: str, request: RecognitionRequest) -> None:
    await asyncio.Event().wait()


class Told:
    """What came of an errand."""

    def __init__(self) -> None:
        self.outcomes: list[object] = []
        self.threads: list[int] = []

    def __call__(self, outcome: object) -> None:
        self.outcomes.append(outcome)
        self.threads.append(threading.get_ident())

    async def once(self) -> object:
        while not self.outcomes:
            await asyncio.sleep(0.005)
        # A second word would come soon.
        await asyncio.sleep(0.02)
        assert len(self.outcomes) == 1
        assert self.threads == [threading.get_ident()]
        return self.outcomes[0]


def go(story: Callable[[Errands], Awaitable[None]], try_out: TryOut = good, keys: Keys | None = None) -> None:
    async def main() -> None:
        errands = Errands(try_out, keys or Keys(environment={}))
        async with asyncio.timeout(15):
            running = asyncio.create_task(errands.run())
            await asyncio.sleep(0)
            await story(errands)
            errands.close()
            await running
        assert len(asyncio.all_tasks()) == 1

    asyncio.run(main())


def test_good_news_is_none() -> None:
    async def story(errands: Errands) -> None:
        told = Told()
        errands.try_service("fun-asr", RecognitionRequest(), told)
        assert await told.once() is None

    go(story)


def test_what_was_asked_is_what_is_tried() -> None:
    tried: list[object] = []

    async def note(engine: str, request: RecognitionRequest) -> None:
        tried.append((engine, request))

    async def story(errands: Errands) -> None:
        told = Told()
        errands.try_service("fun-asr", RecognitionRequest(model="m"), told)
        await told.once()
        assert tried == [("fun-asr", RecognitionRequest(model="m"))]

    go(story, note)


def test_bad_news_is_the_error() -> None:
    error = ServiceError("Nothing answers.", "Try again.")

    async def bad(engine: str, request: RecognitionRequest) -> None:
        raise error

    async def story(errands: Errands) -> None:
        told = Told()
        errands.try_service("fun-asr", RecognitionRequest(), told)
        assert await told.once() is error

    go(story, bad)


def test_a_defect_is_told_as_a_sentence_and_ends_nothing(caplog: pytest.LogCaptureFixture) -> None:
    async def broken(engine: str, request: RecognitionRequest) -> None:
        raise ZeroDivisionError

    async def story(errands: Errands) -> None:
        for _ in range(2):
            told = Told()
            errands.try_service("fun-asr", RecognitionRequest(), told)
            assert isinstance(await told.once(), CaptionError)

    go(story, broken)
    assert "ZeroDivisionError" in caplog.text


def test_what_takes_long_is_done_elsewhere_and_told_here() -> None:
    threads: list[int] = []

    async def story(errands: Errands) -> None:
        told = Told()
        errands.carry_out(lambda: threads.append(threading.get_ident()), told)
        assert await told.once() is None

    go(story)
    assert threads != [threading.get_ident()]


def test_why_it_could_not_be_done_is_told() -> None:
    def fail() -> None:
        raise OutputError("The disk is full.")

    async def story(errands: Errands) -> None:
        told = Told()
        errands.carry_out(fail, told)
        assert isinstance(await told.once(), OutputError)

    go(story)


def test_what_is_given_up_tells_nothing() -> None:
    async def story(errands: Errands) -> None:
        told = Told()
        give_up = errands.try_service("fun-asr", RecognitionRequest(), told)
        give_up()
        await asyncio.sleep(0.02)
        give_up = errands.try_service("fun-asr", RecognitionRequest(), told)
        await asyncio.sleep(0.02)
        give_up()
        give_up()
        await asyncio.sleep(0.02)
        assert told.outcomes == []

    go(story, endless)


def test_closing_gives_up_what_is_still_out() -> None:
    told = Told()

    async def story(errands: Errands) -> None:
        errands.try_service("fun-asr", RecognitionRequest(), told)
        await asyncio.sleep(0.02)

    go(story, endless)
    assert told.outcomes == []


def test_before_and_after_it_runs_nothing_happens() -> None:
    async def main() -> None:
        told = Told()
        errands = Errands(good, Keys(environment={}))
        errands.find_key(NAME, told)()
        running = asyncio.create_task(errands.run())
        await asyncio.sleep(0)
        errands.close()
        await running
        errands.try_service("fun-asr", RecognitionRequest(), told)()
        assert told.outcomes == []

    asyncio.run(main())


def test_a_key_is_looked_for_kept_and_forgotten(ring: Ring) -> None:
    async def story(errands: Errands) -> None:
        async def ask(begin: Callable[[Told], object]) -> object:
            told = Told()
            begin(told)
            return await told.once()

        assert await ask(lambda told: errands.find_key(NAME, told)) is KeyPlace.NOWHERE
        assert await ask(lambda told: errands.keep_key(NAME, KEY, told)) is KeyPlace.KEYRING
        assert ring.kept == {NAME: KEY}
        assert await ask(lambda told: errands.find_key(NAME, told)) is KeyPlace.KEYRING
        assert await ask(lambda told: errands.forget_key(NAME, told)) is KeyPlace.NOWHERE
        assert ring.kept == {}
        refused = await ask(lambda told: errands.keep_key(NAME, "sk 1", told))
        assert isinstance(refused, CredentialError)
        assert threading.get_ident() not in ring.threads

    go(story)


def test_a_keyring_that_waits_for_the_user_holds_nobody_else_up(ring: Ring) -> None:
    ring.open.clear()
    keys = Keys(environment={})
    told = Told()

    async def story(errands: Errands) -> None:
        errands.find_key(NAME, told)
        await asyncio.to_thread(ring.asked.wait, 10)
        assert keys.waiting
        tried = Told()
        errands.try_service("fun-asr", RecognitionRequest(), tried)
        assert await tried.once() is None

    go(story, keys=keys)
    # The end did not wait for it.
    assert keys.waiting
    ring.open.set()
    assert told.outcomes == []
