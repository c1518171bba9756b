"""Many channels to one, so that nobody is lost in the mix."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from app.domain.audio import Samples

_ALIVE = 2e-4
"""A channel that has never been louder than this (-74 dB) has nothing plugged in."""
_ENOUGH = 1.0
"""Power (sum of squares) after which it is plain how the channels add up."""
_CANCELLED = 0.01
"""A mix with less than this part of its channels' power (-20 dB) is them wiping each other out."""


class Mono:
    """Mixes the channels that carry sound.

    The plain mean would make one microphone on an eight-channel interface 18 dB quieter, and would be
    silent where an adapter puts a balanced microphone on both channels, once upside down.
    """

    def __init__(self, channels: int) -> None:
        self._alive = np.zeros(channels, bool)
        self._powers = np.zeros(channels)
        self._mixed_power = 0.0
        self._judged = False
        self._weights = np.full(channels, 1 / channels, np.float32)

    def mix(self, samples: NDArray[np.float32]) -> Samples:
        """Mix sound of shape (n, channels) to shape (n,)."""
        if samples.shape[1] == 1:
            return samples[:, 0]
        self._look_for_life(samples)
        mixed: Samples = samples @ self._weights
        if not self._judged and self._wiped_out(samples, mixed):
            return samples @ self._weights
        return mixed

    def _look_for_life(self, samples: NDArray[np.float32]) -> None:
        for channel in np.flatnonzero(~self._alive):
            if np.abs(samples[:, channel]).max(initial=0.0) > _ALIVE:
                self._alive[channel] = True
                self._weights = self._alive.astype(np.float32) / np.float32(self._alive.sum())

    def _wiped_out(self, samples: NDArray[np.float32], mixed: Samples) -> bool:
        if self._alive.sum() < 2:
            return False
        self._powers += np.einsum("nc,nc->c", samples, samples)
        self._mixed_power += float(mixed @ mixed)
        power = self._powers.max()
        self._judged = bool(power > _ENOUGH)
        if not self._judged or self._mixed_power > _CANCELLED * power:
            return False
        self._weights = np.zeros_like(self._weights)
        self._weights[self._powers.argmax()] = 1.0
        self._alive[:] = True
        return True
