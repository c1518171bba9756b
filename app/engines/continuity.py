"""Utterances whose numbers go on when another connection, or another engine, takes over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final as Constant

from app.domain.events import Event, Final, Partial, SpeechStarted, Understood, Utterance
from app.engines.base import Emit

EARLIER: Constant = 2.0
"""Seconds by which an utterance may begin earlier when it is heard again."""
LATER: Constant = 0.5
COVERED: Constant = 0.05
"""Seconds of an utterance that another one may overlap without having said it again."""
LEFT_BEHIND: Constant = 30.0
"""Seconds from the end of an open utterance to one that is over, at which it has been forgotten."""


class Continuity:
    """Gives each utterance a number of its own, whoever says it, and says them for good in their order.

    What is open when somebody else takes over is heard again by the one who comes next. Then it keeps its
    number, so that it is replaced on screen instead of standing there twice; and it goes, where the one
    who comes next has other words for the same sound.

    An utterance that is over while an earlier one is open stays open with it: should somebody else take
    over now, both are heard again.

    Args:
        emit: told everything, under the numbers that go on.
    """

    def __init__(self, emit: Emit) -> None:
        self._emit = emit
        self._names: dict[int, int] = {}
        self._open: dict[int, Final] = {}
        self._over: set[int] = set()
        self._said: set[int] = set()
        self._orphans: dict[int, Final] = {}
        self._before: dict[int, str] = {}
        """What was on screen of those that are heard again."""
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
            self._end(one.utterance for one in self._open.values() if one.start < event.until)
            self._drop_covered(event.until)
        self._emit(event)

    def switch(self) -> None:
        """From here on somebody else speaks, who hears anew what was not final."""
        self._orphans.update(self._open)
        self._open.clear()
        self._over.clear()
        self._said.clear()
        self._names.clear()
        self._before.clear()

    def finish(self) -> None:
        """All has been heard: what was never said again had better not been said."""
        for orphan in tuple(self._orphans.values()):
            self._drop(orphan)

    def _number(self, event: Utterance) -> None:
        if event.utterance not in self._names:
            self._names[event.utterance] = self._adopted(event)
        event = replace(event, utterance=self._names[event.utterance])
        if isinstance(event, Final):
            self._finish(event)
        elif event.utterance not in self._said:
            self._go_on(event)

    def _go_on(self, event: SpeechStarted | Partial) -> None:
        self._open[event.utterance] = _as_it_stands(event)
        self._emit(event)
        if isinstance(event, Partial):
            self._drop_within(event)

    def _adopted(self, event: Utterance) -> int:
        """The number of what is heard again here, else a new one."""
        for number, orphan in self._orphans.items():
            if orphan.start - EARLIER <= event.start <= orphan.end + LATER:
                self._before[number] = self._orphans.pop(number).text
                return number
        self._count += 1
        return self._count

    def _finish(self, final: Final) -> None:
        if final.hole and not final.text:
            # Who has no words for it takes none away.
            final = replace(final, text=self._before.get(final.utterance, ""))
        self._said.add(final.utterance)
        self._open[final.utterance] = final
        forgotten = [one for one in self._open.values() if one.end < final.start - LEFT_BEHIND]
        self._end((final.utterance, *(one.utterance for one in forgotten)))
        if final.utterance in self._open:
            self._emit(Partial(final.utterance, final.start, final.end, final.text))

    def _end(self, numbers: Iterable[int]) -> None:
        """These are over: say for good what no open utterance has begun before."""
        self._over.update(numbers)
        for one in sorted(self._open.values(), key=_place):
            if one.utterance not in self._over:
                return
            del self._open[one.utterance]
            self._over.discard(one.utterance)
            self._emit(one)
            self._drop_covered(one.end)

    def _drop_covered(self, end: float) -> None:
        for orphan in tuple(self._orphans.values()):
            if orphan.start < end - COVERED:
                self._drop(orphan)

    def _drop_within(self, partial: Partial) -> None:
        for orphan in tuple(self._orphans.values()):
            if partial.start <= orphan.start and orphan.end <= partial.end:
                self._drop(orphan)

    def _drop(self, orphan: Final) -> None:
        del self._orphans[orphan.utterance]
        self._emit(Final(orphan.utterance, orphan.start, orphan.start, ""))


def _as_it_stands(event: SpeechStarted | Partial) -> Final:
    """What would be said for good if no more came."""
    if isinstance(event, SpeechStarted):
        return Final(event.utterance, event.start, event.start, "")
    return Final(event.utterance, event.start, event.end, event.text)


def _place(one: Final) -> tuple[float, int]:
    return one.start, one.utterance
