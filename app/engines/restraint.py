"""What keeps a service that talks without end from taking all of our time, and all of our memory."""

from __future__ import annotations

import asyncio
import time
from typing import Final

from app.domain.errors import RefusedError
from app.domain.events import Final as FinalEvent
from app.domain.events import Partial

CROWD: Final = 128
"""Messages that may come at once, as after a delay, before we rest between them."""
CROWD_SECONDS: Final = 0.1
TURN: Final = 4096
"""Characters after which everybody else has a turn; after each short message it would cost more than that."""
SPOKEN: Final = 100.0
"""Characters that nobody can say in a second."""
AT_ONCE: Final = 20_000
"""Characters beyond those that are put up with: language models repeat themselves."""
REMEMBERED: Final = 256
"""Utterances that are not over and of which is known how long they have been."""


class Restraint:
    """Watches how much a service says over one connection."""

    def __init__(self) -> None:
        self._count = self._read = self._said = 0
        self._since = 0.0
        self._lengths: dict[int, int] = {}

    async def rest(self, size: int) -> None:
        """Between two messages: everybody else has a turn now and then, and after a crowd a longer one.

        No message is lost by that: meanwhile the network holds the service back.

        Args:
            size: characters or bytes of the message that was read.
        """
        self._count += 1
        self._read += size
        if self._count < CROWD:
            if self._read >= TURN:
                self._read = 0
                await asyncio.sleep(0)
            return
        crowded = time.monotonic() - self._since < CROWD_SECONDS
        await asyncio.sleep(CROWD_SECONDS if crowded else 0)
        self._count, self._since = 0, time.monotonic()

    def weigh(self, event: Partial | FinalEvent, seconds: float) -> None:
        """The service says that these words were said; those that it said of the utterance before count once.

        Args:
            event: what the service says.
            seconds: of sound that it has heard in all.

        Raises:
            RefusedError: nobody can have said so much.
        """
        longest = self._lengths.pop(event.utterance, 0)
        self._said += max(_length(event) - longest, 0)
        if isinstance(event, Partial):
            self._lengths[event.utterance] = max(_length(event), longest)
            if len(self._lengths) > REMEMBERED:
                del self._lengths[next(iter(self._lengths))]
        if self._said > AT_ONCE + SPOKEN * seconds:
            raise RefusedError(
                "The service has more words than anybody can have said.",
                "Check that the endpoint belongs to the chosen recognizer.",
            )


def _length(event: Partial | FinalEvent) -> int:
    # A mark takes as much room as words do.
    mark = event.hole.reason if isinstance(event, FinalEvent) and event.hole else ""
    return len(event.text) + len(mark)
