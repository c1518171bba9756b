"""Whose words the transcript shows, and the room that their names take."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from app.ui.transcript_rows import Row, speaker
from app.ui.transcript_style import TranscriptStyle


class Speakers:
    """The lanes of the rows; where two are expected, there is room for both before they speak.

    Attributes:
        width: logical pixels for their names; none for a single one.
    """

    def __init__(self) -> None:
        self.width = 0
        self._expected: set[str] = set()
        self._known: set[str] = set()
        self._title: Callable[[str], str] = str
        self._style: TranscriptStyle | None = None

    def expect(self, lanes: Sequence[str]) -> None:
        """These are going to speak."""
        self._expected = set(lanes) if len(lanes) > 1 else set()
        self._known |= self._expected
        self._measure()

    def learn(self, rows: Iterable[Row]) -> None:
        """These rows are shown."""
        before = len(self._known)
        self._known.update(lane for row in rows if (lane := speaker(row)) is not None)
        if len(self._known) != before:
            self._measure()

    def forget(self) -> None:
        """Nothing is shown any more."""
        self._known = set(self._expected)
        self._measure()

    def call(self, title: Callable[[str], str]) -> None:
        """Take other names."""
        self._title = title
        self._measure()

    def set_style(self, style: TranscriptStyle) -> None:
        """Take other fonts."""
        self._style = style
        self._measure()

    def _measure(self) -> None:
        if self._style is not None:
            self.width = self._style.lane_width([self._title(lane) for lane in self._known])
