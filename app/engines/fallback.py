"""An engine that holds two: a service, and the embedded recognizer under it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final as Constant
from typing import Protocol

from app.domain.errors import CaptionError
from app.domain.events import Advice, Connected, Disconnected, Event, Final, Partial, StandIn
from app.domain.request import Prefer
from app.engines.backoff import Throttling, delays, least_delay, remedy_for
from app.engines.base import Emit, Engine, FrameSource, Tuned, Tuning
from app.engines.continuity import Continuity
from app.engines.running import running

BOUNDARY_SECONDS: Constant = 6.0
"""How long a service that is back waits for the end of a sentence of the stand-in."""
SHY: Constant = 10.0
"""Seconds that a service is not asked back after it was back and had no word; twice as many each time."""
SHYEST: Constant = 120.0

NOT_YET: Constant = "The service has not answered yet."
KEPT: Constant = "What is said is kept until the service is back."
ALL: Constant = "all of these captions are made by it."
LAST: Constant = "the last of these captions are made by it."
NOT_UNDERSTOOD: Constant = "this language is not among those it understands."


class Remote(Engine, Tuned, Protocol):
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
        understands: whether it can do what is spoken; told the service's latest words, empty before there
            are any.
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
        self._news = asyncio.Event()
        self._unpinned = asyncio.Event()
        self._away_since: float | None = None
        self._away_before: float | None = None
        """Since when it was away until it let us in, which its first word makes good."""
        self._let_in = 0.0
        self._reason, self._remedy = NOT_YET, ""
        self._under_way = False
        self._told_useless = False
        self._unfit = False
        self._latest = ""
        self._shy = 0.0
        self._ended_one = False
        self.prefer(prefer)

    @property
    def tuning(self) -> Tuning:
        """Which sound the service would rather hear; the stand-in takes what comes."""
        return self._service.tuning

    def prefer(self, prefer: Prefer) -> None:
        """The user wants one of the two, or leaves it to circumstances again."""
        self._prefer = prefer
        self._news.set()
        if prefer is Prefer.STAND_IN:
            self._unpinned.clear()
        else:
            self._unpinned.set()

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
        self._away_since, self._reason, self._remedy = _now(), NOT_YET, ""
        async with running(self._service.run(frames, self._take_served)) as service:
            while not service.done():
                self._news.clear()
                if self._prefer is Prefer.STAND_IN or self._is_too_long():
                    return False
                await self._something(service, seconds=self._left())
        error = service.exception()
        if error is None:
            return True
        if not (isinstance(error, CaptionError) and self._under_way and self._may_stand_in()):
            raise error
        self._reason, self._remedy = error.problem, remedy_for(error)
        return False

    async def _stand_in(self, frames: FrameSource) -> bool:
        """Let the other engine hear until the service is back; says whether all has been heard."""
        self._ended_one, self._under_way = False, True
        self._continuity.take(StandIn(self._title) if self._pinned else self._standing_in())
        async with (
            running(self._make_stand_in().run(frames, self._take_stood_in)) as hearing,
            running(self._knock()) as knocking,
        ):
            while not hearing.done():
                self._news.clear()
                if self._prefer is Prefer.SERVICE or (knocking.done() and not self._pinned):
                    await self._boundary(hearing)
                    break
                await self._something(hearing)
        if knocking.done() and not knocking.cancelled():
            knocking.result()
        if hearing.cancelled():
            self._shy = min(max(2 * self._shy, SHY), SHYEST)
            return False
        return self._ended_well(hearing.exception())

    def _ended_well(self, error: BaseException | None) -> bool:
        """Whether the stand-in has heard all; where it failed, the user is told and the service has to do.

        Raises:
            CaptionError: the stand-in failed, and the user wants it and nobody else.
        """
        if error is None:
            self._sign()
            return True
        if self._pinned or not isinstance(error, CaptionError):
            raise error
        self._unfit = True
        self._continuity.take(Advice(f"{self._title}: {error.problem} {KEPT}"))
        return False

    def _sign(self) -> None:
        """Say who made the captions at the end, where the user did not choose it: nothing else does then."""
        if not self._pinned:
            some = LAST if self._latest else ALL
            self._continuity.take(Advice(f"{self._title}: {some} {self._reason} {self._remedy}".rstrip()))

    async def _boundary(self, hearing: asyncio.Task[None]) -> None:
        """Wait for the end of a sentence, though not for a speaker without pauses, nor for a silent one."""
        until = _now() + BOUNDARY_SECONDS
        while not hearing.done() and _now() < until:
            self._news.clear()
            # One sentence at least: a service that lets us in and has no words must not silence both.
            if self._ended_one and not self._continuity.busy:
                return
            await self._something(hearing, seconds=until - _now())

    async def _knock(self) -> None:
        """Come back once the service would let us in."""
        throttling = Throttling()
        try:
            await asyncio.sleep(self._shy)
            for delay in delays():
                await self._unpinned.wait()
                error = await self._refusal()
                if error is None:
                    return
                await asyncio.sleep(max(delay, least_delay(error), throttling.delay(error)))
        finally:
            self._news.set()

    async def _refusal(self) -> CaptionError | None:
        """Why the service would not let us in now, which the user is told; None where it would."""
        try:
            await self._service.knock()
        except CaptionError as error:
            if error.problem != self._reason:
                self._reason, self._remedy = error.problem, remedy_for(error)
                self._continuity.take(self._standing_in())
            return error
        return None

    def _standing_in(self) -> StandIn:
        return StandIn(self._title, self._reason, self._remedy)

    def _take_served(self, event: Event) -> None:
        match event:
            case Connected():
                self._away_before, self._let_in = self._away_since, _now()
                self._away_since, self._under_way, self._told_useless = None, True, False
                self._news.set()
            case Disconnected(reason, remedy):
                self._reason, self._remedy = reason, remedy
                self._away_since = self._gone_since() if self._away_since is None else self._away_since
                self._news.set()
            case Partial(text=text) | Final(text=text) if text:
                self._latest, self._shy, self._away_before = text, 0.0, None
            case _:
                pass
        self._continuity.take(event)

    def _take_stood_in(self, event: Event) -> None:
        if isinstance(event, Connected):
            # That it hears is known; it is not the service.
            return
        self._continuity.take(event)
        if isinstance(event, Final):
            self._ended_one = True
            self._news.set()

    def _gone_since(self) -> float:
        """Since when it is away, where it has just gone: who lets us in and throws us out was never back."""
        before = self._away_before
        thrown_out = _now() - self._let_in < self._patience
        return before if before is not None and thrown_out else _now()

    @property
    def _pinned(self) -> bool:
        return self._prefer is Prefer.STAND_IN

    def _left(self) -> float | None:
        """Seconds of patience left; None where there is nothing to be impatient about."""
        if self._away_since is None or self._useless:
            return None
        return max(self._patience - (_now() - self._away_since), 0.0)

    @property
    def _useless(self) -> bool:
        """Whether it is settled that the other engine is of no use here."""
        return self._unfit or self._told_useless or self._prefer is Prefer.SERVICE

    def _is_too_long(self) -> bool:
        return self._left() == 0.0 and self._may_stand_in()

    def _may_stand_in(self) -> bool:
        """Whether the other engine is of any use here; tells the user once where it is not."""
        if self._useless:
            return False
        if self._understands(self._latest):
            return True
        self._told_useless = True
        self._continuity.take(Advice(f"{self._title}: {NOT_UNDERSTOOD} {KEPT}"))
        return False

    async def _something(self, *tasks: asyncio.Task[None], seconds: float | None = None) -> None:
        """Wait until one of the tasks ends, something is new, or so many seconds are over."""
        async with running(self._news.wait()) as news:
            await asyncio.wait([*tasks, news], timeout=seconds, return_when=asyncio.FIRST_COMPLETED)


def _now() -> float:
    return asyncio.get_running_loop().time()
