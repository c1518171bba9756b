"""Servers of OpenAI's shape that have a buffer for each item: times count from there, and it is cut late."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import numpy as np
import pytest

from app.domain.audio import SPEECH_RATE, AudioFrame
from app.domain.events import Event, Final
from app.domain.request import RecognitionRequest
from app.engines.catalogue import Catalogue
from app.recognizer.acknowledging import Acknowledging
from app.recognizer.spool import Spool
from tests.simulator import Counting, Simulator, Variant
from tests.simulator.counting import count

Story = list[tuple[int, float]]
"""Seconds that are spoken without a breath, and of silence behind them."""
STORIES: list[Story] = [
    [(5, 0.0)],
    [(1, 2.0), (1, 2.0), (1, 0.3)],
    [(1, 4.0), (2, 1.5), (1, 0.8), (1, 1.2)],
]
"""Without a pause; a pause longer than what was said before; and all sorts."""
OWN_BUFFERS = frozenset({Variant.ITEM_TIMES, Variant.LATE_VAD})
PACKET = SPEECH_RATE // 10


def speech(story: Story) -> tuple[np.ndarray, list[float]]:
    """The sound, shape (n,), and when each second of counting begins in it."""
    parts, begins, now = [np.zeros(0, np.float32)], [], 0.0
    for spoken, silent in story:
        parts += [count(spoken, len(begins)), np.zeros(round(silent * SPEECH_RATE), np.float32)]
        begins += [now + second for second in range(spoken)]
        now += spoken + silent
    return np.concatenate(parts), begins


def spooled(samples: np.ndarray) -> Spool:
    spool = Spool()
    for at in range(0, len(samples), PACKET):
        spool.put(AudioFrame(at, samples[at : at + PACKET]))
    spool.finish()
    return spool


async def caption(sim: Simulator, samples: np.ndarray) -> list[Final]:
    """What is said for good; the service of `sim` captions, and sound is forgotten once it has its words."""
    request = RecognitionRequest(endpoint=sim.url, give_up=15.0)
    engine = Catalogue(lambda _: None).engine("openai-realtime", request)
    frames = Acknowledging(spooled(samples))
    events: list[Event] = []

    def emit(event: Event) -> None:
        frames.take(event)
        events.append(event)

    async with asyncio.timeout(30):
        await engine.run(frames, emit)
    return [event for event in events if isinstance(event, Final)]


@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize("drop", [None, 1.5, 3.6])
def test_captions_are_in_their_places_and_none_is_lost_or_comes_twice(
    story: Story, drop: float | None
) -> None:
    samples, begins = speech(story)
    faults = [] if drop is None else [f"drop@{drop}#1"]

    async def test() -> None:
        async with Simulator(Counting(), variants=OWN_BUFFERS, faults=faults) as sim:
            finals = [final for final in await caption(sim, samples) if final.text or final.hole]
            assert [final.text for final in finals] == [f"second {number}" for number in range(len(begins))]
            assert [final.start for final in finals] == pytest.approx(begins, abs=0.3)
            assert [final.end for final in finals] == pytest.approx([one + 1 for one in begins], abs=0.3)
            assert all(before.end <= after.start + 0.3 for before, after in pairwise(finals))
            assert not any(final.hole for final in finals)
            assert sim.violations == {}

    asyncio.run(test())
