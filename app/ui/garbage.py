"""Python's cycle collector, kept to the thread that draws.

Left to itself the collector runs in whichever thread happens to allocate. In the sound or the engine's
thread it would then take down closed dialogs and menus, and Qt crashes when a widget dies in another
thread than its own.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

_EVERY_MS = 1000


class GarbageCollector(QObject):
    """Collects on a timer of the thread it was made in, and nowhere else, until `stop`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._collect)
        self._timer.start(_EVERY_MS)

    def settle(self) -> None:
        """Everything that is there now is there to stay: never look through it again."""
        gc.collect()
        gc.freeze()

    def stop(self) -> None:
        """Take down what is left, here, and let Python collect as it likes again."""
        self._timer.stop()
        gc.unfreeze()
        gc.collect()
        gc.enable()

    def _collect(self) -> None:
        for generation, (count, threshold) in enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True)):
            if count > threshold:
                gc.collect(generation)
