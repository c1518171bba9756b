"""One connection to a service: sound out, words in, and one eye on the clock."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from app.dialects import failures
from app.dialects.base import Dialect, Done, Message, Ready, Reply
from app.dialects.timeline import Pauses
from app.domain.audio import AudioFrame
from app.domain.errors import CaptionError, RefusedError, ServiceError
from app.domain.events import Final as FinalEvent
from app.domain.events import Partial
from app.domain.secret import Secret
from app.engines.base import Emit, FrameSource
from app.engines.connecting import LARGEST_MESSAGE, open_connection
from app.engines.pace import Pace
from app.engines.packets import Packets

READY_SECONDS: Final = 10.0
"""From the open connection until the service takes sound."""
STALLED_SECONDS: Final = 10.0
"""How long one packet may take to leave."""
QUIET_SECONDS: Final = 8.0
"""After the last sound: silence of the service after which it is asked whether it still lives."""
PONG_SECONDS: Final = 3.0
LAST_WORDS_SECONDS: Final = 120.0
"""After the last sound: however busy the service is."""
WORDLESS_SECONDS: Final = 2.0
"""How much may have been said behind the last word, where the service does not say that it is done."""
LOOK_SECONDS: Final = 0.25
TOO_BIG: Final = 1009


class Conversation:
    """Speaks a fresh dialect over a fresh connection.

    Args:
        pace: how fast sound may go out.
        commit_pause: seconds of silence at which a sentence is committed; None for never.
        asked: set when the user ends a sentence.
        key: kept out of every error.
    """

    def __init__(
        self,
        dialect: Dialect,
        *,
        pace: Pace,
        commit_pause: float | None,
        asked: asyncio.Event,
        key: Secret | None,
    ) -> None:
        self._dialect = dialect
        self._pace = pace
        self._commit_pause = commit_pause
        self._asked = asked
        self._key = key
        self._pauses = Pauses()
        self._worded = 0.0
        self._ready = asyncio.Event()
        self._done = asyncio.Event()
        self._opened = self._heard = 0.0
        self._sending: float | None = None
        self._finished: float | None = None

    async def run(self, frames: FrameSource, emit: Emit) -> None:
        """Recognize until `frames` ends and the last words are in.

        Raises:
            CaptionError: the service can't be reached, refuses, or is lost.
        """
        connection = await open_connection(self._dialect.handshake(), self._key)
        try:
            await self._converse(connection, frames, emit)
            await connection.close()
        finally:
            # Where the good-bye was not heard, or a failure left no time for one.
            connection.transport.abort()

    async def _converse(self, connection: ClientConnection, frames: FrameSource, emit: Emit) -> None:
        self._opened = self._heard = self._now()
        problem: CaptionError | None = None
        try:
            async with asyncio.TaskGroup() as group:
                others = (
                    group.create_task(self._listen(connection, emit), name="service"),
                    group.create_task(self._watch(connection), name="watchdog"),
                )
                await self._speak(connection, frames)
                await self._done.wait()
                for task in others:
                    task.cancel()
        except* CaptionError as errors:
            # Not raised here: older releases of Python 3.11 would wrap it into a group once more.
            problem = _first(errors)
        if problem is not None:
            raise problem

    async def _speak(self, connection: ClientConnection, frames: FrameSource) -> None:
        await self._send(connection, self._dialect.open())
        if self._dialect.greets:
            await self._ready.wait()
        packets = Packets(frames, self._dialect.rate)
        while (packet := await packets.read()) is not None:
            await self._pace.wait(packet.stop_seconds)
            await self._send(connection, self._dialect.audio(packet))
            await self._commit(connection, packet, packets)
        await self._send(connection, self._dialect.commit())
        self._finished = self._heard = self._now()
        await self._send(connection, self._dialect.finish())

    async def _commit(self, connection: ClientConnection, packet: AudioFrame, packets: Packets) -> None:
        """End the sentence where the user asked for it, or where somebody paused."""
        if self._asked.is_set():
            self._asked.clear()
            rest = packets.rest()
            await self._send(connection, self._dialect.audio(rest) if rest else [])
            await self._send(connection, self._dialect.commit())
        self._pauses.hear(packet)
        if self._commit_pause is None:
            return
        if self._pauses.silence(packet.stop_seconds) >= self._commit_pause:
            self._pauses.mark()
            await self._send(connection, self._dialect.commit())

    async def _send(self, connection: ClientConnection, messages: Sequence[Message]) -> None:
        try:
            for message in messages:
                self._sending = self._now()
                await connection.send(message)
        except ConnectionClosed:
            # The listener knows why, and tells; or the service is through with us.
            await self._done.wait()
        finally:
            self._sending = None

    async def _reply(self, connection: ClientConnection, messages: Sequence[Message]) -> None:
        # Where the connection is closed, the listener is about to see it.
        with suppress(ConnectionClosed):
            for message in messages:
                await connection.send(message)

    async def _listen(self, connection: ClientConnection, emit: Emit) -> None:
        try:
            async for message in connection:
                self._heard = self._now()
                await self._take(connection, message, emit)
                if self._done.is_set():
                    return
            closed = connection.close_code, connection.close_reason
        except ConnectionClosed:
            closed = connection.close_code, connection.close_reason
        self._end(connection, *closed)

    async def _take(self, connection: ClientConnection, message: Message, emit: Emit) -> None:
        for event in self._dialect.receive(message):
            match event:
                case Ready():
                    self._ready.set()
                case Reply(messages):
                    await self._reply(connection, messages)
                case Done() if self._finished is None:
                    raise ServiceError("The service ended the session before its time.", "Start again.")
                case Done():
                    self._done.set()
                case Partial() | FinalEvent():
                    self._worded = max(self._worded, event.end)
                    emit(event)
                case _:
                    emit(event)

    def _end(self, connection: ClientConnection, code: int | None, reason: str | None) -> None:
        """The connection is closed: as it should be, or not."""
        if connection.protocol.close_sent is not None and connection.protocol.close_sent.code == TOO_BIG:
            raise RefusedError(
                f"The service said more at once than {LARGEST_MESSAGE // 2**20} MB.",
                "Check that the endpoint belongs to the chosen recognizer.",
            )
        if self._finished is None or code not in (1000, 1001, 1005):
            raise failures.of_close(code, reason or "", self._key)
        self._done.set()

    async def _watch(self, connection: ClientConnection) -> None:
        """Look at the clock: no message has a timer of its own."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            now = self._now()
            if self._dialect.greets and not self._ready.is_set() and now - self._opened >= READY_SECONDS:
                raise ServiceError("The service does not begin the session.", "Try again in a moment.")
            if self._sending is not None and now - self._sending >= STALLED_SECONDS:
                raise ServiceError("The service takes no more sound.", "Check the network and start again.")
            if self._finished is None:
                continue
            if now - self._finished >= LAST_WORDS_SECONDS:
                self._done.set()
            elif now - self._heard >= QUIET_SECONDS:
                await self._ask_for_life(connection)

    async def _ask_for_life(self, connection: ClientConnection) -> None:
        """A service that lives and has words for all that was said is done, though it does not say so.

        Raises:
            ServiceError: the last words are missing.
        """
        lives = await _answers(connection)
        if self._done.is_set():
            return
        if not lives or self._pauses.quiet_since - self._worded > WORDLESS_SECONDS:
            raise ServiceError(
                "The service stopped answering; the last words are missing.",
                "Check the network and start again.",
            )
        self._done.set()

    def _now(self) -> float:
        return asyncio.get_running_loop().time()


async def _answers(connection: ClientConnection) -> bool:
    try:
        pong = await connection.ping()
        async with asyncio.timeout(PONG_SECONDS):
            await pong
    except (TimeoutError, ConnectionClosed):
        return False
    return True


def _first(errors: BaseExceptionGroup[CaptionError]) -> CaptionError:
    error = errors.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else error
