"""The seam between the sound card (or a file) and the recognizer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from app.domain.audio import AudioFormat
from app.domain.events import Advice, Trouble

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Sound as a source delivers it.

    Attributes:
        samples: shape (n, channels), float32, -1 to 1.
        lost: samples (per channel) that came before this block and had to be given up.
        at: monotonic moment at which the device handed over the last sample; None where nobody knows.
        reason: why sound was lost, in words for the user; empty where the computer was too busy.
        news: what happened to the source, in the order in which it did.
        device_rate: samples a second that the device itself has; None where that can't change.
    """

    samples: NDArray[np.float32]
    lost: int = 0
    at: float | None = None
    reason: str = ""
    news: tuple[Advice | Trouble, ...] = ()
    device_rate: int | None = None


class SoundSource(Protocol):
    """One lane's sound.

    Every method blocks and is called from that lane's own thread, except `close`, which may come
    from any thread and ends a `read` that is waiting.
    """

    @property
    def live(self) -> bool:
        """Whether the sound comes at its own pace (a device) and can't be held back."""

    @property
    def duration(self) -> float | None:
        """Seconds, once open, where it is known."""

    @property
    def warning(self) -> str | None:
        """What the user should know although the sound can be heard; complete at its end."""

    def open(self) -> AudioFormat:
        """Start delivering.

        Raises:
            InputError: it can't be opened; says why and what to do.
        """

    def read(self) -> Block | None:
        """Wait for the next block; None when there is no more.

        Raises:
            InputError: the sound broke off.
        """

    def close(self) -> None:
        """Stop and let go of the device or file. May be called twice."""


@runtime_checkable
class Explaining(Protocol):
    """A source that knows why nothing is heard of it."""

    def why_silent(self, digital: bool) -> str:
        """The likely reason for silence and what to do about it; empty where silence is nothing odd.

        Args:
            digital: not even noise is heard, as no microphone that works would be.
        """


@runtime_checkable
class Placed(Protocol):
    """A source that others may point at another device without asking."""

    def strayed(self) -> bool:
        """Whether something else than what was opened is being recorded. May take some 10 ms."""


@runtime_checkable
class Changing(Protocol):
    """A source that goes from device to device, and delivers all of them in the format of the first."""

    def at_least(self, rate: int) -> AudioFormat:
        """Deliver no fewer samples a second than this, whatever the first device has; before any `read`.

        Returns:
            What is delivered from now on.
        """
