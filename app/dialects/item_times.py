"""When items were said: as the server tells, or as we heard it where it does not count from the beginning."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Final

from app.dialects.ear import Ear
from app.dialects.timeline import Timeline
from app.domain.audio import AudioFrame

REMEMBERED: Final = 256


class ItemTimes:
    """From milliseconds of items to the session clock.

    Some servers count from the beginning of each item's own buffer, which begins somewhere behind the last
    item. Once a start can't be the session's, none is believed any more; how long an item is stays true.

    Args:
        timeline: of the connection.
        doubts: the server may be one of those; else it is believed, whatever we hear ourselves.
    """

    def __init__(self, timeline: Timeline, *, doubts: bool) -> None:
        self._timeline = timeline
        self._doubts = doubts
        self._ear = Ear(timeline)
        self._believed = True
        self._begun: dict[Hashable, tuple[float | None, float]] = {}

    def hear(self, frame: AudioFrame) -> None:
        """Sound is being sent."""
        if self._doubts:
            self._ear.hear(frame)

    def start(self, key: Hashable, milliseconds: object) -> float | None:
        """When the item began; None where nobody knows."""
        told = self._timeline.at(milliseconds)
        if not self._doubts:
            return told
        if told is None or key in self._begun:
            return self._begun.get(key, (None, None))[0]
        self._believed = self._believed and not self._ear.contradicts(told)
        begin = told if self._believed else self._heard(told - self._timeline.start)
        self._begun[key] = begin, told
        if len(self._begun) > REMEMBERED:
            del self._begun[next(iter(self._begun))]
        return begin

    def end(self, key: Hashable, milliseconds: object) -> float | None:
        """When it ended; None where nobody knows."""
        told = self._timeline.at(milliseconds)
        if told is None or not self._doubts:
            return told
        begin, told_begin = self._begun.get(key, (told if self._believed else None, told))
        if begin is None:
            self._ear.last_end = self._timeline.now
            return None
        end = min(begin + max(told - told_begin, 0.0), self._timeline.now)
        self._ear.last_end = max(self._ear.last_end, end)
        return end

    def _heard(self, within: float) -> float | None:
        """When we heard it begin, so many seconds within its own buffer: not with a cough before that."""
        later = self._ear.later(within)
        return later if later is not None else self._ear.begin()
