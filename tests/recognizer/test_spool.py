"""Sound between capture and recognition: nothing lost, nothing out of order."""

from __future__ import annotations

import asyncio

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.domain.audio import SPEECH_RATE, AudioFrame
from app.recognizer.spool import AHEAD_SECONDS, Spool


def frame(start: int, length: int, value: float = 1.0) -> AudioFrame:
    return AudioFrame(start, np.full(length, value, np.float32))


async def drain(spool: Spool) -> list[AudioFrame]:
    frames = []
    while (got := await spool.read()) is not None:
        frames.append(got)
    return frames


@given(st.lists(st.integers(1, 500), min_size=1, max_size=20), st.integers(0, 1000), st.data())
def test_every_sample_comes_out_once_in_order(lengths: list[int], start: int, data: st.DataObject) -> None:
    async def run() -> None:
        spool = Spool(start)
        out: list[AudioFrame] = []
        written = start
        for length in lengths:
            spool.put(AudioFrame(written, np.arange(written, written + length, dtype=np.float32)))
            written += length
            if data.draw(st.booleans()):
                got = await spool.read()
                assert got is not None
                out.append(got)
        spool.finish()
        out += await drain(spool)
        assert out[0].start == start
        assert np.concatenate([got.samples for got in out]).tolist() == list(range(start, written))

    asyncio.run(run())


def test_what_can_not_be_held_comes_out_as_silence_of_the_same_length() -> None:
    async def run() -> None:
        spool = Spool(hold=1.0)
        lost = [spool.put(frame(start, 4000)) for start in range(0, 24_000, 4000)]
        assert lost == [None, None, None, None, (0, 12_000), None]
        spool.finish()
        frames = await drain(spool)
        assert [(got.start, got.stop, float(got.samples.max())) for got in frames] == [
            (0, 12_000, 0.0),
            (12_000, 24_000, 1.0),
        ]

    asyncio.run(run())


def test_a_reader_waits_for_sound() -> None:
    async def run() -> None:
        spool = Spool()
        reading = asyncio.create_task(spool.read())
        await asyncio.sleep(0)
        assert not reading.done()
        spool.put(frame(0, 10))
        got = await reading
        assert got is not None
        assert got.stop == 10

    asyncio.run(run())


def test_a_recording_is_not_read_further_ahead_than_needed() -> None:
    async def run() -> None:
        spool = Spool()
        spool.put(frame(0, round(AHEAD_SECONDS * SPEECH_RATE) + 1))
        waiting = asyncio.create_task(spool.room())
        await asyncio.sleep(0)
        assert not waiting.done()
        await spool.read()
        await waiting

    asyncio.run(run())


def test_work_done_is_known_when_the_reader_comes_back() -> None:
    async def run() -> None:
        spool = Spool()
        spool.put(frame(0, 10))
        await spool.read()
        assert spool.worked_through == 0
        spool.finish()
        assert await spool.read() is None
        assert spool.worked_through == 10

    asyncio.run(run())
