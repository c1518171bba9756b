"""A lane's thread ends, whatever else ends first."""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from app.domain.request import Denoise
from app.recognizer.attention import Attention
from app.recognizer.sound_thread import SoundThread
from tests.fakes.sound import FakeSource


def test_a_lane_is_let_go_of_though_the_loop_ends_before_there_is_a_thread_for_it() -> None:
    source, busy = FakeSource(), threading.Event()
    lane = SoundThread(
        source,
        denoise=Denoise.OFF,
        attention=Attention(push_to_talk=False),
        since=None,
        plays_into=None,
        hears_from=None,
        remembers=False,
    )

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
