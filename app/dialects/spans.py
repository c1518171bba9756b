"""Manual mode: which stretch of sound each sentence was."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable
from typing import Final

from app.dialects.timeline import Pauses, Timeline
from app.domain.audio import AudioFrame

SHORTEST: Final = 0.1
"""Seconds; services answer a commit of less with an error."""
REMEMBERED: Final = 4096
"""Sentences: a service that hears more slowly than it is sent to may be behind by many."""


class CommittedSpans:
    """Remembers what was committed, in order, until the service gives it a name."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self._pauses = Pauses()
        self._from: float | None = None
        self._unnamed: deque[tuple[float, float]] = deque(maxlen=REMEMBERED)
        self._named: dict[Hashable, tuple[float, float]] = {}

    def hear(self, frame: AudioFrame) -> None:
        """Sound is being sent."""
        if self._from is None:
            self._from = frame.start_seconds
        self._pauses.hear(frame)

    def commit(self) -> bool:
        """The sentence ends here; false where there is too little sound to send."""
        now = self._timeline.now
        if self._from is None or now - self._from < SHORTEST:
            return False
        spoken = self._pauses.speech is not None
        start = max(self._pauses.speech or 0.0, self._from) if spoken else self._from
        self._unnamed.append((start, min(self._pauses.quiet_since, now) if spoken else now))
        self._pauses.mark()
        self._from = None
        return True

    def name(self, key: Hashable) -> None:
        """The service calls the oldest commit without a name `key`."""
        if self._unnamed and key not in self._named:
            self._named[key] = self._unnamed.popleft()
            if len(self._named) > REMEMBERED:
                del self._named[next(iter(self._named))]

    def withdraw(self, place: int) -> tuple[float, float] | None:
        """That one of the commits without a name never gets one, counted from the oldest, which is 0.

        Returns:
            When it began and ended; None where there is none.
        """
        if place >= len(self._unnamed):
            return None
        span = self._unnamed[place]
        del self._unnamed[place]
        return span

    def start(self, key: Hashable) -> float | None:
        """When the sentence began; None where that is not known."""
        if key in self._named:
            return self._named[key][0]
        return self._unnamed[0][0] if self._unnamed else self._pauses.speech

    def end(self, key: Hashable) -> float | None:
        """When it ended."""
        return self._named[key][1] if key in self._named else None
