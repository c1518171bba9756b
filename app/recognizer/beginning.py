"""When the clock of several lanes begins."""

from __future__ import annotations

import threading


class Beginning:
    """The moment of the first sound, on whichever lane that is; each lane asks once, from its own thread."""

    def __init__(self) -> None:
        self._first: float | None = None
        self._guard = threading.Lock()

    def late(self, began: float) -> float:
        """How many seconds later than the first sound of all a lane's own first sound `began`."""
        with self._guard:
            if self._first is None:
                self._first = began
            return max(0.0, began - self._first)
