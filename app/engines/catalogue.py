"""The table of engines: the embedded one and the services."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from app.domain.errors import CredentialError, UsageError
from app.domain.request import Cut, RecognitionRequest
from app.domain.secret import Secret
from app.engines.base import Emit, Engine, EngineTraits, Tuning
from app.engines.fallback import FallbackEngine
from app.engines.moonshine import TRAITS, MoonshineEngine, MoonshineModel, understands
from app.engines.reach import Reach
from app.engines.remote import Line, RemoteEngine
from app.engines.services import SERVICES, ServiceRow
from app.engines.starts import Starts
from app.engines.vocabulary import Vocabulary

MOONSHINE: Final = "moonshine"
STAND_IN: Final = "Embedded recognizer"
LOOPBACK_PACE: Final = 8.0
"""Seconds of sound a second that a service on this computer takes."""
LOOPBACK_REPLAY: Final = 12.0


@dataclass(frozen=True, slots=True)
class EngineRow:
    """One engine to choose from.

    Attributes:
        id: what the command line calls it.
        title: what people read.
        traits: what its usual model can do.
        make: from a request to an engine for one session.
        prepare: makes the first session start faster; may be awaited at any time, more than once.
        service: how to reach it; None for the embedded one.
    """

    id: str
    title: str
    traits: EngineTraits
    make: Callable[[RecognitionRequest], Engine]
    prepare: Callable[[], Awaitable[None]]
    service: ServiceRow | None = None

    def traits_of(self, model: str) -> EngineTraits:
        """What the model can do; the usual one where `model` is empty."""
        if self.service is None:
            return self.traits
        return self.service.traits_of(model.strip() or self.service.model)


class Catalogue:
    """All engines of this program, and what they share.

    Args:
        find_key: finds the key with a name such as `DASHSCOPE_API_KEY`; may take its time.
    """

    def __init__(self, find_key: Callable[[str], Secret | None] = lambda _: None) -> None:
        self._find_key = find_key
        self._model = MoonshineModel()
        self._starts = {row.id: Starts(row.starts) for row in SERVICES}
        self._lists = asyncio.Lock()
        self.rows = (self._moonshine(), *map(self._remote, SERVICES))

    def row(self, engine: str | None = None) -> EngineRow:
        """The engine called `engine`; the first one where the user has not chosen.

        Raises:
            UsageError: there is no such engine.
        """
        for row in self.rows:
            if engine in (None, row.id):
                return row
        known = ", ".join(row.id for row in self.rows)
        raise UsageError(f"There is no recognizer called {engine!r}.", f"There are: {known}.")

    def engine(self, engine: str, request: RecognitionRequest) -> Engine:
        """A fresh engine for one session.

        Raises:
            UsageError: there is no such engine, or its endpoint makes no sense.
        """
        return self.row(engine).make(request)

    async def try_out(self, engine: str, request: RecognitionRequest) -> None:
        """Find out whether captions could start with `request`; nothing comes of it where they could.

        Raises:
            CaptionError: they can't, and why.
        """
        row = self.row(engine)
        if row.service is None:
            await row.prepare()
            return
        # Not at the top: the window opens before anything needs the web socket library.
        from app.engines.trial import try_service

        reach = Reach.of(row.service, request)
        # A keyring may ask the user first.
        key = await asyncio.to_thread(self._key, reach)
        await self._starts[row.id].wait()
        await try_service(reach, key)

    def close(self) -> None:
        """Let go of everything the engines share. Waits for the work in hand, below a second."""
        self._model.close()

    def _moonshine(self) -> EngineRow:
        return EngineRow(MOONSHINE, "Embedded (English)", TRAITS, self._embedded, self._model.prepare)

    def _embedded(self, request: RecognitionRequest) -> Engine:
        return MoonshineEngine(self._model, request)

    def _remote(self, row: ServiceRow) -> EngineRow:
        return EngineRow(row.id, row.title, row.traits, partial(self._remote_engine, row), _nothing, row)

    def _remote_engine(self, row: ServiceRow, request: RecognitionRequest) -> Engine:
        reach = Reach.of(row, request)
        hand_over = partial(self._hand_over, _vocabulary(request, reach))
        find_key = partial(self._key, reach)
        remote = RemoteEngine(
            reach.dialect, find_key, hand_over, _line(reach), self._starts[row.id], _tuning(reach)
        )
        return remote if request.patience is None else self._backed(remote, reach.request, request.patience)

    async def _hand_over(self, vocabulary: Vocabulary, key: Secret | None, emit: Emit) -> str:
        # The lanes of a meeting one after the other: both at once would each make a list of their own.
        async with self._lists:
            return await vocabulary.hand_over(key, emit)

    def _backed(self, service: RemoteEngine, request: RecognitionRequest, patience: float) -> Engine:
        """The service, with the embedded recognizer under it."""
        # Where the language is left to the service, what was heard tells whether it is English.
        english = replace(request, language=None)
        return FallbackEngine(
            service,
            lambda: self._embedded(english),
            STAND_IN,
            patience=patience,
            understands=partial(understands, request.language),
            prefer=request.prefer,
        )

    def _key(self, reach: Reach) -> Secret | None:
        """The service's key.

        Raises:
            CredentialError: there is none, and it lets nobody in without.
        """
        row = reach.row
        key = self._find_key(row.key) if row.key else None
        if reach.key_needed and key is None:
            raise CredentialError(
                f"There is no key for {row.title}.",
                f"Put it into the recognizer's settings, or into the environment variable {row.key}.",
            )
        return key


def _line(reach: Reach) -> Line:
    """How the service is spoken to."""
    row, request = reach.row, reach.request
    quick, manual = reach.near and row.tells_times, request.cut is Cut.MANUAL
    return Line(
        pace=LOOPBACK_PACE if quick else row.pace,
        replay=LOOPBACK_REPLAY if quick else row.replay,
        commit_pause=request.commit_pause if manual else None,
        asked_only=manual,
        longest=row.longest,
        give_up=request.give_up,
    )


def _tuning(reach: Reach) -> Tuning:
    """Which sound the model would rather hear, and what to tell where another model would."""
    row, model = reach.row, reach.service.model
    return Tuning(row.traits_of(model).rates[0], partial(row.advice, model, reach.request.language))


def _vocabulary(request: RecognitionRequest, reach: Reach) -> Vocabulary:
    """How the hotwords reach the service before the session, and what to tell about them and the context."""
    row, service = reach.row, reach.service
    traits, words = row.traits_of(service.model), reach.request.hotwords
    rules = traits.context
    crowded = replace(rules, hotwords=True) if rules else None
    return Vocabulary(
        row.listed(service.model, words),
        service,
        left_out=traits.hotwords.left_out(request.hotwords) if traits.hotwords else "",
        beyond=rules.share(words, request.context).left_out if rules else "",
        instead="they go into the context" if rules else "they are left out",
        crowded=crowded.share(words, request.context).left_out if crowded else "",
    )


async def _nothing() -> None:
    """There is nothing to prepare."""
