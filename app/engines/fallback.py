"""An engine that holds two: a service, and the embedded recognizer under it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final as Constant
from typing import Protocol

from app.domain.errors import CaptionError
from app.domain.events import Advice, Connected, Disconnected, Event, Final, StandIn
from app.domain.request import Prefer
from app.engines.backoff import delays, least_delay
from app.engines.base import Emit, Engine, FrameSource
from app.engines.continuity import Continuity
from app.engines.running import running

BOUNDARY_SECONDS: Constant = 6.0
"""How long a service that is back waits for the end of the sentence that the stand-in is at."""

NOT_UNDERSTOOD: Constant = (
    "this language is not among those it understands. What is said is kept until the service is back."
)


class Remote(Engine, Protocol):
    """A service that may be away."""

    async def knock(self) -> None:
        """Find out whether it would let us in now.

        Raises:
            CaptionError: it would not.
        """


class FallbackEngine:
    """Lets the embedded recognizer stand in while a service is away, both on one clock, in one transcript.

    Args:
        service: tells `Connected` and `Disconnected`, and keeps trying by itself.
        stand_in: makes the other engine, each time it is needed.
        title: what people call that one.
        patience: seconds without the service before it stands in.
        understands: whether it can do what is spoken; told the latest words, empty before there are any.
        prefer: whom the user wants.
    """

    def __init__(
        self,
        service: Remote,
        stand_in: Callable[[], Engine],
        title: str,
        *,
        patience: float,
        understands: Callable[[str], bool],
        prefer: Prefer = Prefer.AUTOMATIC,
    ) -> None:
        self._service = service
        self._make_stand_in = stand_in
        self._title = title
        self._patience = patience
        self._understands = understands
        self._prefer = prefer
        self._news = asyncio.Event()
        self._away_since: float | None = None
        self._reason = ""
        self._was_there = False
        self._advised = False
        self._latest = ""

    def prefer(self, prefer: Prefer) -> None:
        """The user wants one of the two, or leaves it to circumstances again."""
        self._prefer = prefer
        self._news.set()

    async def run(self, frames: FrameSource, emit: Emit) -> None:
        """Recognize until `frames` ends and the last words are in.

        Raises:
            CaptionError: neither of the two can go on.
        """
        self._continuity = Continuity(emit)
        turn = self._stand_in if self._prefer is Prefer.STAND_IN else self._serve
        while not await turn(frames):
            turn = self._serve if turn == self._stand_in else self._stand_in
            self._continuity.switch()
            frames.rewind()
        self._continuity.finish()

    async def _serve(self, frames: FrameSource) -> bool:
        """Let the service hear until it has been away too long; says whether all has been heard."""
        self._away_since = _now()
        async with running(self._service.run(frames, self._take)) as service:
            while not service.done():
                self._news.clear()
                if self._prefer is Prefer.STAND_IN or self._is_too_long():
                    return False
                await self._something(service, self._left())
        error = service.exception()
        if error is None:
            return True
        if not (isinstance(error, CaptionError) and self._was_there and self._may_stand_in()):
            raise error
        self._reason = error.problem
        return False

    async def _stand_in(self, frames: FrameSource) -> bool:
        """Let the other engine hear until the service is back; says whether all has been heard."""
        wanted = self._prefer is Prefer.STAND_IN
        self._continuity.take(StandIn(self._title, "" if wanted else self._reason))
        async with (
            running(self._make_stand_in().run(frames, self._take)) as hearing,
            running(self._knock()) as knocking,
        ):
            while not hearing.done():
                self._news.clear()
                back = self._prefer is not Prefer.STAND_IN and knocking.done()
                if self._prefer is Prefer.SERVICE or back:
                    await self._boundary(hearing)
                    break
                await self._something(hearing, None, knocking)
        if not hearing.done() or hearing.cancelled():
            return False
        hearing.result()
        return True

    async def _boundary(self, hearing: asyncio.Task[None]) -> None:
        """Wait for the end of the sentence, though not for a speaker without pauses."""
        until = _now() + BOUNDARY_SECONDS
        while self._continuity.busy and not hearing.done() and _now() < until:
            self._news.clear()
            await self._something(hearing, until - _now())

    async def _knock(self) -> None:
        """Come back once the service would let us in."""
        for delay in delays():
            try:
                await self._service.knock()
            except CaptionError as error:
                self._reason = error.problem
                await asyncio.sleep(max(delay, least_delay(error)))
            else:
                self._news.set()
                return

    def _take(self, event: Event) -> None:
        match event:
            case Connected():
                self._away_since, self._was_there, self._advised = None, True, False
            case Disconnected(reason):
                self._reason = reason
                self._away_since = _now() if self._away_since is None else self._away_since
            case Final(text=text) if text:
                self._latest = text
            case _:
                pass
        self._continuity.take(event)
        if isinstance(event, Connected | Disconnected | Final):
            self._news.set()

    def _left(self) -> float | None:
        """Seconds of patience left; None where there is nothing to be impatient about."""
        if self._away_since is None or self._prefer is Prefer.SERVICE or self._advised:
            return None
        return max(self._patience - (_now() - self._away_since), 0.0)

    def _is_too_long(self) -> bool:
        return self._left() == 0.0 and self._may_stand_in()

    def _may_stand_in(self) -> bool:
        """Whether the other engine is of any use here; tells the user once where it is not."""
        if self._prefer is Prefer.SERVICE:
            return False
        if self._understands(self._latest):
            return True
        if not self._advised:
            self._advised = True
            self._continuity.take(Advice(f"{self._title}: {NOT_UNDERSTOOD}"))
        return False

    async def _something(self, *tasks_and_seconds: asyncio.Task[None] | float | None) -> None:
        """Wait until one of the tasks ends, something is new, or so many seconds are over."""
        tasks = [one for one in tasks_and_seconds if isinstance(one, asyncio.Task)]
        seconds = next((one for one in tasks_and_seconds if isinstance(one, float)), None)
        async with running(self._news.wait()) as news:
            await asyncio.wait([*tasks, news], timeout=seconds, return_when=asyncio.FIRST_COMPLETED)


def _now() -> float:
    return asyncio.get_running_loop().time()
