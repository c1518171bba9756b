"""The table of engines. A new engine is a row here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from app.domain.errors import UsageError
from app.domain.request import RecognitionRequest
from app.engines.base import Engine, EngineTraits
from app.engines.moonshine import TRAITS, MoonshineEngine, MoonshineModel

MOONSHINE: Final = "moonshine"


@dataclass(frozen=True, slots=True)
class EngineRow:
    """One engine to choose from.

    Attributes:
        id: what the command line calls it.
        title: what people read.
        make: from a request to an engine for one session.
        prepare: makes the first session start faster; may be awaited at any time, more than once.
    """

    id: str
    title: str
    traits: EngineTraits
    make: Callable[[RecognitionRequest], Engine]
    prepare: Callable[[], Awaitable[None]]


class Catalogue:
    """All engines of this program, and what they share."""

    def __init__(self) -> None:
        self._model = MoonshineModel()
        self.rows = (self._moonshine(),)

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
            UsageError: there is no such engine.
        """
        return self.row(engine).make(request)

    def close(self) -> None:
        """Let go of everything the engines share. Waits for the work in hand, below a second."""
        self._model.close()

    def _moonshine(self) -> EngineRow:
        model = self._model
        return EngineRow(
            MOONSHINE,
            "Embedded (English)",
            TRAITS,
            lambda request: MoonshineEngine(model, request),
            model.prepare,
        )
