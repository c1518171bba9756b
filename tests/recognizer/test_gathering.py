"""Live sound is taken in as seldom as its reader can use it, and no later."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.audio.base import Block
from app.domain.audio import AudioFormat, AudioFrame, Level
from app.domain.errors import InputError
from app.domain.events import Advice
from app.domain.request import Denoise
from app.engines.base import Emit, FrameSource
from app.engines.packets import Packets
from app.recognizer.air import Air
from app.recognizer.attention import Attention
from app.recognizer.gathering import Gathering
from app.recognizer.pipeline import Pipeline

RATE = 16_000
BLOCKS = 30


class Card:
    """A source of the blocks it is given; then it ends, or breaks off."""

    duration: float | None = None
    warning: str | None = None

    def __init__(
        self,
        blocks: Iterable[Block],
        rate: int = RATE,
        *,
        live: bool = True,
        fails: InputError | None = None,
        meanwhile: Callable[[int], object] = lambda _: None,
    ) -> None:
        self.live = live
        self.delivered = 0
        self._blocks = iter(blocks)
        self._rate = rate
        self._fails = fails
        self.meanwhile = meanwhile

    def open(self) -> AudioFormat:
        return AudioFormat(self._rate, 1)

    def read(self) -> Block | None:
        self.meanwhile(self.delivered)
        block = next(self._blocks, None)
        if block is None and self._fails is not None:
            raise self._fails
        self.delivered += block is not None
        return block

    def close(self) -> None:
        """There is nothing to let go of."""


def blocks_of(count: int, rate: int = RATE) -> list[Block]:
    """50 ms each, as loud as their number says."""
    return [Block(np.full((rate // 20, 1), number / 100, np.float32)) for number in range(count)]


class Reader:
    """Says when it waits for sound: a computer is done with a block long before the next one comes."""

    def __init__(self, frames: FrameSource, waits: threading.Event) -> None:
        self._frames = frames
        self._waits = waits

    async def read(self, least: float = 0.0) -> AudioFrame | None:
        reading = asyncio.ensure_future(self._frames.read(least))
        await asyncio.sleep(0)
        if not reading.done():
            self._waits.set()
        return await reading

    def rewind(self) -> None:
        raise AssertionError("the line does not break")


class Packing:
    """Notes how much had come when each packet was whole."""

    def __init__(self, card: Card, rate: int, waits: threading.Event) -> None:
        self.after: list[int] = []
        self._card = card
        self._rate = rate
        self._waits = waits

    async def run(self, frames: FrameSource, emit: Emit) -> None:
        packets = Packets(Reader(frames, self._waits), self._rate)
        while await packets.read() is not None:
            self.after.append(self._card.delivered)


def heard(
    card: Card, rate: int, denoise: Denoise = Denoise.OFF, plays_into: Air | None = None
) -> tuple[list[int], list[AudioFrame]]:
    """When packets were whole, and what was taken in at once."""
    waits, taken = threading.Event(), []
    engine = Packing(card, rate, waits)

    def take(frame: AudioFrame, _level: Level) -> None:
        waits.clear()
        taken.append(frame)

    card.meanwhile = lambda delivered: delivered and waits.wait(10)
    pipeline = Pipeline(card, engine, start=0.0, denoise=denoise, plays_into=plays_into, heard=take)
    asyncio.run(pipeline.run(lambda event: None))
    return engine.after, taken


@pytest.mark.parametrize("denoise", [Denoise.OFF, Denoise.RNNOISE])
@pytest.mark.parametrize("rate", [16_000, 24_000])
@pytest.mark.parametrize("card_rate", [8_000, 16_000, 44_100, 48_000])
def test_packets_are_whole_as_early_with_half_the_trips(card_rate: int, rate: int, denoise: Denoise) -> None:
    sound = blocks_of(BLOCKS, card_rate)
    early, often = heard(Card(sound, card_rate), rate, denoise, plays_into=Air())
    packets, taken = heard(Card(sound, card_rate), rate, denoise)
    assert packets == early
    assert len(taken) <= 0.55 * len(often)


def test_what_another_lane_must_not_hear_again_is_not_held_up() -> None:
    assert len(heard(Card(blocks_of(BLOCKS)), RATE, plays_into=Air())[1]) == BLOCKS


def test_what_comes_through_a_pipe_is_not_held_up() -> None:
    assert len(heard(Card(blocks_of(BLOCKS), live=False), RATE)[1]) == BLOCKS


def gathered(card: Card, missing: Callable[[], float], attention: Attention | None = None) -> list[Block]:
    gathering = Gathering(card, attention or Attention(push_to_talk=False))
    return [one.block for one in iter(lambda: gathering.next(RATE, missing), None)]


def lengths(blocks: Iterable[Block]) -> list[int]:
    return [len(block.samples) * 20 // RATE for block in blocks]


@given(st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 50)), max_size=30), st.floats(0, 0.5))
def test_nothing_is_lost_or_moved(sizes: list[tuple[int, int]], missing: float) -> None:
    came = np.arange(sum(size for size, _ in sizes), dtype=np.float32).reshape(-1, 1)
    edges = np.cumsum([size for size, _ in sizes])[:-1]
    parts = np.split(came, edges) if sizes else []
    blocks = [Block(part, lost) for part, (_, lost) in zip(parts, sizes, strict=True)]
    went = gathered(Card(blocks), lambda: missing)
    assert sum(block.lost for block in went) == sum(lost for _, lost in sizes)
    np.testing.assert_array_equal(np.concatenate([block.samples for block in [Block(came[:0]), *went]]), came)


def test_what_happened_stands_before_the_sound_that_it_belongs_to() -> None:
    plain = blocks_of(6)
    plain[2] = Block(plain[2].samples, lost=5)
    plain[4] = Block(plain[4].samples, news=(Advice("Another one."),))
    went = gathered(Card(plain), lambda: 0.15)
    assert lengths(went) == [2, 2, 2]
    assert [(block.lost, len(block.news)) for block in went] == [(0, 0), (5, 0), (0, 1)]


def test_the_last_moment_is_that_of_the_last_block() -> None:
    came = [Block(block.samples, at=float(number)) for number, block in enumerate(blocks_of(2))]
    assert [block.at for block in gathered(Card(came), lambda: 0.1)] == [1.0]


def test_a_pause_begins_and_ends_with_a_block() -> None:
    attention = Attention(push_to_talk=False)

    def meanwhile(delivered: int) -> None:
        attention.paused = 3 <= delivered < 6

    gathering = Gathering(Card(blocks_of(9), meanwhile=meanwhile), attention)
    went = [(one.deaf, lengths([one.block])) for one in iter(lambda: gathering.next(RATE, lambda: 0.2), None)]
    assert went == [(False, [3]), (True, [3]), (False, [3])]


def test_nobody_waits_longer_than_is_missing_just_now() -> None:
    card = Card(blocks_of(4))
    assert lengths(gathered(card, lambda: 0.2 if card.delivered < 2 else 0.0)) == [2, 1, 1]


def test_what_came_before_it_broke_off_is_heard() -> None:
    gathering = Gathering(
        Card(blocks_of(1), fails=InputError("Gone.", "Look.")), Attention(push_to_talk=False)
    )
    one = gathering.next(RATE, lambda: 0.1)
    assert one is not None
    assert lengths([one.block]) == [1]
    with pytest.raises(InputError, match="Gone"):
        gathering.next(RATE, lambda: 0.1)
