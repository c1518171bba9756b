"""Sentences of the others that the microphone overhears, although their echo was taken out."""

from __future__ import annotations

from dataclasses import replace
from typing import Final as Constant

from app.domain.echoed import is_echo
from app.domain.events import Event, Final, Partial
from app.domain.request import LANE_ME, LANE_THEM

REMEMBERED: Constant = 30.0
"""Seconds for which it is known what the others said: recognizers are later than one another."""


class Overheard:
    """Knows what the others say: a sentence of the microphone that is nothing but that is none."""

    def __init__(self) -> None:
        self._said: dict[int, Partial | Final] = {}

    def take(self, lane: str, event: Event) -> Event:
        """What is to become of what `lane` says."""
        if lane == LANE_THEM and isinstance(event, Partial | Final):
            self._note(event)
        elif lane == LANE_ME and isinstance(event, Final) and is_echo(event, self._said.values()):
            return replace(event, text="", words=())
        return event

    def _note(self, event: Partial | Final) -> None:
        self._said = {number: one for number, one in self._said.items() if one.end > event.end - REMEMBERED}
        self._said[event.utterance] = event
