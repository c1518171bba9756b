"""Connections of one service, one after the other."""

from __future__ import annotations

import asyncio

from app.engines.starts import Starts


def test_the_first_does_not_wait() -> None:
    async def test() -> None:
        others: list[str] = []
        asyncio.get_running_loop().call_soon(others.append, "had its turn")
        await Starts(0.001).wait()
        assert others == []

    asyncio.run(test())


def test_the_others_come_in_order_and_apart() -> None:
    moments: list[tuple[int, float]] = []

    async def start(number: int, starts: Starts) -> None:
        await starts.wait()
        moments.append((number, asyncio.get_running_loop().time()))

    async def test() -> None:
        starts = Starts(50.0)
        async with asyncio.TaskGroup() as group:
            for number in range(6):
                group.create_task(start(number, starts))

    asyncio.run(test())
    assert [number for number, _ in moments] == list(range(6))
    # A turn is never early; how late it is taken is the machine's affair.
    assert moments[-1][1] - moments[0][1] >= 5 / 50.0


def test_who_gave_up_waiting_holds_nobody_up_for_long() -> None:
    async def test() -> None:
        starts = Starts(50.0)
        await starts.wait()
        gone = asyncio.create_task(starts.wait())
        await asyncio.sleep(0)
        gone.cancel()
        async with asyncio.timeout(5):
            await starts.wait()

    asyncio.run(test())
