"""Whose words the cursor is in, for those who can't see the names beside the lines."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from app.ui.announcing import announce
from app.ui.transcript_rows import Row


class SpeakerAtCursor:
    """Lets a screen reader say who speaks where the lines of two lanes meet.

    The name is no part of the text: a reader counts its characters, and so does whoever edits it. So it
    is said when the cursor comes to a line of somebody else, just before that line, and is kept as the
    description of the view for those who ask where they are.
    """

    def __init__(self, view: QWidget) -> None:
        self._view = view
        self._title: Callable[[str], str] = str
        self._lane = ""

    def name_lanes(self, title: Callable[[str], str]) -> None:
        """Say it in these words."""
        self._title = title
        self._describe()

    def show(self, row: Row | None, *, several: bool, aloud: bool) -> None:
        """The cursor is in `row`.

        Args:
            row: None where there is none.
            several: there is more than one who may have said it.
            aloud: the user went there.
        """
        lane = row.lane if row is not None and several else ""
        if lane == self._lane:
            return
        self._lane = lane
        self._describe()
        if aloud and lane:
            announce(self._view, self._title(lane))

    def _describe(self) -> None:
        text = self._view.tr("Speaker: {name}").format(name=self._title(self._lane)) if self._lane else ""
        if text != self._view.accessibleDescription():
            self._view.setAccessibleDescription(text)
