"""One eye on the clock for one connection: no message has a timer of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Final

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from app.dialects.timeline import Pauses
from app.domain.errors import ServiceError
from app.engines.absence import Absence, Missed

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
"""How long an answer to a ping may take, of a service that has answered one before and says nothing else:
to one that is slow to read, the ping comes behind all the sound that waits on the way."""
ASLEEP_SECONDS: Final = 10.0
"""Between two looks at the clock: no connection survives that the computer sleeps for so long."""
IDLE_SECONDS: Final = 10.0
"""Without a packet to send: services end a session by themselves that hears nothing for twice as long."""
LOOK_SECONDS: Final = 1.0


class StalledError(ServiceError):
    """The service takes sound and says nothing."""


class Watchdog:
    """Knows what has happened when, and raises once something is overdue.

    Args:
        pauses: has heard what was sent.
        greets: the service says when it is ready.
        asked_only: it says nothing before a sentence is committed.
        patience: how many times as long as usual it may say nothing.
    """

    def __init__(self, pauses: Pauses, *, greets: bool, asked_only: bool, patience: float = 1.0) -> None:
        self.opened = self.last_heard = self._now()
        self.ready = not greets
        self._asked_only = asked_only
        self._wordless_seconds = WORDLESS_SECONDS * patience
        self._sending: float | None = None
        self._waiting_for_sound: asyncio.Timeout | None = None
        self._idle_since = 0.0
        self._pauses = pauses
        self._sent = self._sent_when_heard = 0.0
        self._waiting_since: float | None = None
        self._ping: asyncio.Future[float] | None = None
        self._pinged = self.opened
        self._answers_pings = False
        self._excused = 0.0

    def sending(self, now: bool) -> None:
        """A message is leaving, or has left."""
        self._sending = self._now() if now else None

    def waits_for_sound(self, waiting: asyncio.Timeout | None) -> None:
        """There is nothing to send; `waiting` is ended where that lasts. None: there is, or it is over."""
        self._waiting_for_sound = waiting
        self._idle_since = self._now()

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
        absence = Absence(LOOK_SECONDS, self._now)
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            self._excuse(absence.look())
            now = self._now()
            self._look(now)
            await self._keep_pinging(connection, now)

    def _excuse(self, missed: Missed) -> None:
        """What was late because the program had no turn is not overdue: the service may have answered."""
        if missed.asleep >= ASLEEP_SECONDS:
            raise ServiceError("This computer was asleep, so the connection is gone.", "Start again.")
        if missed.unclear >= ASLEEP_SECONDS:
            raise ServiceError(
                "This computer was asleep or too busy, so the connection is given up.", "Start again."
            )
        self._excused += missed.busy
        now = self._now()
        self.last_heard = min(self.last_heard + missed.busy, now)
        self._pinged = min(self._pinged + missed.busy, now)
        if self._sending is not None:
            self._sending = min(self._sending + missed.busy, now)
        if self._waiting_since is not None:
            self._waiting_since = min(self._waiting_since + missed.busy, now)

    def _look(self, now: float) -> None:
        if self._waiting_for_sound is not None and now - self._idle_since >= IDLE_SECONDS:
            # No timer for each packet: most are there in a tenth of a second.
            self._waiting_for_sound.reschedule(now)
            self._waiting_for_sound = None
        if not self.ready and now - self.opened - self._excused >= READY_SECONDS:
            raise ServiceError("The service does not begin the session.", "Try again in a moment.")
        if self._sending is not None and now - self._sending >= STALLED_SECONDS:
            raise ServiceError("The service takes no more sound.", "Check the network and start again.")
        if self._waiting_since is None:
            if not self._asked_only and self._owes_words():
                self._waiting_since = now
        elif now - self._waiting_since >= self._wordless_seconds:
            raise StalledError(
                "The service takes sound but says nothing.", "Check the network and start again."
            )

    def _owes_words(self) -> bool:
        """Whether enough was said since the service said anything."""
        since = self._sent_when_heard
        # Loudness costs: it is not looked at while there is not even so much sound.
        return self._sent - since >= SPOKEN_SECONDS and self._pauses.spoken(since) >= SPOKEN_SECONDS

    async def _keep_pinging(self, connection: ClientConnection, now: float) -> None:
        if self._ping is not None and self._ping.done():
            self._answers_pings = True
            self._ping = None
        if self._ping is None:
            # While something waits to leave, a ping would wait behind it.
            if self._sending is None and now - self._pinged >= PING_SECONDS:
                self._pinged = now
                self._ping = await _pinged(connection)
        elif self._answers_pings and now - max(self._pinged, self.last_heard) >= PONG_SECONDS:
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
