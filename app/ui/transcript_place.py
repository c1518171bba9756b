"""Where the user is in the transcript, and where that is after rows came or went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

Spot: TypeAlias = tuple[int, int]
"""A row's number and a place in it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the user is.

    Attributes:
        cursor: row and column.
        anchor: row and column of the selection's other end.
        top: row at the view's upper edge, and which of its lines is the first one there.
    """

    cursor: Spot
    anchor: Spot
    top: Spot

    def after(self, index: int, count: int, added: int) -> Place:
        """The same place once `added` rows stand at `index` where there were `count`."""

        def moved(spot: Spot) -> Spot:
            row, within = spot
            if row >= index + count:
                row += added - count
            elif row >= index:
                row = min(row, max(0, index + added - 1))
            return row, within

        return Place(moved(self.cursor), moved(self.anchor), moved(self.top))
