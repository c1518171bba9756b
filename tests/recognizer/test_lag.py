"""What is said of the lag: for a service through an outage, for a slow one, and for a slow computer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from app.domain.audio import SPEECH_RATE, AudioFrame
from app.domain.events import Event, Final, Partial
from app.domain.request import RecognitionRequest
from app.engines.base import Emit, Engine
from app.engines.moonshine import MoonshineEngine
from app.engines.pace import Pace
from app.engines.packets import Packets
from app.recognizer.acknowledging import AWAITED, Acknowledging
from app.recognizer.captioning import LAG_SECONDS
from app.recognizer.shrinking import Shrinking
from app.recognizer.spool import Spool
from tests.engines.sound import speech
from tests.fakes.clock import at_once

Run = Callable[[Acknowledging, Emit], Awaitable[None]]
BLOCK = 0.05


class Gauge:
    """What the status line would say, five times in two seconds."""

    def __init__(self) -> None:
        self.lags: list[float] = []
        self.shrinks: list[bool] = []

    def between(self, begin: float, end: float) -> list[float]:
        return self.lags[round(begin / LAG_SECONDS) : round(end / LAG_SECONDS)]

    def shrinking(self, begin: float, end: float) -> list[bool]:
        return self.shrinks[round(begin / LAG_SECONDS) : round(end / LAG_SECONDS)]


def gauged(run: Run, *lengths: float, cut: float | None = None) -> Gauge:
    """Let an engine hear live speech and silence by turns; the user ends a sentence at `cut` seconds."""
    spool, gauge, shrinking = Spool(), Gauge(), Shrinking()
    frames = Acknowledging(spool)

    async def look() -> None:
        while True:
            await asyncio.sleep(LAG_SECONDS)
            gauge.lags.append(spool.written_seconds - (spool.worked_through_seconds - frames.late))
            gauge.shrinks.append(shrinking.note(gauge.lags[-1]))

    async def story() -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_feed(spool, speech(*lengths), cut))
            looking = tasks.create_task(look())
            await run(frames, frames.take)
            looking.cancel()

    at_once(story())
    return gauge


async def _feed(spool: Spool, samples: np.ndarray, cut: float | None) -> None:
    began = asyncio.get_running_loop().time()
    for begin in range(0, len(samples), round(BLOCK * SPEECH_RATE)):
        spool.put(AudioFrame(begin, samples[begin : begin + round(BLOCK * SPEECH_RATE)]))
        if cut is not None and begin <= cut * SPEECH_RATE < begin + round(BLOCK * SPEECH_RATE):
            spool.cut()
        passed = asyncio.get_running_loop().time() - began
        await asyncio.sleep(max(spool.written_seconds - passed, 0.0))
    spool.finish()


async def _send(frames: Acknowledging, pace: Pace, until: float | None = None) -> None:
    """As a conversation does it, with the real packets at the real pace."""
    packets = Packets(frames, SPEECH_RATE)
    while (packet := await packets.read()) is not None:
        await pace.wait(packet.stop_seconds)
        if until is not None and packet.stop_seconds >= until:
            return


def test_a_service_that_was_away_is_behind_and_catches_up() -> None:
    async def run(frames: Acknowledging, emit: Emit) -> None:
        pace = Pace(1.02)
        await _send(frames, pace, until=10.0)
        emit(Final(1, 0.0, 9.0, "words"))
        await asyncio.sleep(20.0)
        frames.rewind()
        pace.catch_up(4.0)
        await _send(frames, pace)

    gauge = gauged(run, 60.0)
    assert max(gauge.between(2.0, 9.0)) < 0.5
    assert gauge.between(29.0, 30.0)[0] > 18.0
    # 21 s were missed; at four times the speed they are made up for in 7.
    assert max(gauge.between(38.0, 59.0)) < 0.5
    assert not any(gauge.shrinking(0.0, 30.0))
    assert all(gauge.shrinking(33.0, 36.0))
    assert not any(gauge.shrinking(38.0, 59.0))


def test_while_a_service_is_caught_up_with_the_lag_falls_in_small_steps() -> None:
    async def run(frames: Acknowledging, emit: Emit) -> None:
        await asyncio.sleep(20.0)
        pace = Pace(1.02)
        pace.catch_up(4.0)
        await _send(frames, pace)

    lags = gauged(run, 40.0).between(20.4, 26.0)
    assert max(before - after for before, after in pairwise(lags)) < 2.5


def test_a_service_that_takes_all_sound_and_is_slow_with_its_words_is_behind() -> None:
    delay = 8.0

    async def run(frames: Acknowledging, emit: Emit) -> None:
        loop = asyncio.get_running_loop()
        for number in range(9):
            end = number * 4.0 + 3.0
            loop.call_at(end + delay, emit, Final(number, end - 3.0, end, "words"))
        await _send(frames, Pace(1.02))
        await asyncio.sleep(delay + 1.0)

    # Nine sentences of three seconds, with pauses of one.
    gauge = gauged(run, *([3.0, 1.0] * 9))
    middle = gauge.between(16.0, 34.0)
    # What is behind a final begins with the next sentence, a second later.
    assert delay - 1.6 < min(middle)
    assert max(middle) < delay
    assert gauge.lags[-1] < 1.0


def test_a_sentence_that_was_released_is_waited_for_until_its_words_are_there() -> None:
    delay, ended, said = 4.0, 5.0, 3.0

    async def run(frames: Acknowledging, emit: Emit) -> None:
        asyncio.get_running_loop().call_at(ended + delay, emit, Final(1, ended - said, ended, "words"))
        while await frames.read() is not None:
            pass

    # Push-to-talk: silence, a sentence, silence.
    gauge = gauged(run, 0.0, 2.0, said, 10.0, cut=ended)
    assert max(gauge.between(0.0, ended - 0.2)) < 0.5
    waiting = gauge.between(ended, ended + delay - 0.4)
    assert abs(waiting[0] - said) < 1.0
    assert waiting[-1] > said + delay - 1.0
    assert waiting == sorted(waiting)
    assert max(gauge.between(ended + delay + 0.4, 14.0)) < 0.5


def test_a_sentence_whose_words_are_on_the_screen_is_not_waited_for() -> None:
    async def run(frames: Acknowledging, emit: Emit) -> None:
        while (frame := await frames.read()) is not None:
            if 2.2 < frame.stop_seconds < 5.0:
                emit(Partial(1, 2.0, frame.stop_seconds, "words"))

    assert max(gauged(run, 0.0, 2.0, 3.0, 5.0, cut=5.0).lags) < 0.5


def test_a_sentence_of_which_no_words_come_is_given_up() -> None:
    async def run(frames: Acknowledging, emit: Emit) -> None:
        while await frames.read() is not None:
            pass

    gauge = gauged(run, 0.0, 2.0, 3.0, 20.0, cut=5.0)
    assert min(gauge.between(5.6, 5.0 + AWAITED - 0.4)) > 2.0
    assert max(gauge.between(5.0 + AWAITED + 0.4, 24.0)) < 0.5


class Slow:
    """A model that needs so many seconds for one of sound."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    async def prepare(self) -> None: ...

    def listen(self, start: int) -> Slow:
        return self

    def hear(self, samples: np.ndarray, waiting: float) -> Sequence[Event]:
        return []

    def finish(self) -> Sequence[Event]:
        return []

    async def work(self, job: Callable[..., Sequence[Event]], *args: Any) -> Sequence[Event]:
        if args:
            await asyncio.sleep(self.seconds * len(args[0]) / SPEECH_RATE)
        return job(*args)

    def release(self, listening: Slow) -> None: ...


def _embedded(model: Slow) -> Engine:
    return MoonshineEngine(model, RecognitionRequest())  # type: ignore[arg-type]


def test_a_computer_that_is_too_slow_falls_behind_and_that_is_said() -> None:
    gauge = gauged(_embedded(Slow(1.5)).run, 30.0)
    assert gauge.between(29.0, 30.0)[0] > 9.0
    assert not any(gauge.shrinking(0.0, 30.0))


def test_a_computer_that_has_time_again_catches_up() -> None:
    model = Slow(1.5)

    async def run(frames: Acknowledging, emit: Emit) -> None:
        asyncio.get_running_loop().call_later(15.0, setattr, model, "seconds", 0.3)
        await _embedded(model).run(frames, emit)

    gauge = gauged(run, 40.0)
    assert max(gauge.between(14.0, 15.0)) > 4.0
    assert any(gauge.shrinking(15.0, 22.0))
    assert max(gauge.between(25.0, 40.0)) < 1.0
