"""One connection to a service: sound out, words in."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from app.dialects.base import Dialect, DialectEvent, Done, Message, Ready, Reply
from app.dialects.timeline import Pauses
from app.domain.audio import AudioFrame
from app.domain.errors import CaptionError, NoSoundError, ServiceError, first_of
from app.domain.events import Connected, Event, Partial, Understood
from app.domain.events import Final as FinalEvent
from app.domain.secret import Secret
from app.engines.base import Emit, FrameSource
from app.engines.connecting import ending, open_connection, talked_too_much
from app.engines.last_words import overdue
from app.engines.ledger import Ledger
from app.engines.lull import Lull
from app.engines.pace import Pace
from app.engines.packets import Packets
from app.engines.renewal import Parting, Renewal, at_rest
from app.engines.restraint import Restraint
from app.engines.speech_gain import SpeechGain
from app.engines.watchdog import Watchdog

IN_GOOD_ORDER: Final = (1000, 1001, 1005)
"""Codes of a connection that a service closes when all is said."""
LONGEST_SENTENCE_SECONDS: Final = 30.0
"""Where pauses end the sentences: music under what is said may leave none."""
AT_A_TIME: Final = 16
"""Events of one message after which everybody else has a turn: it may hold the words of hours."""


class Conversation:
    """Speaks a fresh dialect over a fresh connection.

    Args:
        pace: how fast sound may go out.
        gain: raises quiet speech; knows from earlier connections how loud people are.
        commit_pause: seconds of silence at which a sentence is committed; None for never.
        asked_only: the service says nothing before a sentence is committed.
        patience: how many times as long as usual the service may say nothing.
        longest: seconds that the service lets a session live; None where it sets no limit.
        key: kept out of every error.

    Attributes:
        idle: it ended as there was no more sound for the time being; a recording may be held for an hour.
    """

    def __init__(
        self,
        dialect: Dialect,
        *,
        pace: Pace,
        gain: SpeechGain,
        commit_pause: float | None,
        asked_only: bool,
        patience: float,
        longest: float | None,
        key: Secret | None,
    ) -> None:
        self.idle = False
        self._dialect = dialect
        self._pace = pace
        self._gain = gain
        self._commit_pause = commit_pause
        self._asked_only = asked_only
        self._patience = patience
        self._renewal = Renewal(longest)
        self._parting: Parting | None = None
        self._key = key
        self._pauses = Pauses()
        self._ledger = Ledger(self._pauses, asked_only=asked_only)
        self._lull = Lull()
        self._restraint = Restraint()
        self._ready = False
        self._started = asyncio.Event()
        self._done = asyncio.Event()
        self._finished = False

    @property
    def began(self) -> float:
        """Where the sound that was sent begins, in seconds of the session; 0 where none was."""
        return self._ledger.began

    @property
    def sent(self) -> float:
        """How far the sound that was sent reaches, in seconds of the session; 0 where none was."""
        return self._ledger.sent

    async def run(self, frames: FrameSource, emit: Emit) -> bool:
        """Recognize until `frames` ends and the last words are in.

        Returns:
            Whether that is so; else a fresh session is to go on: this one is too old, or `idle`.

        Raises:
            CaptionError: the service can't be reached, refuses, or is lost.
        """
        connection = await open_connection(self._dialect.handshake(), self._key)
        try:
            ended = await self._converse(connection, frames, emit)
            await connection.close()
        finally:
            # Where the good-bye was not heard, or a failure left no time for one.
            connection.transport.abort()
        return ended

    async def _converse(self, connection: ClientConnection, frames: FrameSource, emit: Emit) -> bool:
        self._watchdog = Watchdog(
            self._pauses,
            greets=self._dialect.greets,
            asked_only=self._asked_only,
            patience=self._patience,
        )
        problem: CaptionError | None = None
        ended = False
        try:
            async with asyncio.TaskGroup() as group:
                others = [
                    group.create_task(self._listen(connection, emit), name="service"),
                    group.create_task(self._watchdog.watch(connection), name="watchdog"),
                ]
                ended = await self._speak(connection, frames, emit)
                others.append(group.create_task(self._wait_for_last_words(connection), name="last words"))
                await self._done.wait()
                for task in others:
                    task.cancel()
        except* CaptionError as errors:
            # Not raised here: older releases of Python 3.11 would wrap it into a group once more.
            problem = first_of(errors)
        if problem is not None and not self._is_settled(problem):
            raise problem
        if self._parting is not Parting.BROKEN_OFF:
            if hole := self._ledger.hole():
                emit(hole)
            emit(Understood(self.sent))
        return ended

    def _is_settled(self, problem: CaptionError) -> bool:
        """Whether the service only has no words for sound in which nobody spoke, and all of that is sent."""
        return isinstance(problem, NoSoundError) and self._finished and self._ledger.silent

    async def _speak(self, connection: ClientConnection, frames: FrameSource, emit: Emit) -> bool:
        """Send all there is to hear; says whether that was all, and not only all for this session."""
        await self._send(connection, self._dialect.open())
        if self._dialect.greets:
            await self._started.wait()
        else:
            self._begin(emit)
        packets = Packets(frames, self._dialect.rate)
        packet = await self._next(packets)
        while packet is not None:
            await self._say(connection, packet)
            self._parting = self._parting or self._due(packet)
            if self._parting is not None:
                break
            packet = await self._next(packets)
        ended = packet is None and self._parting is None
        if self._parting is Parting.BROKEN_OFF or not self.sent:
            self._done.set()
            return ended
        await self._ask(connection)
        self._finished = True
        self._watchdog.last_heard = self._now()
        await self._send(connection, self._dialect.finish())
        return ended

    async def _next(self, packets: Packets) -> AudioFrame | None:
        """The next packet, or the last one where there is no more sound for a while; None at the end."""
        try:
            async with asyncio.timeout(None) as waiting:
                self._watchdog.waits_for_sound(waiting)
                return await packets.read()
        except TimeoutError:
            self.idle = True
            self._parting = at_rest(
                pause=self.sent - self._pauses.quiet_since,
                busy=self._ledger.busy,
                since=self._ledger.since_last_word,
            )
            return packets.rest() if self._parting is Parting.FINISHED else None
        finally:
            self._watchdog.waits_for_sound(None)

    async def _say(self, connection: ClientConnection, packet: AudioFrame) -> None:
        await self._pace.wait(packet.stop_seconds)
        packet = self._gain.apply(packet)
        if not (self._asked_only and self._lull.spares(packet)):
            await self._send(connection, self._dialect.audio(packet))
        self._ledger.note_sent(packet)
        await self._commit(connection, packet)

    async def _commit(self, connection: ClientConnection, packet: AudioFrame) -> None:
        """End the sentence where the user did, or where somebody paused."""
        if packet.ends_sentence:
            await self._ask(connection)
        self._pauses.hear(packet)
        self._watchdog.sound(packet.stop_seconds)
        if self._commit_pause is None:
            return
        now, began = packet.stop_seconds, self._pauses.speech
        endless = began is not None and now - began >= LONGEST_SENTENCE_SECONDS
        if endless or self._pauses.silence(now) >= self._commit_pause:
            self._pauses.mark()
            await self._ask(connection)

    async def _ask(self, connection: ClientConnection) -> None:
        if self._asked_only and not self._lull.end_sentence():
            return
        if commit := self._dialect.commit():
            await self._send(connection, commit)
            self._watchdog.asked()

    def _due(self, packet: AudioFrame) -> Parting | None:
        """Whether a fresh session should go on from here."""
        age = self._now() - self._watchdog.opened
        if not self._renewal.is_near(age):
            return None
        return self._renewal.due(
            age,
            pause=packet.stop_seconds - self._pauses.quiet_since,
            busy=self._ledger.busy,
            since=self._ledger.since_last_word,
            words=self._ledger.has_words,
        )

    async def _send(self, connection: ClientConnection, messages: Sequence[Message]) -> None:
        try:
            for message in messages:
                self._watchdog.sending(True)
                await connection.send(message)
        except ConnectionClosed:
            # The listener knows why, and tells; or the service is through with us.
            await self._done.wait()
        finally:
            self._watchdog.sending(False)

    async def _reply(self, connection: ClientConnection, messages: Sequence[Message]) -> None:
        # Where the connection is closed, the listener is about to see it.
        with suppress(ConnectionClosed):
            for message in messages:
                await connection.send(message)

    async def _listen(self, connection: ClientConnection, emit: Emit) -> None:
        try:
            async for message in connection:
                self._watchdog.heard()
                for count, event in enumerate(self._dialect.receive(message), 1):
                    await self._take(connection, event, emit)
                    if count % AT_A_TIME == 0:
                        await asyncio.sleep(0)
                if self._done.is_set():
                    return
                if understood := self._ledger.forget_long_past(self._now()):
                    emit(understood)
                await self._restraint.rest(len(message))
        except ConnectionClosed:
            # Told below, like a connection that was closed in good order.
            pass
        self._end(connection)

    async def _take(self, connection: ClientConnection, event: DialectEvent, emit: Emit) -> None:
        match event:
            case Ready():
                self._begin(emit)
            case Reply(messages):
                await self._reply(connection, messages)
            case Done() if not self._finished:
                raise ServiceError("The service ended the session before its time.", "Start again.")
            case Done():
                self._done.set()
            case _:
                emit(self._noted(event))

    def _begin(self, emit: Emit) -> None:
        if not self._ready:
            self._ready = self._watchdog.ready = True
            self._started.set()
            emit(Connected())

    def _noted(self, event: Event) -> Event:
        """The event as it is told on."""
        if isinstance(event, FinalEvent):
            event = self._ledger.judge(event)
        if isinstance(event, Partial | FinalEvent):
            self._restraint.weigh(event, self.sent - self.began)
        self._ledger.note(event)
        return event

    def _end(self, connection: ClientConnection) -> None:
        """The connection is closed: as it should be, or not."""
        if talked_too_much(connection) or not self._finished or connection.close_code not in IN_GOOD_ORDER:
            raise ending(connection, self._key)
        self._ledger.check_last_words()
        self._done.set()

    async def _wait_for_last_words(self, connection: ClientConnection) -> None:
        """All is sent; not every service says that it is done, and not every one is."""
        lives = await overdue(connection, self._watchdog)
        if not self._done.is_set():
            self._ledger.check_last_words(lives)
            self._done.set()

    def _now(self) -> float:
        return asyncio.get_running_loop().time()
