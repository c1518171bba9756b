"""What a transcript is the record of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain.request import RecordingSource, SampleSource, SessionPlan
from app.domain.segment import Entry, most_heard
from app.export.record import Record
from app.sessions.journal import KeptSession


@dataclass(frozen=True, slots=True)
class Session:
    """One meeting or recording, whatever goes on in it just now.

    Attributes:
        created: when it began.
        plan: what was captioned last; None for nothing so far.
        kept: the session that it goes on with, as it was read back; its name and its beginning stay.
    """

    created: datetime
    plan: SessionPlan | None = None
    kept: KeptSession | None = None

    @property
    def title(self) -> str:
        """What to call it: the recording's name, else when it began."""
        if self.kept is not None:
            return self.kept.title
        match self.plan.source if self.plan else None:
            case RecordingSource(path):
                # A file's name may hold bytes that are no text; no file can be written with them.
                return path.stem.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
            case SampleSource():
                return "Sample"
            case _:
                return self.created.strftime("Captions %Y-%m-%d %H.%M")

    def record(self, entries: Sequence[Entry], duration: float) -> Record:
        """It for a writer, with `entries` and as many seconds."""
        chosen = self.plan.request.language if self.plan else None
        return Record(
            title=self.title,
            created=self.created,
            duration=duration,
            engine=self.plan.engine if self.plan else "",
            language=chosen or most_heard(entries),
            entries=tuple(entries),
        )
