"""What is overdue, on a clock that does not wait."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

import pytest
from websockets.exceptions import ConnectionClosedOK

from app.dialects.timeline import Pauses
from app.domain.audio import SPEECH_RATE, AudioFrame
from app.domain.errors import ServiceError
from app.engines import watchdog
from app.engines.absence import Absence
from app.engines.watchdog import (
    ASLEEP_SECONDS,
    LOOK_SECONDS,
    PING_SECONDS,
    PONG_SECONDS,
    READY_SECONDS,
    STALLED_SECONDS,
    WORDLESS_SECONDS,
    StalledError,
    Watchdog,
)
from tests.engines.sound import speech
from tests.fakes.clock import at_once, work

LONG = 120.0
Story = Callable[[Watchdog], Awaitable[None]]


class Line:
    """A connection whose other end answers so many pings."""

    def __init__(self, answers: int = 0, closed: bool = False) -> None:
        self.pings = 0
        self._answers = answers
        self._closed = closed

    async def ping(self) -> asyncio.Future[float]:
        if self._closed:
            raise ConnectionClosedOK(None, None)
        self.pings += 1
        answer: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        if self.pings <= self._answers:
            answer.set_result(0.01)
        return answer


def watched(
    story: Story | None = None, *, line: Line | None = None, greets: bool = False, asked_only: bool = False
) -> tuple[ServiceError | None, float]:
    """What was found overdue in `LONG` seconds, and when."""

    async def main() -> tuple[ServiceError | None, float]:
        watchdog = Watchdog(Pauses(), greets=greets, asked_only=asked_only)
        watching = asyncio.create_task(watchdog.watch(line or Line()))  # type: ignore[arg-type]
        if story is not None:
            await story(watchdog)
        await asyncio.wait([watching], timeout=LONG)
        now = asyncio.get_running_loop().time()
        if not watching.done():
            watching.cancel()
            await asyncio.wait([watching])
            return None, now
        error = watching.exception()
        assert isinstance(error, ServiceError)
        return error, now

    return at_once(main())


async def send(watchdog: Watchdog, *lengths: float) -> None:
    """Sound goes out as it is spoken."""
    samples, at = speech(*lengths), 0
    while at < len(samples):
        packet = AudioFrame(at, samples[at : at + SPEECH_RATE // 10])
        await asyncio.sleep(0.1)
        watchdog._pauses.hear(packet)
        watchdog.sound(packet.stop_seconds)
        at = packet.stop


def test_a_service_that_hears_speech_and_says_nothing_is_stalled() -> None:
    error, when = watched(lambda watchdog: send(watchdog, 3.0))
    assert isinstance(error, StalledError)
    assert WORDLESS_SECONDS <= when <= WORDLESS_SECONDS + 3.0


def test_who_hears_silence_may_be_silent() -> None:
    async def silence(watchdog: Watchdog) -> None:
        await send(watchdog, 0.0, 60.0)

    assert watched(silence)[0] is None


def test_who_answers_is_not_stalled_and_need_not_answer_in_the_pause_behind() -> None:
    async def story(watchdog: Watchdog) -> None:
        for _ in range(10):
            await send(watchdog, 5.0)
            watchdog.heard()

    assert watched(story)[0] is None


def test_before_a_commit_a_service_that_must_be_asked_may_be_silent_and_behind_it_not() -> None:
    async def speak(watchdog: Watchdog) -> None:
        await send(watchdog, 40.0)

    async def ask(watchdog: Watchdog) -> None:
        await speak(watchdog)
        watchdog.asked()

    assert watched(speak, asked_only=True)[0] is None
    error, when = watched(ask, asked_only=True)
    assert isinstance(error, StalledError)
    assert when == pytest.approx(40.0 + WORDLESS_SECONDS, abs=1.1 * LOOK_SECONDS)


def test_a_service_that_does_not_begin_is_not_waited_for() -> None:
    error, when = watched(greets=True)
    assert "begin" in str(error)
    assert READY_SECONDS <= when < READY_SECONDS + 1.0


def test_a_service_that_began_in_time_is_left_alone() -> None:
    async def story(watchdog: Watchdog) -> None:
        await asyncio.sleep(READY_SECONDS / 2)
        watchdog.ready = True

    assert watched(story, greets=True)[0] is None


def test_a_packet_that_does_not_leave_is_noticed_and_one_that_left_is_not() -> None:
    async def stuck(watchdog: Watchdog) -> None:
        watchdog.sending(True)

    async def slow(watchdog: Watchdog) -> None:
        watchdog.sending(True)
        await asyncio.sleep(STALLED_SECONDS / 2)
        watchdog.sending(False)

    error, when = watched(stuck)
    assert "no more sound" in str(error)
    assert STALLED_SECONDS <= when < STALLED_SECONDS + 1.0
    assert watched(slow)[0] is None


@pytest.mark.parametrize("answers", [1, 3])
def test_pings_count_once_one_was_answered(answers: int) -> None:
    error, when = watched(line=Line(answers))
    assert "not there any more" in str(error)
    assert (answers + 1) * PING_SECONDS + PONG_SECONDS <= when < (answers + 2) * PING_SECONDS + PONG_SECONDS


def test_a_service_that_never_answered_a_ping_is_asked_once_and_believed() -> None:
    line = Line()
    assert watched(line=line)[0] is None
    assert line.pings == 1


def test_a_service_that_is_late_with_an_answer_and_speaks_is_there() -> None:
    spoke = 60.0

    async def story(watchdog: Watchdog) -> None:
        for _ in range(round(spoke / 2)):
            await asyncio.sleep(2.0)
            watchdog.heard()

    error, when = watched(story, line=Line(1))
    assert "not there any more" in str(error)
    assert when == pytest.approx(spoke + PONG_SECONDS, abs=1.0)


def test_a_service_that_answers_every_ping_is_there() -> None:
    line = Line(1000)
    assert watched(line=line)[0] is None
    assert line.pings > 10


def test_a_closed_connection_is_for_the_listener_to_tell() -> None:
    assert watched(line=Line(closed=True))[0] is None


def test_a_computer_that_was_asleep_has_lost_its_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = 0.0

    def asleep() -> float:
        return asyncio.get_running_loop().time() + clock

    async def sleep(_: Watchdog) -> None:
        nonlocal clock
        await asyncio.sleep(3.0)
        clock = ASLEEP_SECONDS

    monkeypatch.setattr(watchdog, "Absence", partial(Absence, restless=asleep, stands_still=True))
    error, when = watched(sleep)
    assert "was asleep, so" in str(error)
    assert when < 5.0


@pytest.mark.parametrize("greets", [True, False])
def test_a_program_that_had_no_turn_keeps_its_connection(
    greets: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watchdog, "Absence", partial(Absence, stands_still=True))

    async def starve(watchdog: Watchdog) -> None:
        watchdog.sending(True)
        watchdog.asked()
        await asyncio.sleep(3.0)
        work(2 * WORDLESS_SECONDS)
        await asyncio.sleep(LOOK_SECONDS)
        # What had waited to be looked at.
        watchdog.sending(False)
        watchdog.heard()
        watchdog.ready = True

    assert watched(starve, greets=greets, line=Line(1000))[0] is None


def test_who_has_no_turn_for_a_while_still_finds_what_is_overdue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watchdog, "Absence", partial(Absence, stands_still=True))

    async def starve(watchdog: Watchdog) -> None:
        watchdog.asked()
        await asyncio.sleep(3.0)
        work(60.0)

    error, when = watched(starve)
    assert isinstance(error, StalledError)
    assert when == pytest.approx(60.0 + WORDLESS_SECONDS, abs=1.0)


def test_where_no_clock_tells_sleep_from_work_neither_is_claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watchdog, "Absence", partial(Absence, stands_still=False))

    async def away(_: Watchdog) -> None:
        await asyncio.sleep(3.0)
        work(ASLEEP_SECONDS + LOOK_SECONDS)

    error, when = watched(away)
    assert "asleep or too busy" in str(error)
    assert when < ASLEEP_SECONDS + 5.0
