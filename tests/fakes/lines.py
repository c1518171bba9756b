"""A service behind a network that comes and goes, and an engine that stands in for it; both really hear."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from app.domain.errors import CaptionError, ServiceError
from app.domain.events import Connected, Event, Final, Partial, SpeechStarted, Understood
from app.domain.secret import Secret
from app.engines.base import Emit, FrameSource
from app.engines.remote import Line, RemoteEngine
from app.engines.running import running
from app.engines.starts import Starts
from app.engines.watchdog import StalledError
from tests.simulator import Counting

if TYPE_CHECKING:
    from app.domain.audio import AudioFrame
    from tests.simulator.hearing import Recognition

OFTEN = 1000.0


class Network:
    """Whether the service can be reached, and how it fails where it can't.

    Attributes:
        error: what those are told who can't reach it.
        mute: seconds for which a connection that lost it seems to live.
        late: seconds between sound and its words.
        throws_out: seconds after which it throws out whom it lets in; None where it does not.
    """

    def __init__(self, *, up: bool = True, late: float = 0.0) -> None:
        self.error: CaptionError = ServiceError("The network is gone.")
        self.mute = 0.0
        self.late = late
        self.throws_out: float | None = None
        self._up, self._down = asyncio.Event(), asyncio.Event()
        self.switch(up)

    @property
    def up(self) -> bool:
        return self._up.is_set()

    def switch(self, up: bool) -> None:
        """It comes, or goes."""
        (self._up if up else self._down).set()
        (self._down if up else self._up).clear()

    async def lost(self) -> None:
        """Wait until it goes."""
        await self._down.wait()


class Talk:
    """One connection."""

    idle = False

    def __init__(self, network: Network, recognition: Recognition) -> None:
        self.began = self.sent = 0.0
        self._network = network
        self._recognition = recognition
        self._over = False

    async def run(self, frames: FrameSource, emit: Emit) -> bool:
        if not self._network.up:
            raise self._network.error
        emit(Connected())
        if self._network.throws_out is not None:
            await asyncio.sleep(self._network.throws_out)
            raise self._network.error
        async with running(self._hear(frames, emit)) as hearing, running(self._network.lost()) as lost:
            try:
                await asyncio.wait([hearing, lost], return_when=asyncio.FIRST_COMPLETED)
            finally:
                self._over = True
            if not hearing.done():
                await self._break_off()
        hearing.result()
        emit(Understood(self.sent))
        return True

    async def _break_off(self) -> None:
        if not self._network.mute:
            raise self._network.error
        await asyncio.sleep(self._network.mute)
        raise StalledError("The service takes sound but says nothing.")

    async def _hear(self, frames: FrameSource, emit: Emit) -> None:
        loop = asyncio.get_running_loop()

        due: deque[Event] = deque()

        def say() -> None:
            event = due.popleft()
            if not self._over:
                emit(event)

        def understood(event: Event) -> None:
            due.append(event)
            loop.call_later(self._network.late, say)

        def heard(frame: AudioFrame) -> None:
            self.began = self.began or frame.start_seconds
            self.sent = frame.stop_seconds

        await listen(self._recognition, frames, understood, heard)
        await asyncio.sleep(self._network.late + 0.1)


class Faraway(RemoteEngine):
    """The real engine for services, whose connections are `Talk`s."""

    def __init__(self, network: Network, recognition: Recognition | None = None) -> None:
        super().__init__(_no_dialect, lambda: None, _no_words, Line(give_up=None), Starts(OFTEN))
        self.knocks = 0
        self.network = network
        self._recognition = recognition or Counting()

    async def knock(self) -> None:
        self.knocks += 1
        if not self.network.up:
            raise self.network.error

    def _conversation(self, *_: object) -> Talk:  # type: ignore[override]
        return Talk(self.network, self._recognition)


class Nearby:
    """The engine that stands in.

    Args:
        error: what it fails with, after `lasts` seconds of sound.
    """

    def __init__(
        self,
        recognition: Recognition | None = None,
        error: CaptionError | None = None,
        lasts: float = 0.0,
    ) -> None:
        self._recognition = recognition or Counting()
        self._error = error
        self._lasts = lasts
        self._since: float | None = None

    async def run(self, frames: FrameSource, emit: Emit) -> None:
        emit(Connected())
        await listen(self._recognition, frames, emit, self._heard)

    def _heard(self, frame: AudioFrame) -> None:
        self._since = frame.start_seconds if self._since is None else self._since
        if self._error is not None and frame.stop_seconds - self._since >= self._lasts:
            raise self._error


async def listen(
    recognition: Recognition,
    frames: FrameSource,
    say: Callable[[Event], object],
    heard: Callable[[AudioFrame], None],
) -> None:
    """Recognize all there is; the ear counts from its first sample, what is said from the session's."""
    ear, start = recognition.ear(16_000, ""), None
    while (frame := await frames.read()) is not None:
        start = frame.start_seconds if start is None else start
        heard(frame)
        for event in await ear.hear(frame.samples):
            say(shifted(event, start))
    for event in await ear.finish():
        say(shifted(event, start or 0.0))
    ear.close()


def shifted(event: Event, by: float) -> Event:
    """The same, so many seconds later."""
    if isinstance(event, Partial | Final):
        return replace(event, start=event.start + by, end=event.end + by)
    return replace(event, start=event.start + by) if isinstance(event, SpeechStarted) else event


def _no_dialect(*_: object) -> None:  # type: ignore[misc]
    raise AssertionError("no dialect is spoken")


async def _no_words(key: Secret | None, emit: Emit) -> str:
    return ""
