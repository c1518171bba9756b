"""What a writer is given: a session as it stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from app.domain.events import Gap
from app.domain.lanes import USUAL_LABELS, LaneLabels
from app.domain.request import LANE_NOTE
from app.domain.transcript import Entry, Segment

_SHORTEST_WORD: Final = 0.3
"""Seconds; a gap that is shorter hides no word."""


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
    def lines(self) -> list[Entry]:
        """What a reader is shown: what was said and noted, and where it can't be known."""
        return [entry for entry in self.entries if _is_shown(entry)]

    @property
    def gaps(self) -> list[Gap]:
        """Where sound was lost."""
        return [entry for entry in self.entries if isinstance(entry, Gap)]

    @property
    def names_lanes(self) -> bool:
        """Whether readers need to be told who speaks: more than one lane, the user's notes aside."""
        return len({segment.lane for segment in self.segments} - {LANE_NOTE}) > 1

    def names(self) -> Callable[[Entry], str]:
        """Tells of an entry whose it is, where readers need to be told; else empty."""
        # Once for all of them: whether they are named takes a walk through thousands.
        named = self.names_lanes

        def name(entry: Entry) -> str:
            return self.labels.of(entry.lane) if named and entry.lane else ""

        return name


def _is_shown(entry: Entry) -> bool:
    if isinstance(entry, Gap):
        return entry.end - entry.start >= _SHORTEST_WORD
    return bool(entry.text.strip())


def instead_of_words(gap: Gap) -> str:
    """What stands where words may be missing."""
    return f"[{gap.end - gap.start:.1f} s without captions]"
