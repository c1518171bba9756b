"""Live sound is taken in as seldom as its reader can use it, and no later."""

from __future__ import annotations

import asyncio
import math

import numpy as np
import pytest

from app.audio.base import Block
from app.domain.audio import AudioFormat
from app.domain.request import Denoise
from app.engines.base import Emit, FrameSource
from app.engines.packets import Packets
from app.recognizer.air import Air
from app.recognizer.pipeline import Pipeline

BLOCK_SECONDS = 0.05
BLOCKS = 60


class Card:
    """A sound card that delivers 50 ms at a time; a reader who waits for enough may get several."""

    live = True
    duration: float | None = None
    warning: str | None = None

    def __init__(self, rate: int, *, waits: bool) -> None:
        self.delivered = self.reads = 0
        self._rate = rate
        self._waits = waits

    def open(self) -> AudioFormat:
        return AudioFormat(self._rate, 1)

    def read(self, enough: float = 0.0) -> Block | None:
        left = BLOCKS - self.delivered
        if not left:
            return None
        self.reads += 1
        length = round(BLOCK_SECONDS * self._rate)
        count = math.ceil(round(enough * self._rate) / length) if self._waits else 1
        count = min(max(1, count), left)
        self.delivered += count
        return Block(np.full((count * length, 1), 0.1, np.float32))

    def close(self) -> None:
        """There is nothing to let go of."""


class Packing:
    """Notes how much the card had delivered when each packet was whole."""

    def __init__(self, card: Card, rate: int) -> None:
        self.after: list[int] = []
        self._card = card
        self._rate = rate

    async def run(self, frames: FrameSource, emit: Emit) -> None:
        packets = Packets(frames, self._rate)
        while await packets.read() is not None:
            self.after.append(self._card.delivered)


def heard(card: Card, rate: int, denoise: Denoise, plays_into: Air | None = None) -> list[int]:
    engine = Packing(card, rate)
    pipeline = Pipeline(
        card, engine, start=0.0, denoise=denoise, plays_into=plays_into, heard=lambda frame, level: None
    )
    asyncio.run(pipeline.run(lambda event: None))
    return engine.after


@pytest.mark.parametrize("denoise", [Denoise.OFF, Denoise.RNNOISE])
@pytest.mark.parametrize("rate", [16_000, 24_000])
@pytest.mark.parametrize("card_rate", [8_000, 16_000, 44_100, 48_000])
def test_packets_are_whole_as_early_and_take_half_the_trips(
    card_rate: int, rate: int, denoise: Denoise
) -> None:
    eager, patient = Card(card_rate, waits=False), Card(card_rate, waits=True)
    assert heard(patient, rate, denoise) == heard(eager, rate, denoise)
    assert patient.reads <= 0.55 * eager.reads


def test_what_another_lane_must_not_hear_again_is_not_held_up() -> None:
    card = Card(48_000, waits=True)
    heard(card, 16_000, Denoise.OFF, plays_into=Air())
    assert card.reads == BLOCKS
