"""One eye on the clock for one connection: no message has a timer of its own."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable
from typing import Final

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from app.dialects.timeline import Pauses
from app.domain.errors import ServiceError

READY_SECONDS: Final = 10.0
"""From the open connection until the service takes sound."""
STALLED_SECONDS: Final = 10.0
"""How long one packet may take to leave."""
WORDLESS_SECONDS: Final = 15.0
"""How long a service may say nothing at all to somebody who speaks."""
SPOKEN_SECONDS: Final = 1.0
"""Speech that must have been sent before silence of the service means anything."""
PING_SECONDS: Final = 5.0
PONG_SECONDS: Final = 10.0
"""How long an answer to a ping may take, of a service that has answered one before."""
ASLEEP_SECONDS: Final = 10.0
"""Between two looks at the clock: the computer was asleep, and no connection survives that."""
LOOK_SECONDS: Final = 0.5


class StalledError(ServiceError):
    """The service takes sound and says nothing."""


class Watchdog:
    """Knows what has happened when, and raises once something is overdue.

    Args:
        pauses: has heard what was sent.
        greets: the service says when it is ready.
        asked_only: it says nothing before a sentence is committed.
    """

    def __init__(self, pauses: Pauses, *, greets: bool, asked_only: bool) -> None:
        self.opened = self.last_heard = self._now()
        self.ready = not greets
        self._asked_only = asked_only
        self._sending: float | None = None
        self._pauses = pauses
        self._sent = self._sent_when_heard = 0.0
        self._waiting_since: float | None = None
        self._ping: asyncio.Future[float] | None = None
        self._pinged = self.opened
        self._answers_pings = False

    def sending(self, now: bool) -> None:
        """A message is leaving, or has left."""
        self._sending = self._now() if now else None

    def sound(self, until: float) -> None:
        """Sound has left, up to this second of the session."""
        self._sent = until

    def asked(self) -> None:
        """A sentence was committed: its words are due."""
        if self._waiting_since is None:
            self._waiting_since = self._now()

    def heard(self) -> None:
        """The service said something."""
        self.last_heard = self._now()
        self._sent_when_heard = self._sent
        self._waiting_since = None

    async def watch(self, connection: ClientConnection) -> None:
        """Look at the clock until cancelled.

        Raises:
            ServiceError: something is overdue.
        """
        wall, steady = time.time(), self._now()
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            # Where one clock stands still while the computer sleeps, the other does not.
            if max(time.time() - wall, self._now() - steady) >= ASLEEP_SECONDS:
                raise ServiceError("This computer was asleep, so the connection is gone.", "Start again.")
            wall, steady = time.time(), self._now()
            self._look(steady)
            await self._keep_pinging(connection, steady)

    def _look(self, now: float) -> None:
        if not self.ready and now - self.opened >= READY_SECONDS:
            raise ServiceError("The service does not begin the session.", "Try again in a moment.")
        if self._sending is not None and now - self._sending >= STALLED_SECONDS:
            raise ServiceError("The service takes no more sound.", "Check the network and start again.")
        if self._waiting_since is None:
            if not self._asked_only and self._pauses.spoken(self._sent_when_heard) >= SPOKEN_SECONDS:
                self._waiting_since = now
        elif now - self._waiting_since >= WORDLESS_SECONDS:
            raise StalledError(
                "The service takes sound but says nothing.", "Check the network and start again."
            )

    async def _keep_pinging(self, connection: ClientConnection, now: float) -> None:
        if self._ping is not None and self._ping.done():
            self._answers_pings = True
            self._ping = None
        if self._ping is None:
            # While something waits to leave, a ping would wait behind it.
            if self._sending is None and now - self._pinged >= PING_SECONDS:
                self._pinged = now
                self._ping = await _pinged(connection)
        elif self._answers_pings and now - self._pinged >= PONG_SECONDS:
            raise ServiceError("The service is not there any more.", "Check the network and start again.")

    def _now(self) -> float:
        return asyncio.get_running_loop().time()


async def _pinged(connection: ClientConnection) -> asyncio.Future[float] | None:
    try:
        answer: Awaitable[float] = await connection.ping()
    except ConnectionClosed:
        # The listener knows why, and tells.
        return None
    future = asyncio.ensure_future(answer)
    # Where the connection closes first, nobody asks for the answer.
    future.add_done_callback(_retrieved)
    return future


def _retrieved(future: asyncio.Future[float]) -> None:
    if not future.cancelled():
        future.exception()
