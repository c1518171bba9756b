"""Utterances whose numbers go on when another connection, or another engine, takes over."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final as Constant

from app.domain.events import Event, Final, Partial, SpeechStarted, Understood, Utterance
from app.engines.base import Emit

EARLIER: Constant = 2.0
"""Seconds by which an utterance may begin earlier when it is heard again."""
LATER: Constant = 0.5
COVERED: Constant = 0.05
"""Seconds of an utterance that another one may overlap without having said it again."""


@dataclass(frozen=True, slots=True)
class _Open:
    """What is shown of an utterance that is not over."""

    start: float
    end: float


class Continuity:
    """Gives each utterance a number of its own, whoever says it.

    What is open when somebody else takes over is heard again by the one who comes next. Then it keeps its
    number, so that it is replaced on screen instead of standing there twice; and it goes, where the one
    who comes next has other words for the same sound.

    Args:
        emit: told everything, under the numbers that go on.
    """

    def __init__(self, emit: Emit) -> None:
        self._emit = emit
        self._names: dict[int, int] = {}
        self._open: dict[int, _Open] = {}
        self._orphans: dict[int, _Open] = {}
        self._count = 0

    @property
    def busy(self) -> bool:
        """Whether an utterance has begun that is not over."""
        return bool(self._open)

    def take(self, event: Event) -> None:
        """Somebody said something, under a number of their own."""
        if isinstance(event, SpeechStarted | Partial | Final):
            self._number(event)
            return
        if isinstance(event, Understood):
            self._drop_covered(event.until)
        self._emit(event)

    def switch(self) -> None:
        """From here on somebody else speaks, who hears anew what was not final."""
        self._orphans.update(self._open)
        self._open.clear()
        self._names.clear()

    def finish(self) -> None:
        """All has been heard: what was never said again had better not been said."""
        for number, orphan in tuple(self._orphans.items()):
            self._drop(number, orphan)

    def _number(self, event: Utterance) -> None:
        if event.utterance not in self._names:
            self._names[event.utterance] = self._adopted(event)
        number = self._names[event.utterance]
        if isinstance(event, Final):
            self._open.pop(number, None)
        else:
            end = event.end if isinstance(event, Partial) else event.start
            self._open[number] = _Open(event.start, end)
        self._emit(replace(event, utterance=number))
        if isinstance(event, Final):
            self._drop_covered(event.end)

    def _adopted(self, event: Utterance) -> int:
        """The number of what is heard again here, else a new one."""
        for number, orphan in self._orphans.items():
            if orphan.start - EARLIER <= event.start <= orphan.end + LATER:
                del self._orphans[number]
                return number
        self._count += 1
        return self._count

    def _drop_covered(self, end: float) -> None:
        for number, orphan in tuple(self._orphans.items()):
            if orphan.start < end - COVERED:
                self._drop(number, orphan)

    def _drop(self, number: int, orphan: _Open) -> None:
        del self._orphans[number]
        self._emit(Final(number, orphan.start, orphan.start, ""))
