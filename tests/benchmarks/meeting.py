"""A meeting beside a single microphone: what two lanes, echo cancellation and noise reduction cost.

Needs PulseAudio; takes as long as what is said.
"""

from __future__ import annotations

import asyncio
import shutil
import statistics
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from app.audio.sources import open_source
from app.domain.audio import SPEECH_RATE
from app.domain.request import Denoise, MeetingSource, MicrophoneSource, SessionPlan
from app.engines.catalogue import Catalogue
from app.recognizer.news import News, StatusChanged
from app.recognizer.service import CaptionService
from app.recognizer.status import Listening
from tests.audio.sounds import write_wav
from tests.benchmarks.rows import Row
from tests.benchmarks.speech import load, packaged
from tests.harness.pulse import MICROPHONE_FEED, SPEAKERS, PulseServer

ENGINE = "moonshine"
SECONDS = 30.0
RUNS = 2


def run() -> list[Row]:
    """The processor's time of both; none without a sound server."""
    if shutil.which("pulseaudio") is None:
        return []
    plain = SessionPlan(MicrophoneSource(), ENGINE)
    whole = SessionPlan(MeetingSource(), ENGINE, denoise=Denoise.RNNOISE)
    with PulseServer() as server, tempfile.TemporaryDirectory() as folder:
        speech = load(packaged("two_cities.wav"))
        # Other words at each moment: nothing of the one is an echo of the other.
        theirs = write_wav(Path(folder) / "theirs.wav", speech, SPEECH_RATE)
        ours = write_wav(Path(folder) / "ours.wav", np.roll(speech, len(speech) // 2), SPEECH_RATE)
        voices = {SPEAKERS: theirs, MICROPHONE_FEED: ours}
        shares = [(_share(server, plain, voices), _share(server, whole, voices)) for _ in range(RUNS)]
    alone, meeting = (statistics.median(one) for one in zip(*shares, strict=True))
    return [
        Row("one microphone", 100 * alone, "% of a core"),
        Row("meeting, echo cancellation, noise reduction", 100 * meeting, "% of a core"),
        Row("meeting to one microphone", meeting / alone, "x", 2.5),
    ]


def _share(server: PulseServer, plan: SessionPlan, voices: Mapping[str, Path]) -> float:
    return asyncio.run(_caption(server, plan, voices))


async def _caption(server: PulseServer, plan: SessionPlan, voices: Mapping[str, Path]) -> float:
    """The share of a core while somebody speaks on every lane."""
    service, listening = CaptionService(open_source, Catalogue(lambda _: None).engine), asyncio.Event()

    def take(news: News) -> None:
        if isinstance(news, StatusChanged) and isinstance(news.status, Listening):
            listening.set()

    service.subscribe(take)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(service.run())
        await asyncio.sleep(0)
        service.start(plan)
        await listening.wait()
        players = [server.play(voice, sink) for sink, voice in voices.items()]
        await asyncio.sleep(2.0)
        began, work = time.monotonic(), time.process_time()
        await asyncio.sleep(SECONDS)
        share = (time.process_time() - work) / (time.monotonic() - began)
        for player in players:
            player.kill()
            player.wait()
        service.cancel()
        while service.busy:
            await asyncio.sleep(0.1)
        service.close()
    return share
