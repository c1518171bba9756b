"""When sentences were said, as far as we heard it ourselves: where a server's times can't be true."""

from __future__ import annotations

from typing import Final

from app.dialects.timeline import Pauses, Timeline
from app.domain.audio import AudioFrame

SLACK: Final = 0.5
"""Seconds by which sentences may overlap before their times can't be the session's."""
ONSET: Final = 0.8
"""Seconds of silence that a server may count to a sentence, before its first sound."""


class Ear:
    """Follows the sentences of one connection through its sound.

    Args:
        timeline: of the connection.

    Attributes:
        last_end: where the last sentence ended.
    """

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self._pauses = Pauses()
        self.last_end = 0.0

    @property
    def quiet_since(self) -> float:
        """When the last loud sound ended."""
        return self._pauses.quiet_since

    def hear(self, frame: AudioFrame) -> None:
        """Sound is being sent."""
        self._pauses.hear(frame)

    def begin(self) -> float | None:
        """When the open sentence began: not with the latest speech, where the server is behind."""
        later = self.later()
        # The last sound of the sentence before is no speech of this one.
        return later if later is not None else self._pauses.begin(self.last_end)

    def later(self, silence: float = 0.0) -> float | None:
        """When somebody began to speak anew behind the last sentence; None where nobody did.

        Args:
            silence: seconds since the last sentence in which nobody is said to have begun.
        """
        rest = self.last_end + max(silence - SLACK, SLACK)
        found = self._pauses.begin(rest)
        return found if found is not None and found > rest else None

    def overlaps(self, start: float) -> bool:
        """Whether a sentence that begins then would lie clearly within the last one."""
        return start < self.last_end - SLACK

    def contradicts(self, start: float) -> bool:
        """Whether no sentence begins then: it would lie within the last one, or where only silence was.

        Silence proves nothing before anybody was heard behind it: we may be the ones who are deaf.
        """
        if self.overlaps(start):
            return True
        heard = next((begin for begin, end in self._anew() if end > start - SLACK), start)
        return heard > start + ONSET

    def within(self, moment: float) -> float:
        """Never before the end of the last sentence, nor beyond the sound that was sent."""
        return min(max(moment, self.last_end, self._timeline.start), self._timeline.now)

    def _anew(self) -> list[tuple[float, float]]:
        """Stretches of speech behind the last sentence, without the last sound of that."""
        found = self._pauses.within(self.last_end)
        is_its = bool(found) and found[0][0] <= self.last_end and found[0][1] < self.last_end + SLACK
        return found[is_its:]
