"""What there is to say about the noise on a lane, and about what is done against it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.domain.request import Denoise


class Noise(StrEnum):
    """What kind of noise goes with the voices."""

    UNKNOWN = "unknown"
    """Too little has been heard."""
    LITTLE = "little"
    """The voices stand out."""
    STEADY = "steady"
    """Loud and even, such as a fan: taking it out helps."""
    CHANGING = "changing"
    """Music, traffic, other people: taking it out takes words along."""


@dataclass(frozen=True, slots=True)
class Denoising:
    """What the denoise stage of a lane does just now.

    Attributes:
        stage: what is at work; never `AUTO`.
        noise: why, where the stage decides by itself; None where the user did.
    """

    stage: Denoise = Denoise.OFF
    noise: Noise | None = None
