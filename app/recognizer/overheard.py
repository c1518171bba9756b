"""Sentences of the others that the microphone overhears, although their echo was taken out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final as Constant
from typing import TypeVar

from app.domain.echoed import beside, is_echo, is_late_echo
from app.domain.events import Event, Final, Partial
from app.domain.request import LANE_ME, LANE_THEM

REMEMBERED: Constant = 256
"""Sentences known of each lane: one recognizer may be minutes behind the other, as after an outage."""

_Sentence = TypeVar("_Sentence", bound=Partial | Final)


class Overheard:
    """Knows what is said on both lanes: a sentence of the microphone that is nothing but the others' is none.

    Attributes:
        retract: told of a sentence of the microphone that passed before the others were known to say it.
    """

    def __init__(self) -> None:
        self.retract: Callable[[Final], None] = _ignore
        self._mine: dict[int, Final] = {}
        self._theirs: dict[int, Partial | Final] = {}

    def take(self, lane: str, event: Event) -> Event:
        """What is to become of what `lane` says."""
        if lane == LANE_THEM and isinstance(event, Partial | Final):
            _note(self._theirs, event)
            # A partial may still change its mind: nothing that was written is taken back for it.
            if isinstance(event, Final):
                self._retract_beside(event)
        elif lane == LANE_ME and isinstance(event, Final):
            if is_echo(event, self._theirs.values()):
                return replace(event, text="", words=())
            _note(self._mine, event)
        return event

    def _retract_beside(self, theirs: Final) -> None:
        finals = [one for one in self._theirs.values() if isinstance(one, Final)]
        for mine in [one for one in self._mine.values() if beside(one, theirs)]:
            if is_late_echo(mine, finals):
                del self._mine[mine.utterance]
                self.retract(mine)


def _note(sentences: dict[int, _Sentence], event: _Sentence) -> None:
    sentences[event.utterance] = event
    if len(sentences) > REMEMBERED:
        del sentences[next(iter(sentences))]


def _ignore(said: Final) -> None:
    pass
