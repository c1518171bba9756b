"""A connection that takes in little at a time, so that nobody can hold up the loop by sending much of it."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from websockets.asyncio.client import ClientConnection
from websockets.protocol import Event

BITE: Final = 1024
"""Bytes taken in at once. The library would take 256 KB: 130,000 pings, all of them answered."""
CROWD: Final = 32
"""Frames in a bite that only a flood has: a word takes more bytes than that."""
SIP: Final = 128
"""Bytes of a flood taken in at once: each answer is a call of the system."""
REST_SECONDS: Final = 0.02
"""Left to everybody else after each."""


class Unhurried(ClientConnection):
    """Takes in the next bite once everybody else has had a turn; meanwhile the network holds the sender back.

    Who floods us and does not read our answers gets no more of them.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401  # the library's own
        super().__init__(*arguments, **options)
        self._waiting = bytearray()
        self._next: asyncio.Handle | None = None
        self._frames = 0
        self._held = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """From here on reading is held by two: by us, and by messages that nobody has fetched."""
        super().connection_made(transport)
        self.recv_messages.pause = self._hold
        self.recv_messages.resume = self._release

    def data_received(self, data: bytes) -> None:
        """Take the first bite at once, unless others wait before it."""
        self._waiting += data
        if self._next is None:
            self._bite()

    def eof_received(self) -> None:
        """Nothing more comes: what waits goes first."""
        self._swallow()
        super().eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        """The same, without an answer."""
        self._swallow()
        super().connection_lost(exc)

    def process_event(self, event: Event) -> None:
        """Count frames."""
        self._frames += 1
        super().process_event(event)

    def _bite(self) -> None:
        self._next = None
        if not (self._held or (self._crowded and self.paused)):
            size = SIP if self._crowded else BITE
            bite = bytes(self._waiting[:size])
            del self._waiting[:size]
            self._frames = 0
            super().data_received(bite)
        self._go_on()

    def _go_on(self) -> None:
        """Take the next bite later, or read on where there is none."""
        if self._held:
            return
        if not self._waiting:
            self.transport.resume_reading()
            return
        self.transport.pause_reading()
        if self._next is None:
            rest = REST_SECONDS if self._crowded else 0.0
            self._next = self.loop.call_later(rest, self._bite) if rest else self.loop.call_soon(self._bite)

    @property
    def _crowded(self) -> bool:
        return self._frames > CROWD

    def _hold(self) -> None:
        self._held = True
        self.transport.pause_reading()

    def _release(self) -> None:
        self._held = False
        self._go_on()

    def _swallow(self) -> None:
        """Take in all at once what waits, but for a flood, of which nothing is missed."""
        if self._next is not None:
            self._next.cancel()
            self._next = None
        rest = b"" if self._crowded else bytes(self._waiting)
        self._waiting.clear()
        if rest:
            super().data_received(rest)
