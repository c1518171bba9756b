"""A stretch of sound out of the speakers, once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from app.audio.playback import Playback
from app.domain.errors import PlaybackError

if TYPE_CHECKING:
    import threading

    from app.domain.audio import AudioFrame

SLICE_SECONDS: Final = 0.05
"""How soon it falls silent when told to."""
_TAIL_SECONDS: Final = 0.3
"""Silence after it: closing the speakers takes away what they have not played yet."""


def play_aloud(sound: AudioFrame, over: threading.Event) -> None:
    """Play `sound` on the system's default output until it ends or `over` is set. Blocks.

    Raises:
        PlaybackError: there is nothing to play to, or it went away.
    """
    # Not at the top: the window opens before anything needs numpy.
    import numpy as np

    samples = np.concatenate((sound.samples, np.zeros(round(_TAIL_SECONDS * sound.rate), np.float32)))
    piece = max(1, round(SLICE_SECONDS * sound.rate))
    playback = Playback()
    playback.open(sound.rate)
    try:
        for at in range(0, len(samples), piece):
            if over.is_set():
                return
            playback.write(samples[at : at + piece])
            if not playback.audible:
                raise PlaybackError("There is no output to play to.", "Connect speakers or a headset.")
    finally:
        playback.close()
