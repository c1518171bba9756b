"""What every protocol of the simulator has in common."""

from __future__ import annotations

import asyncio
import json
import uuid
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tests.simulator.record import SessionRecord, Violation

if TYPE_CHECKING:
    from app.domain.audio import Samples
    from app.domain.events import Event
    from tests.simulator.hearing import Ear
    from tests.simulator.options import Variant
    from tests.simulator.peer import Peer
    from tests.simulator.shared import Shared

TICK: Final = 0.05
"""Seconds between looks at the clock."""


class Session:
    """One connection, from the upgrade to its end. A protocol fills in what differs."""

    protocol = ""

    def __init__(self, peer: Peer, shared: Shared) -> None:
        self.peer = peer
        self.shared = shared
        self.options = shared.options
        self.ear: Ear | None = None
        self.rate = 16_000
        self.known: SessionRecord | None = None

    async def open(self) -> None:
        """The connection stands."""

    async def text(self, message: dict[str, Any]) -> None:
        """The client sent a JSON object."""
        raise NotImplementedError

    async def binary(self, data: bytes) -> None:
        """The client sent a binary frame."""
        raise NotImplementedError

    async def not_json(self, text: str) -> None:
        """The client sent text that is no JSON object."""
        raise NotImplementedError

    async def fail(self, code: str, message: str) -> None:
        """Report a failure of the service, and end what can't go on."""
        raise NotImplementedError

    async def tick(self) -> None:
        """Some time has passed."""

    async def receive(self, message: str | bytes) -> None:
        """Take whatever the client sent."""
        record, number = self.shared.record, self.peer.number
        if isinstance(message, bytes):
            record.frame(number, "c>s", "binary", message)
            if not self.peer.over:
                await self.binary(message)
            return
        content = _object(message)
        record.frame(number, "c>s", "text", {"bytes": len(message)} if content is None else content)
        if self.peer.over:
            return
        if content is None:
            record.violate(Violation.NOT_JSON)
            await self.not_json(message)
        else:
            await self.text(content)

    async def watch(self) -> None:
        """Look at the clock until cancelled."""
        while True:
            await asyncio.sleep(TICK)
            if not self.peer.over:
                await self.tick()

    def close(self) -> None:
        """The connection is gone."""
        if self.ear is not None:
            self.ear.close()
            self.ear = None

    def violate(self, violation: Violation) -> None:
        """Count a breach of the protocol."""
        self.shared.record.violate(violation)

    def varies(self, variant: Variant) -> bool:
        """Whether this way to answer was asked for."""
        return variant in self.options.variants

    def begin(self, model: str, settings: dict[str, Any], hints: str) -> None:
        """Sound may come now."""
        self.close()
        self.known = SessionRecord(self.peer.number, self.protocol, model, settings, self.rate, hints)
        self.shared.record.session(self.known)
        self.ear = self.shared.recognition.ear(self.rate, hints)

    def arrived(self, data: bytes) -> Samples:
        """Count sound in (s16le) and give its samples, shape (n,)."""
        if len(data) % 2:
            self.violate(Violation.ODD_AUDIO)
        samples = np.frombuffer(data[: len(data) // 2 * 2], "<i2").astype(np.float32) / 32_768
        seconds = len(samples) / self.rate
        self.peer.audio += seconds
        if self.known is not None:
            self.known.heard(seconds)
        return samples

    async def hear(self, samples: Samples) -> list[Event]:
        """What is understood of the next sound."""
        return [] if self.ear is None else await self.ear.hear(samples)

    async def struck(self, *, finishing: bool = False) -> bool:
        """Let the faults happen that are due; says whether the session is over with it."""
        return await self.peer.strike(self.fail, finishing=finishing)

    def final(self, text: str) -> None:
        """Note a final that is sent."""
        if self.known is not None:
            self.known.transcripts.append(text)


def event_id() -> str:
    """An id as the realtime protocols use them."""
    return f"event_{uuid.uuid4().hex[:20]}"


def item_id() -> str:
    """An id of an item of the conversation."""
    return f"item_{uuid.uuid4().hex[:16]}"


def milliseconds(seconds: float) -> int:
    """Times on the wire are whole milliseconds."""
    return round(seconds * 1000)


def _object(text: str) -> dict[str, Any] | None:
    try:
        content = json.loads(text)
    except ValueError:
        return None
    return content if isinstance(content, dict) else None
