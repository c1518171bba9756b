"""From the loudspeakers to the microphone of the same meeting."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.audio.echo_reference import EchoReference


class Air:
    """Carries what the speakers' lane plays to the lane that hears it again; for the threads of both."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._reference: EchoReference | None = None

    def reference(self) -> EchoReference:
        """What the speakers play; made by whoever asks first."""
        with self._guard:
            if self._reference is None:
                # Not at the top: it loads numpy, for which the window's own thread must not wait.
                from app.audio.echo_reference import EchoReference

                self._reference = EchoReference()
            return self._reference
