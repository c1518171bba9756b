"""An engine that is a service somewhere else."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from app.dialects.base import Dialect
from app.domain.secret import Secret
from app.engines.base import Emit, FrameSource
from app.engines.pace import Pace

HandOver: TypeAlias = Callable[[Secret | None, Emit], Awaitable[str]]
"""Takes hotwords to where the service keeps them; gives the id of their list, empty for none."""


class RemoteEngine:
    """Recognizes over a web socket, in a service's own language.

    Args:
        new_dialect: makes a fresh dialect for each connection, from the key and the id of the hotword list.
        find_key: finds the service's key; may take its time, and raise a CaptionError.
        hand_over: called once a run.
        pace: seconds of sound that the service takes in a second.
        commit_pause: in manual mode, seconds of silence that end a sentence; None leaves it to `commit`.
    """

    def __init__(
        self,
        new_dialect: Callable[[Secret | None, str], Dialect],
        find_key: Callable[[], Secret | None],
        hand_over: HandOver,
        *,
        pace: float = 1.0,
        commit_pause: float | None = None,
    ) -> None:
        self._new_dialect = new_dialect
        self._find_key = find_key
        self._hand_over = hand_over
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
        vocabulary = await self._hand_over(key, emit)
        await self._once(frames, emit, pace, key, vocabulary)

    async def _once(
        self, frames: FrameSource, emit: Emit, pace: Pace, key: Secret | None, vocabulary: str
    ) -> None:
        """One connection, from the handshake to the last word."""
        # Not at the top: the window opens before anything needs the web socket library.
        from app.engines.conversation import Conversation

        conversation = Conversation(
            self._new_dialect(key, vocabulary),
            pace=pace,
            commit_pause=self._commit_pause,
            asked=self._asked,
            key=key,
        )
        await conversation.run(frames, emit)
