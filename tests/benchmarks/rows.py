"""What a benchmark reports."""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    """One figure.

    Attributes:
        goal: the most (or, for a unit of `x real time`, the least) that the figure may be; None where it
            only stands beside another.
    """

    name: str
    value: float
    unit: str
    goal: float | None = None

    @property
    def held(self) -> bool | None:
        """Whether the goal is kept; None without one."""
        if self.goal is None:
            return None
        return self.value >= self.goal if self.unit == "x real time" else self.value <= self.goal
