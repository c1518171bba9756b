"""A lane's thread ends, whatever else ends first."""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from app.audio.base import Block
from app.domain.audio import SPEECH_RATE
from app.domain.request import Denoise
from app.recognizer.attention import Attention
from app.recognizer.sound_thread import SoundThread, hanging
from tests.fakes.sound import FakeSource


def lane_of(source: FakeSource) -> SoundThread:
    return SoundThread(
        source,
        denoise=Denoise.OFF,
        attention=Attention(push_to_talk=False),
        since=None,
        plays_into=None,
        hears_from=None,
        remembers=False,
    )


def test_a_lane_is_let_go_of_though_the_loop_ends_before_there_is_a_thread_for_it() -> None:
    source, busy = FakeSource(), threading.Event()
    lane = lane_of(source)

    def work() -> None:
        busy.set()
        time.sleep(0.2)

    async def main() -> None:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(1))
        await lane.open()
        loop.run_in_executor(None, work)
        assert busy.wait(5)
        closing = asyncio.create_task(lane.close())
        await asyncio.sleep(0.01)
        closing.cancel()

    asyncio.run(main())
    assert source.closed == 1


def test_a_source_that_hangs_holds_its_own_thread_and_nobody_else() -> None:
    answers, asked = threading.Event(), threading.Event()

    class Hanging(FakeSource):
        def read(self) -> Block | None:
            asked.set()
            answers.wait(60)
            return None

    lane = lane_of(Hanging())

    async def main() -> None:
        workers = ThreadPoolExecutor(2)
        asyncio.get_running_loop().set_default_executor(workers)
        reading = asyncio.create_task(lane.begin(await lane.open(), 0, SPEECH_RATE))
        assert await asyncio.to_thread(asked.wait, 10)
        reading.cancel()
        await asyncio.wait_for(lane.close(), 10)
        assert hanging()
        answers.set()

    asyncio.run(main())
    end = time.monotonic() + 10
    while hanging() and time.monotonic() < end:
        time.sleep(0.01)
    assert not hanging()
