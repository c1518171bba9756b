"""Which failures of a service are worth another try, and how long to wait before it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Final

from app.domain.errors import AccessError, BusyError, CaptionError, RefusedError, ServiceError

FIRST: Final = 0.5
"""Seconds within which the first new try falls."""
LONGEST: Final = 10.0
"""Seconds within which any other falls: who waits for captions can't wait longer."""
BUSY: Final = 5.0
"""Seconds left at least to a service that has too much to do, or has had too much from us."""
BUSIEST: Final = 60.0
"""Seconds left to it at most: its limits count by the minute."""
SHUT_OUT: Final = 10.0
"""Seconds left to a service that refuses us: an account takes time to be put in order."""
REFUSALS: Final = 5
"""How often in a row sound may be refused without a new word in between."""


def worth_another_try(error: CaptionError, *, established: bool) -> bool:
    """Whether the same attempt may succeed later.

    Args:
        error: what went wrong.
        established: the service has taken our sound before, so that what we ask for can't be all wrong.
    """
    return error.retryable or (established and isinstance(error, AccessError | ServiceError))


def delays(draw: Callable[[float, float], float] = random.uniform) -> Iterator[float]:
    """Seconds before each further try: anywhere below a limit that doubles (full jitter).

    Thousands of programs that lost the same service do not come back at the same moment.
    """
    limit = FIRST
    while True:
        yield draw(0.0, limit)
        limit = min(2 * limit, LONGEST)


def least_delay(error: CaptionError, *, again: bool = False) -> float:
    """Seconds to wait at least after this failure.

    Args:
        error: what went wrong.
        again: the try before it was refused, too: what happens once may be chance.
    """
    if isinstance(error, AccessError) or (again and isinstance(error, RefusedError)):
        return SHUT_OUT
    return BUSY if isinstance(error, BusyError) else 0.0


class Throttling:
    """How long a service that limits us is left alone: longer after each refusal in a row.

    Programs that share a limit do not come back at the same moment.
    """

    def __init__(self, draw: Callable[[float, float], float] = random.uniform) -> None:
        self._draw = draw
        self.over()

    def over(self) -> None:
        """The service has served us."""
        self._least = BUSY

    def delay(self, error: CaptionError) -> float:
        """Seconds to wait after this failure; 0 where it is of another kind."""
        if not isinstance(error, BusyError):
            return 0.0
        least = self._least
        self._least = min(2 * least, BUSIEST / 2)
        return self._draw(least, 2 * least)


def remedy_for(error: CaptionError) -> str:
    """What the user can do while tries go on by themselves; empty where these may do without."""
    return "" if error.retryable else error.remedy
