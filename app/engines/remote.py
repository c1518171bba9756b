"""An engine that is a service somewhere else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from app.dialects.base import Dialect
from app.domain.secret import Secret
from app.engines.base import Emit, FrameSource
from app.engines.pace import Pace


class RemoteEngine:
    """Recognizes over a web socket, in a service's own language.

    Args:
        new_dialect: makes a fresh dialect for each connection.
        find_key: finds the service's key; may take its time, and raise a CaptionError.
        pace: seconds of sound that the service takes in a second.
        commit_pause: in manual mode, seconds of silence that end a sentence; None leaves it to `commit`.
    """

    def __init__(
        self,
        new_dialect: Callable[[Secret | None], Dialect],
        find_key: Callable[[], Secret | None],
        *,
        pace: float = 1.0,
        commit_pause: float | None = None,
    ) -> None:
        self._new_dialect = new_dialect
        self._find_key = find_key
        self._pace = pace
        self._commit_pause = commit_pause
        self._asked = asyncio.Event()

    def commit(self) -> None:
        """In manual mode: the sentence ends here."""
        self._asked.set()

    async def run(self, frames: FrameSource, emit: Emit) -> None:
        """Recognize until `frames` ends and the last words are in.

        Raises:
            CaptionError: the service can't be reached, refuses, or is lost.
        """
        pace = Pace(self._pace)
        # A keyring may ask the user first.
        key = await asyncio.to_thread(self._find_key)
        await self._once(frames, emit, pace, key)

    async def _once(self, frames: FrameSource, emit: Emit, pace: Pace, key: Secret | None) -> None:
        """One connection, from the handshake to the last word."""
        # Not at the top: the window opens before anything needs the web socket library.
        from app.engines.conversation import Conversation

        conversation = Conversation(
            self._new_dialect(key), pace=pace, commit_pause=self._commit_pause, asked=self._asked, key=key
        )
        await conversation.run(frames, emit)
