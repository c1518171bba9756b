"""Sound from its capture until its words are final: nothing lost, nothing out of order."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.audio import SPEECH_RATE, AudioFrame
from app.domain.errors import OutputError
from app.recognizer.sound_store import SLOT_SAMPLES, SoundStore
from app.recognizer.spool import AHEAD_SECONDS, AT_ONCE_SECONDS, Spool

LOUDEST = 32_768


def ramp(start: int, length: int) -> AudioFrame:
    """Samples that carry their own index, as exactly as 16 bits can."""
    return AudioFrame(start, (np.arange(start, start + length) % LOUDEST / LOUDEST).astype(np.float32))


def numbers(frame: AudioFrame) -> list[int]:
    return np.rint(frame.samples * LOUDEST).astype(int).tolist()


def expected(start: int, stop: int) -> list[int]:
    return [index % LOUDEST for index in range(start, stop)]


async def drain(spool: Spool) -> list[AudioFrame]:
    frames = []
    while (got := await spool.read()) is not None:
        frames.append(got)
    return frames


def run(story: Awaitable[None]) -> None:
    asyncio.run(story)  # type: ignore[arg-type]


@given(st.lists(st.integers(1, 500), min_size=1, max_size=20), st.integers(0, 1000), st.data())
def test_every_sample_comes_out_once_in_order(lengths: list[int], start: int, data: st.DataObject) -> None:
    async def story() -> None:
        spool = Spool(start)
        out: list[AudioFrame] = []
        written = start
        for length in lengths:
            spool.put(ramp(written, length))
            written += length
            if data.draw(st.booleans()):
                got = await spool.read()
                assert got is not None
                out.append(got)
        spool.finish()
        out += await drain(spool)
        assert out[0].start == start
        assert [number for got in out for number in numbers(got)] == expected(start, written)

    run(story())


def test_it_knows_how_much_its_reader_waits_for() -> None:
    async def story() -> None:
        spool = Spool()
        assert spool.missing() == 0
        spool.put(ramp(0, 500))
        first = await spool.read(0.1)
        assert first is not None
        reading = asyncio.create_task(spool.read((1600 - first.stop) / SPEECH_RATE))
        await asyncio.sleep(0)
        assert spool.missing() == 1100 / SPEECH_RATE
        spool.put(ramp(500, 100))
        assert spool.missing() == 1000 / SPEECH_RATE
        assert await reading is not None
        # The end of a sentence comes with the next sound, be it little.
        spool.cut()
        assert spool.missing() == 0
        spool.put(ramp(600, 1500))
        assert spool.missing() == 0

    run(story())


@settings(deadline=None)
@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("put"), st.integers(1, 3000)),
            st.tuples(st.sampled_from(["read", "rewind", "settle", "cut"]), st.just(0)),
            st.tuples(st.just("acknowledge"), st.integers(0, 40_000)),
        ),
        max_size=40,
    )
)
def test_whatever_happens_reading_goes_on_without_a_hole_from_what_is_acknowledged(
    tmp_path_factory, steps: list[tuple[str, int]]
) -> None:
    async def story() -> None:
        store = SoundStore(tmp_path_factory.getbasetemp())
        spool = Spool(store=store, memory=0.1)
        written = at = acknowledged = 0
        for step, value in steps:
            if step == "put":
                spool.put(ramp(written, value))
                written += value
            elif step == "read" and at < written:
                got = await spool.read()
                assert got is not None
                assert got.start == at
                assert numbers(got) == expected(got.start, got.stop)
                at = got.stop
            elif step == "rewind":
                spool.rewind()
                at = acknowledged
            elif step == "settle":
                assert await spool.settle() is None
            elif step == "cut":
                spool.cut()
            elif step == "acknowledge":
                acknowledged = max(acknowledged, min(value, at))
                spool.acknowledge(value / SPEECH_RATE)
            assert spool.acknowledged == acknowledged
        spool.rewind()
        spool.finish()
        rest = [number for got in await drain(spool) for number in numbers(got)]
        assert rest == expected(acknowledged, written)
        spool.close()
        store.close()

    run(story())


def test_rewinding_leads_back_to_the_first_word_that_is_not_final() -> None:
    async def story() -> None:
        spool = Spool()
        spool.put(ramp(0, 16_000))
        await spool.read()
        spool.acknowledge(0.25)
        spool.rewind()
        got = await spool.read()
        assert got is not None
        assert (got.start, got.stop) == (4_000, 16_000)
        assert numbers(got) == expected(4_000, 16_000)

    run(story())


def test_what_nobody_has_read_is_not_acknowledged() -> None:
    async def story() -> None:
        spool = Spool()
        spool.put(ramp(0, 100))
        spool.acknowledge(1.0)
        assert spool.acknowledged == 0

    run(story())


def test_memory_is_bounded_and_the_rest_is_on_disk(tmp_path: Path) -> None:
    async def story() -> None:
        store = SoundStore(tmp_path)
        spool = Spool(store=store, memory=1.0)
        for start in range(0, 40 * SLOT_SAMPLES, 1600):
            spool.put(ramp(start, 1600))
            assert await spool.settle() is None
        held = sum(piece.stop - piece.start for piece in spool._pieces if hasattr(piece.sound, "dtype"))
        assert held <= SPEECH_RATE
        spool.finish()
        got = await drain(spool)
        assert [number for frame in got for number in numbers(frame)] == expected(0, 40 * SLOT_SAMPLES)
        assert max(len(frame.samples) for frame in got) <= AT_ONCE_SECONDS * SPEECH_RATE
        store.close()

    run(story())


def test_places_on_disk_are_used_again(tmp_path: Path) -> None:
    async def story() -> None:
        store = SoundStore(tmp_path)
        spool = Spool(store=store, memory=0.1)
        for start in range(0, 20 * SLOT_SAMPLES, SLOT_SAMPLES):
            spool.put(ramp(start, SLOT_SAMPLES))
            await spool.settle()
            while spool._read < spool.written:
                await spool.read()
            spool.acknowledge((start + SLOT_SAMPLES) / SPEECH_RATE)
        assert store._slots == 1
        store.close()

    run(story())


def test_a_full_disk_costs_the_oldest_sound_which_comes_out_as_silence() -> None:
    class Full(SoundStore):
        def keep(self, samples):
            raise OutputError("The disk is full.")

    async def story() -> None:
        spool = Spool(store=Full(Path("nowhere")), memory=1.0)
        lost = []
        for start in range(0, 24_000, 4000):
            spool.put(AudioFrame(start, np.ones(4000, np.float32)))
            lost.append(await spool.settle())
        given_up = [one for one in lost if one is not None]
        assert [stretch for stretch, _ in given_up] == [(0, 20_000)]
        assert str(given_up[0][1]) == "The disk is full."
        spool.finish()
        frame = np.concatenate([got.samples for got in await drain(spool)])
        assert frame.tolist() == [0.0] * 20_000 + [1.0] * 4000

    run(story())


def test_without_a_disk_the_oldest_sound_goes() -> None:
    async def story() -> None:
        spool = Spool(memory=1.0)
        spool.put(ramp(0, SPEECH_RATE))
        assert await spool.settle() is None
        spool.put(ramp(SPEECH_RATE, 1))
        assert await spool.settle() == ((0, SPEECH_RATE + 1), None)

    run(story())


def test_the_user_s_cuts_come_with_the_sound_each_time_it_is_read() -> None:
    async def story() -> None:
        spool = Spool()
        spool.cut()
        spool.put(ramp(0, 1000))
        spool.cut()
        spool.cut()
        spool.put(ramp(1000, 500))
        spool.finish()
        for _ in range(2):
            assert [(got.stop, got.ends_sentence) for got in await drain(spool)] == [
                (1000, True),
                (1500, False),
            ]
            spool.rewind()
        await spool.read()
        spool.acknowledge(1000 / SPEECH_RATE)
        spool.rewind()
        assert [(got.stop, got.ends_sentence) for got in await drain(spool)] == [(1500, False)]

    run(story())


def test_a_cut_behind_all_that_was_read_comes_with_the_next_sound() -> None:
    async def story() -> None:
        spool = Spool()
        for _ in range(2):
            spool.put(ramp(spool.written, 1000))
            got = await spool.read()
            assert got is not None
            assert not got.ends_sentence
            spool.cut()
            spool.cut()
            spool.put(ramp(spool.written, 500))
            got = await spool.read()
            assert got is not None
            assert got.ends_sentence
        spool.finish()
        spool.rewind()
        again = [(got.stop, got.ends_sentence) for got in await drain(spool)]
        assert again == [(1500, True), (3000, True)]

    run(story())


def test_a_reader_waits_for_sound() -> None:
    async def story() -> None:
        spool = Spool()
        reading = asyncio.create_task(spool.read())
        await asyncio.sleep(0)
        assert not reading.done()
        spool.put(ramp(0, 10))
        got = await reading
        assert got is not None
        assert got.stop == 10

    run(story())


def test_a_recording_is_not_read_further_ahead_than_needed() -> None:
    async def story() -> None:
        spool = Spool()
        spool.put(ramp(0, round(AHEAD_SECONDS * SPEECH_RATE) + 1))
        waiting = asyncio.create_task(spool.room())
        await asyncio.sleep(0)
        assert not waiting.done()
        await spool.read()
        await waiting

    run(story())


def test_work_done_is_known_when_the_reader_comes_back() -> None:
    async def story() -> None:
        spool = Spool()
        spool.put(ramp(0, 10))
        await spool.read()
        assert spool.worked_through == 0
        spool.finish()
        assert await spool.read() is None
        assert spool.worked_through == 10

    run(story())
