"""Random faults, the same again for the same seed."""

from __future__ import annotations

import random
from typing import Final

ANY_MOMENT: Final = (
    "close=1000",
    "close=1001",
    "close=1011",
    "drop",
    "torn-frame",
    "half-open",
    "stall",
    "throttle",
    "error=CLIENT_ERROR",
    "error=InternalError",
    "error=InvalidApiKey",
    "not-json",
    "drop",
)
"""What may end a connection between two packets."""
HARMLESS: Final = ("slow=0.1", "unknown")
"""What a connection may suffer beside."""
AT_THE_DOOR: Final = ("refuse", "http=401", "http=429", "http=500", "http=503", "hang")
"""What may keep a connection from standing."""
AT_THE_END: Final = ("drop@finish", "close=1011@finish", "stall@finish", "half-open@finish")
"""What may happen when all was sound and only the last words are missing."""


def draw(count: int, seconds: float, seed: int) -> list[str]:
    """One fault for each of `count` connections, spread over a session of `seconds` of sound.

    The first connection comes about: what never stood is another matter.
    """
    dice = random.Random(seed)
    far = 2.0 * seconds / count
    faults = []
    for connection in range(1, count + 1):
        kind = dice.choice((*ANY_MOMENT, *AT_THE_DOOR) if connection > 1 else ANY_MOMENT)
        moment = "" if kind in AT_THE_DOOR else f"@{dice.uniform(0.05, far):.2f}"
        faults.append(f"{kind}{moment}#{connection}")
        if dice.random() < 0.3:
            faults.append(f"{dice.choice(HARMLESS)}@{dice.uniform(0.05, far):.2f}#{connection}")
        if dice.random() < 0.3:
            faults.append(f"{dice.choice(AT_THE_END)}#{connection}")
    return faults
