"""The table of engines: the embedded one and the services."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from app.domain.errors import CredentialError, UsageError
from app.domain.request import RecognitionRequest
from app.domain.secret import Secret
from app.engines.aside import aside
from app.engines.base import Engine, EngineTraits
from app.engines.moonshine import TRAITS, MoonshineEngine, MoonshineModel
from app.engines.reach import Reach
from app.engines.services import SERVICES, ServiceRow
from app.engines.starts import Starts

MOONSHINE: Final = "moonshine"


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
        key = await aside(partial(self._key, reach), "key")
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
        # Not at the top: the window opens before anything speaks to a service.
        from app.engines.service_engine import service_engine

        reach = Reach.of(row, request)
        find_key = partial(self._key, reach)
        return service_engine(request, reach, find_key, self._starts[row.id], self._lists, self._embedded)

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


async def _nothing() -> None:
    """There is nothing to prepare."""
