"""When and how a session gives way to a fresh one: its service ends it soon, or there is no sound for it."""

from __future__ import annotations

from enum import Enum, auto
from typing import Final

PAUSE: Final = 1.0
"""Seconds of silence in which an old session ends."""
SHARE: Final = 0.9
"""Of its longest life: from here on a session waits for a pause."""
HEARD_AGAIN: Final = 60.0
"""Most seconds that a fresh session hears once more so that no word is torn; no sentence is much longer."""


class Parting(Enum):
    """How a session ends whose service allows it no longer life."""

    FINISHED = auto()
    """The service is asked for the last words, as at the end of all sound."""
    BROKEN_OFF = auto()
    """What is unfinished is left as it is, and heard again by the next session."""


class Renewal:
    """Knows how long a session may live.

    Args:
        longest: seconds; None where the service sets no limit.
    """

    def __init__(self, longest: float | None) -> None:
        self._longest = longest

    def is_near(self, age: float) -> bool:
        """Whether the end of a session of this age has to be thought of."""
        return self._longest is not None and age >= SHARE * self._longest

    def due(self, age: float, *, pause: float, busy: bool, since: float, words: bool) -> Parting | None:
        """How a fresh session should take over now; None where it should not.

        Args:
            age: of the session, in seconds.
            pause: seconds of silence by now.
            busy: a sentence has begun that is not over.
            since: seconds of sound behind the last word that is final.
            words: this session has had a word that is final, so that the next one begins further on.
        """
        if self._longest is None or not self.is_near(age):
            return None
        if pause >= PAUSE and not busy:
            return Parting.FINISHED
        if age < self._longest:
            return None
        # Where nothing would be gained, or the captions would be late for long, one word is torn.
        return Parting.BROKEN_OFF if words and since <= HEARD_AGAIN else Parting.FINISHED


def at_rest(*, pause: float, busy: bool, since: float) -> Parting:
    """How a session ends where there is no sound for it: a sentence that was held is heard again as a whole.

    Args:
        pause: seconds of silence by now.
        busy: a sentence has begun that is not over.
        since: seconds of sound behind the last word that is final.
    """
    if (pause >= PAUSE and not busy) or since > HEARD_AGAIN:
        return Parting.FINISHED
    return Parting.BROKEN_OFF
