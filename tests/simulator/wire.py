"""A client that says exactly what a test wants, right or wrong."""

from __future__ import annotations

import asyncio
import base64
import json
import uuid
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
from websockets.asyncio.client import ClientConnection, connect

if TYPE_CHECKING:
    from app.domain.audio import Samples

PATIENCE = 15.0
KEY = {"Authorization": "Bearer sk-test"}
PACKET = 0.1
"""Seconds of sound in one message."""


class Client:
    """One connection; remembers all that was heard."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.heard: list[Any] = []

    async def say(self, message: Mapping[str, Any] | str | bytes) -> None:
        """Send JSON, text or bytes."""
        await self.socket.send(message if isinstance(message, str | bytes) else json.dumps(message))

    async def hear(self) -> Any:
        """The next message."""
        message = await asyncio.wait_for(self.socket.recv(), PATIENCE)
        self.heard.append(json.loads(message))
        return self.heard[-1]

    async def until(self, name: str) -> Any:
        """Hear until an event of this name comes."""
        while named(message := await self.hear()) != name:
            pass
        return message

    async def closing(self) -> tuple[int | None, str]:
        """Hear until the connection ends; its code and reason."""
        try:
            while True:
                await self.hear()
        except Exception as error:
            if isinstance(error, TimeoutError):
                raise
        return self.socket.close_code, self.socket.close_reason or ""

    async def rest(self, seconds: float) -> list[Any]:
        """What comes within so many seconds."""
        before = len(self.heard)
        try:
            async with asyncio.timeout(seconds):
                while True:
                    await self.hear()
        except TimeoutError:
            return self.heard[before:]

    def all(self, name: str) -> list[Any]:
        """The events of this name heard so far."""
        return [message for message in self.heard if named(message) == name]


@asynccontextmanager
async def client(url: str, headers: Mapping[str, str] = KEY, **options: Any) -> AsyncIterator[Client]:
    """Connect."""
    options = {"max_size": None, "proxy": None, "compression": None, "close_timeout": 0.2, **options}
    async with connect(url, additional_headers=headers, **options) as socket:
        yield Client(socket)


def named(message: Any) -> str:
    """What an event is called, in whichever protocol."""
    if "header" in message:
        return str(message["header"]["event"])
    return str(message.get("type") or message.get("mode"))


def packets(samples: Samples, rate: int = 16_000) -> list[bytes]:
    """Sound as s16le, a tenth of a second each."""
    size = round(2 * rate * PACKET)
    data = (np.clip(samples, -1, 1) * 32_767).astype("<i2").tobytes()
    return [data[start : start + size] for start in range(0, len(data), size)]


def silence(seconds: float, rate: int = 16_000) -> list[bytes]:
    """Packets of nothing."""
    return packets(np.zeros(round(seconds * rate), np.float32), rate)


def run_task(task_id: str = "", *, model: str = "fun-asr-realtime", **parameters: Any) -> dict[str, Any]:
    """A good run-task."""
    header = {"streaming": "duplex", "task_id": task_id or uuid.uuid4().hex, "action": "run-task"}
    constants = {"task": "asr", "task_group": "audio", "function": "recognition"}
    parameters = {"sample_rate": 16_000, "format": "pcm", **parameters}
    return {"header": header, "payload": {"model": model, "parameters": parameters, "input": {}, **constants}}


def finish_task(task: Mapping[str, Any]) -> dict[str, Any]:
    """The end of a task."""
    return {"header": {**task["header"], "action": "finish-task"}, "payload": {"input": {}}}


def append(packet: bytes) -> dict[str, Any]:
    """A packet in base64."""
    return {"type": "input_audio_buffer.append", "audio": base64.b64encode(packet).decode()}


def update(**session: Any) -> dict[str, Any]:
    """A session.update."""
    return {"type": "session.update", "session": session}


def go(test: Callable[[], Any]) -> None:
    """Run an async test."""

    async def limited() -> None:
        async with asyncio.timeout(30):
            await test()

    asyncio.run(limited())
