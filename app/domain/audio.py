"""Sound as the recognizer sees it: mono samples with their place in the session."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Samples: TypeAlias = NDArray[np.float32]

SPEECH_RATE = 16_000
"""Samples a second that every engine of ours can hear."""


FULL_SCALE = 32_768
"""What 1.0 is in 16 bits: as recordings are read, so that what comes out is what was in them."""


@dataclass(frozen=True, slots=True)
class AudioFormat:
    """What a device or a recording delivers.

    Attributes:
        rate: samples a second, above zero.
        channels: one or more.
    """

    rate: int
    channels: int


@dataclass(frozen=True, slots=True, eq=False)
class AudioFrame:
    """A run of mono samples on one lane.

    Attributes:
        start: index of the first sample since the session began, at `rate`.
        samples: shape (n,), float32, -1 to 1.
        rate: samples a second.
        ends_sentence: the user ended a sentence behind it.
    """

    start: int
    samples: Samples
    rate: int = SPEECH_RATE
    ends_sentence: bool = False

    @property
    def stop(self) -> int:
        """Index of the sample after the last one."""
        return self.start + len(self.samples)

    @property
    def start_seconds(self) -> float:
        """When the frame begins, on the session clock."""
        return self.start / self.rate

    @property
    def stop_seconds(self) -> float:
        """When the frame ends, on the session clock."""
        return self.stop / self.rate


@dataclass(frozen=True, slots=True)
class Level:
    """How loud a moment was.

    Attributes:
        rms: root mean square, 0 to 1, around the constant that some devices add to their sound.
        peak: largest absolute sample, 0 to 1.
        offset: how much of the peak is that constant.
    """

    rms: float
    peak: float
    offset: float = 0.0

    @property
    def swing(self) -> float:
        """How far the sound moves, 0 to 1: nothing where there is only a constant."""
        return self.peak - self.offset

    def joined(self, other: Level) -> Level:
        """How loud two moments were together, at their loudest."""
        peak, swing = max(self.peak, other.peak), max(self.swing, other.swing)
        return Level(max(self.rms, other.rms), peak, peak - swing)


SILENCE = Level(0.0, 0.0)


class ReplayStage(Enum):
    """Where a lane's sound is taken to be heard again."""

    BEFORE = "before"
    """As it came in."""
    AFTER = "after"
    """As the recognizer hears it: without the echo, without the noise."""


def pcm(samples: Samples) -> bytes:
    """The samples as signed 16-bit integers, little end first."""
    # Not at the top: the window opens before anything needs numpy.
    import numpy as np

    # In place and one after the other: half of the time that `clip` and `round` take.
    scaled = samples * FULL_SCALE
    np.rint(scaled, out=scaled)
    np.maximum(scaled, -FULL_SCALE, out=scaled)
    np.minimum(scaled, FULL_SCALE - 1, out=scaled)
    return scaled.astype("<i2").tobytes()


def from_pcm(data: bytes) -> Samples:
    """The samples that are `data`, shape (n,), float32."""
    import numpy as np

    return np.frombuffer(data, "<i2").astype(np.float32) / np.float32(FULL_SCALE)
