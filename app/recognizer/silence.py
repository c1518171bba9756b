"""Notices that nothing is heard of a live source."""

from __future__ import annotations

from enum import Enum, auto
from typing import Final

from app.domain.audio import Level

SILENT_SECONDS: Final = 10.0
"""A microphone among people is never this long without any sound."""
_FLOOR: Final = 2e-4
"""Swing below which there is nobody and no room (-74 dB): even a quiet one is louder."""

_STILL: Final = 1e-6
"""Swing below which there is not even noise: far below a step of 16 bits, above what rounding makes."""

_SETTLED: Final = 3.0
"""Seconds of a spell after which it is plain what is no sound but a constant."""


class Turn(Enum):
    """What changed."""

    FELL_SILENT = auto()
    HEARD_AGAIN = auto()


class Silence:
    """Tells each spell of silence once.

    Attributes:
        digital: the present spell has not even noise in it.
    """

    def __init__(self) -> None:
        self.digital = True
        self._since: float | None = None
        self._told = False

    def take(self, level: Level, now: float, listening: bool) -> Turn | None:
        """Judge the sound that ends at `now`.

        Args:
            level: how loud it was.
            now: seconds on the session clock.
            listening: sound is meant to be heard, and there is a device that could deliver it.
        """
        if not listening or level.swing > _FLOOR:
            return self._over()
        if self._since is None:
            self._since = now
        if now - self._since > _SETTLED:
            self.digital &= level.swing < _STILL
        if self._told or now - self._since < SILENT_SECONDS:
            return None
        self._told = True
        return Turn.FELL_SILENT

    def _over(self) -> Turn | None:
        told, self._told = self._told, False
        self._since, self.digital = None, True
        return Turn.HEARD_AGAIN if told else None
