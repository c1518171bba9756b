"""Sound that was lost piece by piece, told as a whole."""

from __future__ import annotations

from dataclasses import replace

from app.domain.events import Gap

_NEAR = 0.1
"""Pieces this close to one another are one hole; in seconds."""


class Holes:
    """Joins what is missing until there is sound again."""

    def __init__(self) -> None:
        self._open: Gap | None = None

    def take(self, start: float, lost: float, reason: str, more: bool) -> list[Gap]:
        """`lost` seconds from `start` are missing because of `reason`; returns the holes that are over.

        Unless there is `more`: no sound follows yet, and the hole may go on.
        """
        over = []
        if lost:
            hole = self._open
            if hole is not None and hole.reason == reason and start - hole.end < _NEAR:
                self._open = replace(hole, end=start + lost)
            else:
                over = self.end()
                self._open = Gap(start, start + lost, reason)
        return over if more else over + self.end()

    def end(self) -> list[Gap]:
        """The hole that is open; there is no more sound."""
        hole, self._open = self._open, None
        return [] if hole is None else [hole]
