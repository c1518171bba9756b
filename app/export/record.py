"""What a writer is given: a session as it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.domain.events import Gap
from app.domain.lanes import USUAL_LABELS, LaneLabels
from app.domain.request import LANE_NOTE
from app.domain.transcript import Entry, Segment


@dataclass(frozen=True, slots=True)
class Record:
    """One session.

    Attributes:
        duration: seconds on the session clock.
        engine: id of the recognizer.
        language: code; None where the engine decided and did not tell.
        entries: in order of their start.
        labels: what the user calls the lanes.
    """

    title: str
    created: datetime
    duration: float
    engine: str
    language: str | None
    entries: tuple[Entry, ...]
    labels: LaneLabels = USUAL_LABELS

    @property
    def segments(self) -> list[Segment]:
        """What was said and noted, without empty lines."""
        return [entry for entry in self.entries if isinstance(entry, Segment) and entry.text.strip()]

    @property
    def gaps(self) -> list[Gap]:
        """Where sound was lost."""
        return [entry for entry in self.entries if isinstance(entry, Gap)]

    @property
    def names_lanes(self) -> bool:
        """Whether readers need to be told who speaks: more than one lane, the user's notes aside."""
        return len({segment.lane for segment in self.segments} - {LANE_NOTE}) > 1
