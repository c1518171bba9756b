"""How far a session has come, from one start to the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True)
class Reached:
    """How far a session has come.

    Attributes:
        seconds: on its clock.
        utterances: the number of the last one, by lane.
    """

    seconds: float = 0.0
    utterances: Mapping[str, int] = field(default_factory=dict)


START: Final = Reached()
