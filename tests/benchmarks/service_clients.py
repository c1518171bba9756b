"""Clients of a service without the program around them: a bare web socket, and the program's own engine.

`python -m tests.benchmarks.service_clients KIND URL TALK LOG`: each gets its sound as a sound card's library
gives it, as numbers from -1 to 1, a packet at a time, and makes of it what the service takes.
"""

from __future__ import annotations

import asyncio
import base64
import json
import sys
import time
import wave
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from websockets.asyncio.client import ClientConnection, connect

from app.domain.audio import SPEECH_RATE, AudioFrame, from_pcm
from app.domain.request import RecognitionRequest
from app.domain.secret import Secret
from app.engines.catalogue import Catalogue

if TYPE_CHECKING:
    from app.domain.audio import Samples

KEY = "sk-0123456789abcdef"
TRANSCRIPTION = "conversation.item.input_audio_transcription"
PACKET_SECONDS = 0.1
_PACKET = round(SPEECH_RATE * PACKET_SECONDS)


def words_of(message: dict[str, Any]) -> str | None:
    """What a message of the service shows; None where it shows nothing."""
    if message.get("type") == f"{TRANSCRIPTION}.text":
        return str(message["text"]) + str(message["stash"])
    return str(message["transcript"]) if message.get("type") == f"{TRANSCRIPTION}.completed" else None


async def bare_client(url: str, sound: Samples) -> list[float]:
    """What a program has to do at the least: send packets in time, and read what comes; returns when."""
    address = f"{url}/api-ws/v1/realtime?model=qwen3-asr-flash-realtime"
    headers = {"Authorization": f"Bearer {KEY}"}
    async with connect(address, additional_headers=headers, compression=None) as one:
        session = {"input_audio_format": "pcm", "sample_rate": SPEECH_RATE, "input_audio_transcription": {}}
        await one.send(json.dumps({"event_id": "1", "type": "session.update", "session": session}))
        received = asyncio.create_task(_receive(one))
        await _send(one, sound)
        return await received


async def _send(one: ClientConnection, sound: Samples) -> None:
    due = time.monotonic()
    for begin in range(0, len(sound), _PACKET):
        due += PACKET_SECONDS
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        samples = np.clip(sound[begin : begin + _PACKET], -1.0, 1.0)
        audio = base64.b64encode((samples * 32_767).astype("<i2").tobytes()).decode()
        await one.send(json.dumps({"event_id": "2", "type": "input_audio_buffer.append", "audio": audio}))
    await one.send(json.dumps({"event_id": "3", "type": "session.finish"}))


async def _receive(one: ClientConnection) -> list[float]:
    received = []
    async for message in one:
        content = json.loads(message)
        if words_of(content) is not None:
            received.append(time.monotonic())
        elif content["type"] == "session.finished":
            break
    return received


async def engine_client(url: str, sound: Samples) -> None:
    """The program's own engine, which hears what the bare client hears."""
    engine = Catalogue(lambda _: Secret(KEY)).engine("qwen-asr", RecognitionRequest(endpoint=url))
    await engine.run(_Paced(sound), lambda _: None)


class _Paced:
    """Sound at its own pace, in packets."""

    def __init__(self, sound: Samples) -> None:
        self._sound = sound
        self._at = 0
        self._due = time.monotonic()

    async def read(self) -> AudioFrame | None:
        begin, samples = self._at, self._sound[self._at : self._at + _PACKET]
        self._at += len(samples)
        self._due += PACKET_SECONDS
        await asyncio.sleep(max(0.0, self._due - time.monotonic()))
        return AudioFrame(begin, samples) if len(samples) else None

    def rewind(self) -> None:
        raise AssertionError("the line does not break")


def _main(kind: str, url: str, talk: str, log: str) -> None:
    with wave.open(talk) as file:
        sound = from_pcm(file.readframes(file.getnframes()))
    if kind == "engine":
        asyncio.run(engine_client(url, sound))
    else:
        Path(log).write_text(json.dumps(asyncio.run(bare_client(url, sound))))


if __name__ == "__main__":
    _main(*sys.argv[1:])
