"""One session over a bad network: the real engine, spool and transcript against the simulator."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Final
from unittest.mock import patch

import numpy as np

from app.dialects.base import Dialect, Service
from app.domain.audio import SPEECH_RATE, AudioFrame
from app.domain.events import Disconnected, Event
from app.domain.request import Cut, RecognitionRequest
from app.domain.secret import Secret
from app.domain.segment import Segment
from app.domain.transcript import Transcript
from app.engines.base import Emit
from app.engines.remote import Line, RemoteEngine
from app.engines.services import SERVICES
from app.engines.starts import Starts
from app.recognizer.acknowledging import Acknowledging
from app.recognizer.captioning import Captioning
from app.recognizer.news import CaptionChanged, News
from app.recognizer.spool import Spool
from tests.simulator import Counting, Simulator
from tests.simulator.counting import encode
from tests.simulator.server import HOST

KEY: Final = Secret("sk-soak")
OFTEN: Final = 1000.0
"""Connections in a second: these sessions run many times faster than time."""
PACKET: Final = 0.1
SENTENCE: Final = 3.0
"""Seconds after which the user ends a sentence, in manual mode."""
SPEEDS: Final = {
    "app.engines.backoff.FIRST": 0.02,
    "app.engines.backoff.LONGEST": 0.1,
    "app.engines.backoff.BUSY": 0.05,
    "app.engines.backoff.BUSIEST": 0.2,
    "app.engines.backoff.SHUT_OUT": 0.1,
    "app.engines.connecting.OPEN_SECONDS": 1.0,
    "app.engines.watchdog.READY_SECONDS": 1.0,
    "app.engines.watchdog.STALLED_SECONDS": 1.0,
    "app.engines.watchdog.WORDLESS_SECONDS": 1.5,
    "app.engines.watchdog.PING_SECONDS": 0.5,
    "app.engines.watchdog.PONG_SECONDS": 1.5,
    "app.engines.last_words.QUIET_SECONDS": 1.0,
    "app.engines.last_words.PONG_SECONDS": 0.5,
    "app.engines.ledger.LONG_PAST_SECONDS": 15.0,
}
"""Time limits, as much shorter as the sound is faster."""


@dataclass(slots=True)
class Outcome:
    """What a session came to.

    Attributes:
        numbers: the seconds in the transcript, in its order.
        times: of each of its segments, start and end.
        interrupted: how often the service was away.
        held: the most sound that waited for its words, in seconds.
        jumps: captions on screen whose settled words changed.
    """

    numbers: list[int] = field(default_factory=list)
    times: list[tuple[float, float]] = field(default_factory=list)
    interrupted: int = 0
    held: float = 0.0
    jumps: list[str] = field(default_factory=list)

    def furthest(self, calm: Outcome) -> float:
        """Seconds by which a segment begins or ends elsewhere than in the undisturbed session."""
        pairs = zip(self.times, calm.times, strict=True)
        return max(
            abs(mine - theirs) for one, other in pairs for mine, theirs in zip(one, other, strict=True)
        )


@contextmanager
def hurried() -> Iterator[None]:
    """Everything that waits, waits shorter."""
    with ExitStack() as stack:
        for name, seconds in SPEEDS.items():
            stack.enter_context(patch(name, seconds))
        yield


async def session(
    engine: str,
    *,
    manual: bool,
    seconds: int,
    faults: Sequence[str],
    pace: float,
    listens: str = HOST,
    reached: str = HOST,
) -> Outcome:
    """Caption `seconds` of counting sound while the faults happen.

    Args:
        listens, reached: the address that the service listens at, and the one it is called at.
    """
    outcome, spool = Outcome(), Spool()
    transcript = Transcript()
    settled: dict[int, str] = {}

    def take(news: News) -> None:
        if isinstance(news, CaptionChanged):
            caption = news.caption
            before = settled.get(caption.utterance, "")
            if caption.text and not caption.settled.startswith(before):
                outcome.jumps.append(f"{before!r} became {caption.settled!r}")
            settled[caption.utterance] = caption.settled

    captioning = Captioning("Me", transcript, take, base=0, trace=None)
    frames = Acknowledging(spool)

    def emit(event: Event) -> None:
        outcome.interrupted += isinstance(event, Disconnected)
        outcome.held = max(outcome.held, (spool.written - spool.acknowledged) / SPEECH_RATE)
        frames.take(event)
        captioning.take(event)

    async with Simulator(Counting(), faults=faults, starts_per_second=1000, host=listens) as sim:
        made = remote(engine, sim.url.replace(listens, reached), manual=manual, pace=pace)
        async with asyncio.timeout(300 + 2 * seconds), asyncio.TaskGroup() as tasks:
            tasks.create_task(_feed(spool, seconds, manual))
            await made.run(frames, emit)
    segments = [entry for entry in transcript.entries if isinstance(entry, Segment)]
    outcome.numbers = [int(number) for one in segments for number in re.findall(r"\d+", one.text)]
    outcome.times = [(one.start, one.end) for one in segments]
    return outcome


def remote(engine: str, url: str, *, manual: bool, pace: float) -> RemoteEngine:
    """An engine that hears so many seconds of sound in a second, and tries for ever."""
    row = next(row for row in SERVICES if row.id == engine)
    request = RecognitionRequest(cut=Cut.MANUAL if manual else Cut.VAD)

    def new_dialect(key: Secret | None, vocabulary: str) -> Dialect:
        return row.dialect(request, Service(url, row.model, key, vocabulary=vocabulary))

    async def no_words(key: Secret | None, emit: Emit) -> str:
        return ""

    line = Line(pace=pace, replay=2 * pace, asked_only=manual, give_up=None)
    return RemoteEngine(new_dialect, lambda: KEY, no_words, line, Starts(OFTEN))


async def _feed(spool: Spool, seconds: int, manual: bool) -> None:
    length = round(PACKET * SPEECH_RATE)
    for second in range(seconds):
        sound = encode(second)
        for begin in range(0, SPEECH_RATE, length):
            spool.put(AudioFrame(spool.written, np.array(sound[begin : begin + length])))
        if manual and (second + 1) % SENTENCE == 0:
            spool.cut()
        await spool.room()
    spool.finish()
