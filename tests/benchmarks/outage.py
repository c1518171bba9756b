"""A service that is away: how soon its words are caught up with, and what keeping the sound costs."""

from __future__ import annotations

import asyncio
import tempfile
import time
from pathlib import Path

import numpy as np
import psutil

from app.domain.audio import SPEECH_RATE, AudioFrame
from app.domain.events import Connected, Disconnected, Event, Final, Partial
from app.domain.request import RecognitionRequest
from app.domain.secret import Secret
from app.engines.catalogue import Catalogue
from app.recognizer.acknowledging import Acknowledging
from app.recognizer.sound_store import SoundStore
from app.recognizer.spool import Spool
from tests.benchmarks.rows import Row
from tests.benchmarks.speech import load, packaged
from tests.simulator import Counting, Simulator
from tests.simulator.counting import encode

BEFORE, OUTAGE = 5.0, 60.0
"""Seconds of sound before the service goes, and until it comes back."""
NEAR = 2.0
"""Seconds by which the words of counted seconds trail behind the sound when all is well."""
FRAME = 320
"""Samples that a sound card delivers at once."""
HOURS = 3.0
MINUTES = 10.0
LONGEST = 120.0
_KEY = Secret("sk-0123456789abcdef")


def run() -> list[Row]:
    """All figures; the first takes as long as the outage."""
    return asyncio.run(_outage()) + asyncio.run(_memory()) + asyncio.run(_cost())


class _Watch:
    """Remembers when the service came back, and when its words had caught up with the sound."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self._away = False
        self.back = 0.0
        self.caught_up = asyncio.Event()
        self.seconds = 0.0

    def take(self, event: Event) -> None:
        match event:
            case Disconnected():
                self._away, self.back = True, 0.0
            case Connected() if self._away and not self.back:
                self.back = time.monotonic()
            case Final() if self.back and event.end >= self._spool.written / SPEECH_RATE - NEAR:
                self.seconds = self.seconds or time.monotonic() - self.back
                self.caught_up.set()
            case _:
                pass


async def _outage() -> list[Row]:
    spool = Spool()
    frames, watch = Acknowledging(spool), _Watch(spool)

    def emit(event: Event) -> None:
        frames.take(event)
        watch.take(event)

    async with Simulator(Counting()) as sim, asyncio.timeout(BEFORE + OUTAGE + LONGEST):
        made = Catalogue(lambda _: _KEY).engine("fun-asr", RecognitionRequest(endpoint=sim.url, give_up=None))
        tasks = [asyncio.create_task(made.run(frames, emit)), asyncio.create_task(_speak(spool))]
        await asyncio.sleep(BEFORE)
        sim.inject("refuse")
        sim.drop()
        await asyncio.sleep(OUTAGE)
        sim.heal()
        healed = time.monotonic()
        await watch.caught_up.wait()
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
    return [
        Row("outage of 60 s: back after the service is", watch.back - healed, "s"),
        Row("outage of 60 s: caught up after it is back", watch.seconds, "s", 10.0),
    ]


async def _speak(spool: Spool) -> None:
    """Counted seconds, as fast as they are said."""
    began, sound = time.monotonic(), np.zeros(0, np.float32)
    while True:
        second = spool.written // SPEECH_RATE
        if spool.written % SPEECH_RATE == 0:
            sound = encode(second)
        begin = spool.written % SPEECH_RATE
        spool.put(AudioFrame(spool.written, sound[begin : begin + FRAME].copy()))
        await asyncio.sleep(max(0.0, began + spool.written / SPEECH_RATE - time.monotonic()))


async def _memory() -> list[Row]:
    """A service that stays away for hours, and then wants everything."""
    process, noise = psutil.Process(), np.random.default_rng(1)
    sound = noise.uniform(-0.5, 0.5, SPEECH_RATE).astype(np.float32)
    with tempfile.TemporaryDirectory() as folder:
        store = SoundStore(Path(folder))
        spool = Spool(store=store)
        before, most = process.memory_info().rss, 0
        while spool.written < HOURS * 3600 * SPEECH_RATE:
            begin = spool.written % SPEECH_RATE
            spool.put(AudioFrame(spool.written, sound[begin : begin + FRAME].copy()))
            if not begin:
                assert await spool.settle() is None
                most = max(most, process.memory_info().rss - before)
        spool.finish()
        began = time.monotonic()
        while (frame := await spool.read()) is not None:
            spool.acknowledge(frame.stop_seconds)
            most = max(most, process.memory_info().rss - before)
        seconds = time.monotonic() - began
        spool.close()
        store.close()
    return [
        Row("outage of 3 h: memory for its sound, most", most / 1e6, "MB", 64.0),
        Row("outage of 3 h: its sound read again", HOURS * 3600 / seconds, "x real time", 100.0),
    ]


async def _cost() -> list[Row]:
    """Real speech through spool and acknowledging while all goes well; words come and are final."""
    speech = load(packaged("two_cities.wav"))
    spool = Spool()
    frames = Acknowledging(spool)
    began = time.process_time()
    for number in range(round(MINUTES * 60 * SPEECH_RATE / FRAME)):
        begin = number * FRAME % (len(speech) - FRAME)
        spool.put(AudioFrame(spool.written, speech[begin : begin + FRAME]))
        await spool.settle()
        frame = await frames.read()
        assert frame is not None
        _answer(frames, frame)
    share = (time.process_time() - began) / (MINUTES * 60)
    return [Row("sound kept while all goes well, share of a core", 100 * share, "%", 2.0)]


def _answer(frames: Acknowledging, frame: AudioFrame) -> None:
    """Three partials in a second, and a final every four."""
    now, utterance = frame.stop_seconds, int(frame.start_seconds // 4)
    if frame.start % (4 * SPEECH_RATE) < FRAME:
        frames.take(Final(utterance - 1, max(now - 4, 0.0), now - 0.1, "words"))
    elif frame.start % (SPEECH_RATE // 3) < FRAME:
        frames.take(Partial(utterance, 4.0 * utterance, now, "words"))
