"""Real speech over a bad network: `python -m tests.soak.speech [--times 3] [--drops 20] [--seed N]`.

The sample is heard through the simulator's real recognition, undisturbed and with connections that drop in
mid-sentence, a few times each: where the sound begins some milliseconds later, the recognizer mishears other
words, which alone is worth two points of the word error rate. Prints the rates; ends with status 1 where the
drops cost more than one point of their mean.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
from collections.abc import Sequence
from statistics import mean
from typing import TYPE_CHECKING

import numpy as np

from app.domain.audio import SPEECH_RATE, AudioFrame
from app.domain.events import Disconnected, Event
from app.domain.segment import Segment
from app.domain.transcript import Transcript
from app.recognizer.acknowledging import Acknowledging
from app.recognizer.captioning import Captioning
from app.recognizer.spool import Spool
from tests.benchmarks.speech import errors, load, packaged
from tests.simulator import Simulator, Speech
from tests.soak.session import PACKET, remote

if TYPE_CHECKING:
    from app.domain.audio import Samples

SAMPLE = "two_cities.wav"
SAID = """
It was the best of times, it was the worst of times, it was the age of wisdom, it was the age of foolishness,
it was the epoch of belief, it was the epoch of incredulity, it was the season of Light, it was the season of
Darkness, it was the spring of hope, it was the winter of despair, we had everything before us, we had nothing
before us, we were all going direct to Heaven, we were all going direct the other way - in short, the period
was so far like the present period, that some of its noisiest authorities insisted on its being received, for
good or for evil, in the superlative degree of comparison only.
"""
"""The first sentence of A Tale of Two Cities, by Charles Dickens."""
SHIFT = 137
"""Samples by which each hearing begins later than the one before."""
MOST_ABOVE = 1.0
"""Points of the word error rate that the drops may cost."""


def main() -> int:
    """Hear the sample with and without drops."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak.speech", description=__doc__)
    parser.add_argument("--times", type=int, default=3, help="how often the sample is played")
    parser.add_argument("--drops", type=int, default=20, help="connections that are lost")
    parser.add_argument("--seed", type=int, default=random.randrange(10_000), help="of the drops")
    parser.add_argument("--pace", type=float, default=4.0, help="seconds of sound in a second")
    parser.add_argument("--engine", default="qwen-asr", help="which protocol is spoken")
    parser.add_argument("--hearings", type=int, default=3, help="of each kind")
    parser.add_argument("--words", action="store_true", help="print the transcripts")
    wanted = parser.parse_args()
    samples = np.tile(load(packaged(SAMPLE)), wanted.times)
    rates: dict[bool, list[float]] = {False: [], True: []}
    try:
        for hearing in range(wanted.hearings):
            shifted = np.concatenate((np.zeros(hearing * SHIFT, np.float32), samples))
            for disturbed, found in rates.items():
                seed = wanted.seed + hearing if disturbed else None
                found.append(hear(shifted, wanted, seed))
    except NotDisturbedError as error:
        print(error, flush=True)
        return 1
    cost = mean(rates[True]) - mean(rates[False])
    print(f"{wanted.engine}: the drops cost {cost:+.2f} points", flush=True)
    return 0 if cost <= MOST_ABOVE else 1


class NotDisturbedError(Exception):
    """Fewer connections were lost than should have been: nothing is proven."""


def hear(samples: Samples, wanted: argparse.Namespace, seed: int | None) -> float:
    """The word error rate of one hearing, in percent; without a seed, of an undisturbed one.

    Raises:
        NotDisturbedError: not all drops came about.
    """
    faults = [] if seed is None else drops(wanted.drops, len(samples) / SPEECH_RATE, seed)
    heard, reasons = asyncio.run(caption(samples, faults, wanted.engine, wanted.pace))
    found = rate(" ".join([SAID] * wanted.times), heard)
    kind = "undisturbed" if seed is None else f"seed {seed}"
    print(f"{wanted.engine} {kind}: word error rate {found:.2f} %, {len(reasons)} interruptions", flush=True)
    if wanted.words:
        print(heard, *sorted(set(reasons)), sep="\n", flush=True)
    if len(reasons) < len(faults):
        raise NotDisturbedError(f"Of {len(faults)} connections only {len(reasons)} were lost.")
    return found


def rate(said: str, heard: str) -> float:
    """The word error rate in percent."""
    wrong, words = errors(said, heard)
    return 100 * wrong / words


def drops(count: int, seconds: float, seed: int) -> list[str]:
    """So many connections, each lost after some of its sound."""
    dice, part = random.Random(seed), seconds / (count + 1)
    return [f"drop@{dice.uniform(0.3, part):.2f}#{connection}" for connection in range(1, count + 1)]


async def caption(samples: Samples, faults: Sequence[str], engine: str, pace: float) -> tuple[str, list[str]]:
    """What stands in the transcript, and why the service was away each time that it was."""
    spool, transcript, reasons = Spool(), Transcript(), list[str]()
    captioning = Captioning("Me", transcript, lambda news: None, base=0, trace=None)
    frames = Acknowledging(spool)

    def emit(event: Event) -> None:
        if isinstance(event, Disconnected):
            reasons.append(event.reason)
        frames.take(event)
        captioning.take(event)

    async with (
        Simulator(Speech(), faults=faults, starts_per_second=1000) as sim,
        asyncio.TaskGroup() as tasks,
    ):
        tasks.create_task(_feed(spool, samples))
        await remote(engine, sim.url, manual=False, pace=pace).run(frames, emit)
    return " ".join(one.text for one in transcript.entries if isinstance(one, Segment)), reasons


async def _feed(spool: Spool, samples: Samples) -> None:
    length = round(PACKET * SPEECH_RATE)
    for begin in range(0, len(samples), length):
        spool.put(AudioFrame(spool.written, samples[begin : begin + length]))
        await spool.room()
    spool.finish()


if __name__ == "__main__":
    sys.exit(main())
