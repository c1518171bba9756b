"""Clients of a service without the program around them.

`python -m tests.benchmarks.service_clients KIND URL TALK LOG`, with one of these kinds:

- bare: a web socket. It gets sound at the service's rate, as numbers from -1 to 1, a packet at a time.
- engine: the program's own engine, which gets the same.
- live: a web socket and what hearing costs at the least. A sound card's library hands it 10 ms at a time from
  a thread of its own, at the card's rate; it changes the rate, and makes packets.
- card: the same, but it records what the sound server's microphone hears, for as long as TALK takes.
"""

from __future__ import annotations

import asyncio
import base64
import json
import sys
import threading
import time
import wave
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import soxr
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
CARD_SECONDS = 0.01
CARD_RATE = 48_000
_PACKET = round(SPEECH_RATE * PACKET_SECONDS)


def words_of(message: dict[str, Any]) -> str | None:
    """What a message of the service shows; None where it shows nothing."""
    if message.get("type") == f"{TRANSCRIPTION}.text":
        return str(message["text"]) + str(message["stash"])
    return str(message["transcript"]) if message.get("type") == f"{TRANSCRIPTION}.completed" else None


async def client(url: str, packets: AsyncIterator[Samples]) -> list[float]:
    """What talking to a service costs at the least: send packets, and read what comes; returns when."""
    address = f"{url}/api-ws/v1/realtime?model=qwen3-asr-flash-realtime"
    headers = {"Authorization": f"Bearer {KEY}"}
    async with connect(address, additional_headers=headers, compression=None) as one:
        session = {"input_audio_format": "pcm", "sample_rate": SPEECH_RATE, "input_audio_transcription": {}}
        await one.send(json.dumps({"event_id": "1", "type": "session.update", "session": session}))
        received = asyncio.create_task(_receive(one))
        await _send(one, packets)
        return await received


async def paced(sound: Samples) -> AsyncIterator[Samples]:
    """Packets of sound that is at the service's rate, each when it would have been heard."""
    due = time.monotonic()
    for begin in range(0, len(sound), _PACKET):
        due += PACKET_SECONDS
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        yield sound[begin : begin + _PACKET]


async def heard(sound: Samples) -> AsyncIterator[Samples]:
    """Packets of what a sound card hears."""
    loop = asyncio.get_running_loop()
    blocks: asyncio.Queue[Samples | None] = asyncio.Queue()

    def hand(block: Samples | None) -> None:
        loop.call_soon_threadsafe(blocks.put_nowait, block)

    card = threading.Thread(target=_card, args=(sound, hand))
    card.start()
    stream = soxr.ResampleStream(CARD_RATE, SPEECH_RATE, 1, "float32", "LQ")
    pending = np.empty(0, np.float32)
    while (block := await blocks.get()) is not None:
        pending = np.concatenate((pending, stream.resample_chunk(block)))
        if len(pending) >= _PACKET:
            yield pending[:_PACKET]
            pending = pending[_PACKET:]
    yield np.concatenate((pending, stream.resample_chunk(pending[:0], last=True)))
    card.join()


async def recorded(seconds: float) -> AsyncIterator[Samples]:
    """Packets of what the microphone hears, for so long."""
    # Not at the top: clients that do not record can do without the library.
    import sounddevice

    loop = asyncio.get_running_loop()
    blocks: asyncio.Queue[Samples] = asyncio.Queue()

    def hand(data: Samples, _frames: int, _when: object, _status: object) -> None:
        loop.call_soon_threadsafe(blocks.put_nowait, data[:, 0].copy())

    stream = soxr.ResampleStream(CARD_RATE, SPEECH_RATE, 1, "float32", "LQ")
    pending, left = np.empty(0, np.float32), round(seconds * SPEECH_RATE)
    with sounddevice.InputStream(
        device="pulse", samplerate=CARD_RATE, channels=1, dtype="float32", callback=hand
    ):
        while left > 0:
            pending = np.concatenate((pending, stream.resample_chunk(await blocks.get())))
            while len(pending) >= _PACKET:
                yield pending[:_PACKET]
                pending, left = pending[_PACKET:], left - _PACKET


def _card(sound: Samples, hand: Callable[[Samples | None], object]) -> None:
    length, due = round(CARD_RATE * CARD_SECONDS), time.monotonic()
    for begin in range(0, len(sound), length):
        due += CARD_SECONDS
        time.sleep(max(0.0, due - time.monotonic()))
        # The card writes the next block over this one.
        hand(sound[begin : begin + length].copy())
    hand(None)


async def _send(one: ClientConnection, packets: AsyncIterator[Samples]) -> None:
    async for packet in packets:
        samples = np.clip(packet, -1.0, 1.0)
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

    async def read(self, least: float = 0.0) -> AudioFrame | None:
        begin, samples = self._at, self._sound[self._at : self._at + _PACKET]
        self._at += len(samples)
        self._due += PACKET_SECONDS
        await asyncio.sleep(max(0.0, self._due - time.monotonic()))
        return AudioFrame(begin, samples) if len(samples) else None

    def rewind(self) -> None:
        raise AssertionError("the line does not break")


def _main(kind: str, url: str, talk: str, log: str) -> None:
    with wave.open(talk) as file:
        assert file.getframerate() == CARD_RATE
        sound = from_pcm(file.readframes(file.getnframes()))
    speech = sound[:: CARD_RATE // SPEECH_RATE].copy()
    if kind == "engine":
        asyncio.run(engine_client(url, speech))
    else:
        packets = {
            "bare": lambda: paced(speech),
            "live": lambda: heard(sound),
            "card": lambda: recorded(len(speech) / SPEECH_RATE),
        }[kind]()
        Path(log).write_text(json.dumps(asyncio.run(client(url, packets))))


if __name__ == "__main__":
    _main(*sys.argv[1:])
