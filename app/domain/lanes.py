"""What people call the lanes. Colors and places go by the lane, never by its label."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app.domain.request import LANE_ME, LANE_NOTE, LANE_RECORDING, LANE_THEM

LONGEST_LABEL: Final = 24
"""Characters of a label; what is longer is cut."""


@dataclass(frozen=True, slots=True)
class LaneLabels:
    """The labels that the user chose.

    Attributes:
        me: of what is said here; empty for the usual one.
        them: of what the others say; empty for the usual one.
    """

    me: str = ""
    them: str = ""

    def of(self, lane: str) -> str:
        """What to call `lane`: the user's label, unless it would make two lanes look like one."""
        chosen = {LANE_ME: _fitting(self.me), LANE_THEM: _fitting(self.them)}
        return lane if self.clash else chosen.get(lane) or lane

    @property
    def clash(self) -> bool:
        """Whether two lanes would have one label."""
        labels = (_fitting(self.me) or LANE_ME, _fitting(self.them) or LANE_THEM, LANE_RECORDING, LANE_NOTE)
        return len({label.casefold() for label in labels}) < len(labels)


USUAL_LABELS: Final = LaneLabels()


def _fitting(label: str) -> str:
    return " ".join(label.split())[:LONGEST_LABEL].rstrip()
