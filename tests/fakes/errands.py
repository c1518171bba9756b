"""Errands that come back when a test lets them."""

from __future__ import annotations

from collections.abc import Callable

from app.domain.errors import CaptionError
from app.domain.request import RecognitionRequest
from app.keys import KeyPlace

Told = Callable[[KeyPlace | CaptionError], None]


class FakeErrands:
    """Knows where keys are at once; a trial waits for the test.

    Attributes:
        places: where keys are, by name.
        kept: what was handed over to be kept, by name.
        keeps: what becomes of a key that is to be kept.
        looks_at_once: if not, a test answers `looking`.
    """

    def __init__(self) -> None:
        self.places: dict[str, KeyPlace] = {}
        self.kept: dict[str, str] = {}
        self.keeps: KeyPlace | CaptionError = KeyPlace.KEYRING
        self.looks_at_once = True
        self.looking: list[Told] = []
        self.trials: list[tuple[str, RecognitionRequest]] = []
        self.cancelled = 0
        self._told: Callable[[CaptionError | None], None] | None = None

    def try_service(
        self, engine: str, request: RecognitionRequest, told: Callable[[CaptionError | None], None]
    ) -> Callable[[], None]:
        self.trials.append((engine, request))
        self._told = told

        def cancel() -> None:
            self._told = None
            self.cancelled += 1

        return cancel

    def answer(self, error: CaptionError | None = None) -> None:
        """The trial is over."""
        assert self._told is not None, "nobody waits for a verdict"
        told, self._told = self._told, None
        told(error)

    def find_key(self, name: str, told: Told) -> Callable[[], None]:
        if self.looks_at_once:
            told(self.places.get(name, KeyPlace.NOWHERE))
            return lambda: None
        self.looking.append(told)
        return self.looking.clear

    def keep_key(self, name: str, text: str, told: Told) -> Callable[[], None]:
        if isinstance(self.keeps, KeyPlace):
            self.kept[name] = text
            self.places[name] = self.keeps
        told(self.keeps)
        return lambda: None

    def forget_key(self, name: str, told: Told) -> Callable[[], None]:
        self.kept.pop(name, None)
        self.places.pop(name, None)
        told(KeyPlace.NOWHERE)
        return lambda: None
