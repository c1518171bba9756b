"""The seam between the sound card (or a file) and the recognizer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from app.domain.audio import AudioFormat

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
    """

    samples: NDArray[np.float32]
    lost: int = 0
    at: float | None = None


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
