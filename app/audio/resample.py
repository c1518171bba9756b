"""Sample rates: a stream in, the same sound at another rate out."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np
import soxr

if TYPE_CHECKING:
    from app.domain.audio import Samples


# Holds back a fifth of what better qualities do, and a recognizer can't tell the difference.
_QUALITY = "LQ"
# soxr works on runs of samples, and asks only here: by itself it takes four times as many as it must, also
# where it need not (from 16 to 48 kHz), and holds back 20 ms instead of 10.
os.environ.setdefault("SOXR_MIN_DFT_SIZE", "8")
os.environ.setdefault("SOXR_NOSMALLINTOPT", "1")


class Resampler:
    """Resamples mono sound piece by piece, with neither seams nor drift.

    After `flush`, exactly round(samples in x target / rate) samples have come out.
    """

    def __init__(self, rate: int, target: int) -> None:
        self._stream = None if rate == target else soxr.ResampleStream(rate, target, 1, "float32", _QUALITY)

    def process(self, samples: Samples) -> Samples:
        """Take in samples; return what can be said by now, which may be nothing."""
        return samples if self._stream is None else self._stream.resample_chunk(samples)

    def flush(self) -> Samples:
        """Return what was held back. Nothing may follow."""
        nothing = np.empty(0, np.float32)
        return nothing if self._stream is None else self._stream.resample_chunk(nothing, last=True)
