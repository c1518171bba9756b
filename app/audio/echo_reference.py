"""What the speakers play, kept for a moment for the lane that hears it again through the air."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

import numpy as np

from app.audio.resample import Resampler
from app.audio.webrtc import WEBRTC_RATE

if TYPE_CHECKING:
    from app.domain.audio import AudioFrame, Samples

KEPT: Final = 6 * WEBRTC_RATE
"""Samples it remembers: what the search for the echo looks back, and 2 s for lanes that are late."""


class EchoReference:
    """A bounded memory of one lane, by places on the session clock. For any number of threads.

    Where nothing was put there was silence.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ring = np.zeros(KEPT, np.float32)
        self._stop = 0
        self._resampler: Resampler | None = None
        self._rate = WEBRTC_RATE
        self._next = 0
        """Where the resampler's next sample belongs."""

    @property
    def stop(self) -> int:
        """Index of the sample after the last one that is known, at 16 kHz; 0 before any."""
        return self._stop

    def put(self, frame: AudioFrame) -> None:
        """Add what the speakers played; frames come in order, at any rate that stays the same."""
        start, samples = frame.start, frame.samples
        if frame.rate != WEBRTC_RATE:
            start, samples = self._resampled(frame)
        with self._lock:
            # What is known stays known.
            known = max(0, self._stop - start) if self._stop else 0
            self._write(start + known, samples[known:])

    def take(self, start: int, count: int) -> Samples:
        """The `count` samples from index `start` on; a copy."""
        with self._lock:
            places = np.arange(start, start + count)
            taken = self._ring[places % KEPT]
            taken[(places >= self._stop) | (places < self._stop - KEPT)] = 0.0
        return taken

    def _resampled(self, frame: AudioFrame) -> tuple[int, Samples]:
        if self._resampler is None or self._rate != frame.rate:
            self._resampler, self._rate = Resampler(frame.rate, WEBRTC_RATE), frame.rate
            self._next = round(frame.start * WEBRTC_RATE / frame.rate)
        samples = self._resampler.process(frame.samples)
        start, self._next = self._next, self._next + len(samples)
        return start, samples

    def _write(self, start: int, samples: Samples) -> None:
        if not len(samples):
            return
        gap = min(start - self._stop, KEPT)
        self._ring[np.arange(start - gap, start) % KEPT] = 0.0
        begin = max(0, len(samples) - KEPT)
        self._ring[np.arange(start + begin, start + len(samples)) % KEPT] = samples[begin:]
        self._stop = start + len(samples)
