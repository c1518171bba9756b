"""What is left of an echo: too soft for people, and loud enough for a recognizer to guess at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from app.domain.audio import Samples

_SHUT: Final = 0.02
"""Share of the microphone's power below which nothing but residue is left (-17 dB)."""
_OPEN: Final = 0.04
"""Share above which somebody speaks in the room (-14 dB)."""
_MADE_UP: Final = 4.0
"""Share above which the sound is the canceller's own: it fills the silence of a microphone with noise."""
_NEW: Final = 0.3
"""How much the newest frame counts: a voice opens within one."""


class EchoResidue:
    """Silences frames of which the canceller took nearly everything, and those that it made up."""

    def __init__(self) -> None:
        self._before = self._left = 0.0
        self._gain = 1.0

    def silenced(self, near: Samples, clean: Samples) -> Samples:
        """The canceller's output, or the way into silence and out of it.

        Args:
            near: what the canceller was given.
            clean: what it made of that, of the same length.
        """
        self._before += _NEW * (float(np.mean(np.square(near))) - self._before)
        self._left += _NEW * (float(np.mean(np.square(clean))) - self._left)
        gain = self._gain
        if self._left < _SHUT * self._before or self._left > _MADE_UP * self._before:
            gain = 0.0
        elif self._left >= _OPEN * self._before:
            gain = 1.0
        way = np.linspace(self._gain, gain, len(clean), dtype=np.float32)
        self._gain = gain
        return clean * way
