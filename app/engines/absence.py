"""Why nobody looked at the clock for a while: the computer slept, or the program had no turn."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

STEADY_STANDS_STILL: Final = sys.platform != "win32"
"""Whether the clock of the event loop stands still while the computer sleeps."""


def restless() -> float:
    """Seconds on a clock that goes on while the computer sleeps; only differences mean anything."""
    # The other one is the wall clock: who sets it forward seems to have slept.
    return time.clock_gettime(time.CLOCK_BOOTTIME) if sys.platform == "linux" else time.time()


@dataclass(frozen=True, slots=True)
class Missed:
    """What was missed between two looks, in seconds.

    Attributes:
        asleep: the computer slept.
        busy: it was awake, and the program had no turn.
        unclear: one or the other, where no clock tells them apart.
    """

    asleep: float = 0.0
    busy: float = 0.0
    unclear: float = 0.0


class Absence:
    """Compares two clocks from one look to the next.

    Args:
        every: seconds from look to look, where all goes well.
        steady: the clock of the event loop.
        restless: a clock that goes on while the computer sleeps.
        stands_still: the steady one does not.
    """

    def __init__(
        self,
        every: float,
        steady: Callable[[], float],
        restless: Callable[[], float] = restless,
        stands_still: bool = STEADY_STANDS_STILL,
    ) -> None:
        self._every = every
        self._steady = steady
        self._restless = restless
        self._stands_still = stands_still
        self._before = steady(), restless()

    def look(self) -> Missed:
        """What was missed since the last look."""
        now = self._steady(), self._restless()
        steady, restless = now[0] - self._before[0], now[1] - self._before[1]
        self._before = now
        late = max(steady - self._every, 0.0)
        if not self._stands_still:
            return Missed(unclear=late)
        return Missed(asleep=max(restless - steady, 0.0), busy=late)
