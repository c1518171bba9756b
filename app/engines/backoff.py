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
BUSY: Final = 2.0
"""Seconds left to a service that has too much to do."""
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


def remedy_for(error: CaptionError) -> str:
    """What the user can do while tries go on by themselves; empty where these may do without."""
    return "" if error.retryable else error.remedy
