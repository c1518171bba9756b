"""The table of engines: the embedded one and the services."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from app.dialects.base import Dialect, Service
from app.domain.errors import AccessError, UsageError
from app.domain.request import Cut, RecognitionRequest
from app.domain.secret import Secret
from app.engines.base import Engine, EngineTraits
from app.engines.endpoints import checked, is_loopback
from app.engines.fallback import FallbackEngine
from app.engines.moonshine import TRAITS, MoonshineEngine, MoonshineModel, understands
from app.engines.regions import addressed
from app.engines.remote import Line, RemoteEngine
from app.engines.services import SERVICES, ServiceRow
from app.engines.starts import Starts
from app.engines.vocabulary import Vocabulary

MOONSHINE: Final = "moonshine"
STAND_IN: Final = "Embedded recognizer"
LOOPBACK_PACE: Final = 8.0
"""Seconds of sound a second that a service on this computer takes."""
LOOPBACK_REPLAY: Final = 12.0
CLIENT_PAUSE: Final = 0.8
"""Seconds of silence that end a sentence where neither the service nor the user does."""


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

    def close(self) -> None:
        """Let go of everything the engines share. Waits for the work in hand, below a second."""
        self._model.close()

    def _moonshine(self) -> EngineRow:
        return EngineRow(MOONSHINE, "Embedded (English)", TRAITS, self._embedded, self._model.prepare)

    def _embedded(self, request: RecognitionRequest) -> Engine:
        return MoonshineEngine(self._model, request)

    def _remote(self, row: ServiceRow) -> EngineRow:
        return EngineRow(row.id, row.title, row.traits, partial(self._reach, row), _nothing, row)

    def _reach(self, row: ServiceRow, request: RecognitionRequest) -> Engine:
        workspace = request.workspace.strip()
        endpoint = checked(addressed(request.endpoint or row.endpoint, workspace))
        model = request.model.strip() or row.model
        service = Service(endpoint, model, workspace=workspace)
        vocabulary = _vocabulary(request, row, service)
        request = _adapted(request, row, model)
        near = is_loopback(endpoint)

        def new_dialect(key: Secret | None, vocabulary: str) -> Dialect:
            return row.dialect(request, replace(service, key=key, vocabulary=vocabulary))

        line = Line(
            pace=LOOPBACK_PACE if near and row.tells_times else row.pace,
            replay=LOOPBACK_REPLAY if near and row.tells_times else row.replay,
            commit_pause=request.commit_pause if request.cut is Cut.MANUAL else None,
            asked_only=request.cut is Cut.MANUAL,
            longest=row.longest,
            give_up=request.give_up,
        )
        find_key = partial(self._key, row, needed=row.key_needed and not near)
        remote = RemoteEngine(new_dialect, find_key, vocabulary.hand_over, line, self._starts[row.id])
        return remote if request.patience is None else self._backed(remote, request, request.patience)

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
        )

    def _key(self, row: ServiceRow, *, needed: bool) -> Secret | None:
        """The service's key.

        Raises:
            AccessError: there is none, and it lets nobody in without.
        """
        key = self._find_key(row.key) if row.key else None
        if needed and key is None:
            raise AccessError(
                f"There is no key for {row.title}.", f"Put it into the environment variable {row.key}."
            )
        return key


def _vocabulary(request: RecognitionRequest, row: ServiceRow, service: Service) -> Vocabulary:
    """How the hotwords reach the service before the session, and what to tell about them."""
    traits = row.traits_of(service.model)
    if traits.hotwords is None:
        return Vocabulary({}, service)
    return Vocabulary(
        row.listed(service.model, traits.hotwords.taken(request.hotwords)),
        service,
        left_out=traits.hotwords.left_out(request.hotwords),
        instead="they go into the context" if traits.context else "they are left out",
    )


def _adapted(request: RecognitionRequest, row: ServiceRow, model: str) -> RecognitionRequest:
    """What is asked for, as far as the model can do it."""
    rules = row.traits_of(model).hotwords
    request = replace(request, hotwords=rules.taken(request.hotwords) if rules else ())
    if request.cut is Cut.VAD and row.client_cuts and model.startswith(row.client_cuts):
        return replace(request, cut=Cut.MANUAL, commit_pause=CLIENT_PAUSE)
    if request.cut is Cut.MANUAL and not row.traits.manual:
        return replace(request, cut=Cut.VAD)
    return request


async def _nothing() -> None:
    """There is nothing to prepare."""
