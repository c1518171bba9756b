"""How many captions there are, and whether they are safe in a file."""

from __future__ import annotations

from collections.abc import Iterable

from app.domain.transcript import Change, Entry, Segment


class Tally:
    """Counts along with the transcript, so that nobody has to walk through thousands of entries."""

    def __init__(self) -> None:
        self._captions = 0
        self._unsaved = False
        self._changes = 0

    @property
    def captions(self) -> int:
        """Segments in the transcript."""
        return self._captions

    @property
    def unsaved(self) -> bool:
        """There are captions, and something changed since they were exported."""
        return self._unsaved and self._captions > 0

    @property
    def changes(self) -> int:
        """How often the transcript has changed, or become another."""
        return self._changes

    def restart(self, entries: Iterable[Entry], *, exported: bool) -> None:
        """Another transcript, which is in a file of the user's, or not."""
        self._captions = _segments(entries)
        self._unsaved = not exported
        self._changes += 1

    def take(self, change: Change) -> None:
        """The transcript changed."""
        self._captions += _segments(change.added) - _segments(change.removed)
        self._unsaved = True
        self._changes += 1

    def saved(self) -> None:
        """The transcript was exported as it stands."""
        self._unsaved = False


def _segments(entries: Iterable[Entry]) -> int:
    return sum(isinstance(entry, Segment) for entry in entries)
