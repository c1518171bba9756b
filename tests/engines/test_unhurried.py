"""Who sends a flood of frames takes neither the loop's time nor the memory for answers."""

from __future__ import annotations

import asyncio
import socket
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

import pytest
from websockets.asyncio.client import ClientConnection
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.protocol import Event as Frame

from app.dialects.base import Handshake
from app.domain.events import Event
from app.domain.request import RecognitionRequest
from app.domain.secret import Secret
from app.engines import unhurried
from app.engines.catalogue import Catalogue
from app.engines.connecting import open_connection
from app.engines.unhurried import BITE, Unhurried
from tests.engines.sound import Frames, texts
from tests.simulator import Counting, Simulator
from tests.simulator.counting import count
from tests.simulator.running import running

T = TypeVar("T")

PING = b"\x89\x00"
FLOOD = 20_000
FEW = 512
"""Frames that can be taken in without anybody noticing."""
LETTERS = [chr(ord("a") + number % 26) * (1 + number * 7 % 3000) for number in range(200)]


def go(test: Awaitable[T]) -> T:
    async def limited() -> T:
        async with asyncio.timeout(60):
            return await test

    return asyncio.run(limited())


class Turns:
    """Counts the turns of the loop, and the frames taken in within each.

    Attributes:
        frames: by the turn's number.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.frames: Counter[int] = Counter()
        self._turn = 0
        process = ClientConnection.process_event

        def counted(connection: ClientConnection, frame: Frame) -> None:
            self.frames[self._turn] += 1
            process(connection, frame)

        monkeypatch.setattr(ClientConnection, "process_event", counted)

    async def count(self) -> None:
        while True:
            self._turn += 1
            await asyncio.sleep(0)


@asynccontextmanager
async def talking(talk: Callable[[ServerConnection], Awaitable[None]]) -> AsyncIterator[ClientConnection]:
    """A connection to a server that talks like this."""
    async with serve(talk, "127.0.0.1", 0, ping_interval=None, compression=None) as server:
        port = server.sockets[0].getsockname()[1]
        connection = await open_connection(Handshake(f"ws://127.0.0.1:{port}"), None)
        try:
            yield connection
        finally:
            connection.transport.abort()


def session(sim: Simulator, turns: Turns) -> list[Event]:
    async def test() -> list[Event]:
        events: list[Event] = []
        request = RecognitionRequest(endpoint=sim.url)
        counting = asyncio.create_task(turns.count())
        await (
            Catalogue(lambda _: Secret("sk-0"))
            .engine("qwen-asr", request)
            .run(Frames(count(3)), events.append)
        )
        counting.cancel()
        return events

    return go(test())


@pytest.mark.parametrize("flood", [f"pings={FLOOD}@1", "crumbs=1000@1"])
def test_everybody_has_a_turn_in_a_flood_and_no_word_is_lost(
    flood: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unhurried, "REST_SECONDS", 0.001)
    turns = Turns(monkeypatch)
    # In a thread of its own: its loop has to take in all the answers.
    with running(Counting(), faults=[flood]) as sim:
        assert texts(session(sim, turns)) == ["second 0", "second 1", "second 2"]
    assert sum(turns.frames.values()) > 1000
    assert max(turns.frames.values()) <= FEW


def test_what_comes_in_many_bites_is_whole_and_in_order() -> None:
    async def talk(client: ServerConnection) -> None:
        client.transport.set_write_buffer_limits(2**22)
        for text in LETTERS:
            await client.send(text)

    async def test() -> list[object]:
        async with talking(talk) as connection:
            await asyncio.sleep(0.2)
            return [message async for message in connection]

    assert go(test()) == LETTERS


def test_messages_that_nobody_fetches_hold_the_sender_back() -> None:
    sent = [0]

    async def talk(client: ServerConnection) -> None:
        try:
            while True:
                await client.send("x" * 1000)
                sent[0] += 1
        except ConnectionClosed:
            pass

    async def test() -> tuple[int, int]:
        async with talking(talk) as connection:
            # Until the network between the two is full.
            before = -1
            while sent[0] != before:
                before = sent[0]
                await asyncio.sleep(0.2)
            for _ in range(before):
                await connection.recv()
            while sent[0] == before:
                await asyncio.sleep(0.01)
            assert isinstance(connection, Unhurried)
            return before, len(connection._waiting)

    before, waiting = go(test())
    assert before < 20_000
    assert waiting <= 256 * 1024


def narrow(transport: asyncio.BaseTransport) -> None:
    """Let the system keep little of what is on its way."""
    wire = transport.get_extra_info("socket")
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)


def test_who_reads_no_answers_gets_no_more_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unhurried, "REST_SECONDS", 0.001)

    async def talk(client: ServerConnection) -> None:
        narrow(client.transport)
        client.transport.pause_reading()
        try:
            while client.protocol.state.name == "OPEN":
                client.transport.write(PING * 50_000)
                await client.drain()
                await asyncio.sleep(0)
        except ConnectionError:
            pass

    async def test() -> int:
        async with talking(talk) as connection:
            narrow(connection.transport)
            await asyncio.sleep(2.0)
            size = connection.transport.get_write_buffer_size()
            connection.transport.abort()
            return size

    # Once the network is full: as much as may wait, and a bite's answers.
    assert go(test()) < 2**15 + BITE * 8
