"""The overlay above a red window, for tests that look at it from outside; the key D opens a blue dialog.

Usage: python -m tests.ui.overlay_on_display LOG
What the overlay tells is written to LOG, a JSON object a line.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from app.domain.captions import Caption
from app.ui.overlay import Overlay
from app.ui.overlay_place import OverlayState
from app.ui.placing import lay_above_captions

PLACE = OverlayState(x=200, y=300, width=600)


class Log:
    """Writes each thing that happens at once."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def write(self, **what: object) -> None:
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(what) + "\n")

    def changed(self, state: OverlayState) -> None:
        self.write(x=state.x, y=state.y, width=state.width)

    def painted(self, text: str) -> None:
        self.write(painted=text)

    def closed(self) -> None:
        self.write(closed=True)


def main(log: Log) -> int:
    application = QApplication(sys.argv)
    application.setQuitOnLastWindowClosed(False)
    red = QWidget()
    red.setWindowTitle("Red")
    red.setStyleSheet("background: #ff0000")
    red.setGeometry(0, 0, 1280, 760)
    red.show()
    dialog = QDialog(red)
    dialog.setStyleSheet("background: #0000ff")
    dialog.setGeometry(100, 100, 1000, 600)
    lay_above_captions(dialog)
    QShortcut(QKeySequence("D"), red).activated.connect(dialog.show)
    overlay = Overlay(PLACE)
    overlay.changed.connect(log.changed)
    overlay.painted.connect(log.painted)
    overlay.closed.connect(log.closed)
    overlay.show_caption(Caption("Me", 1, 0.0, "It was the best", " of times"))
    red.windowHandle().activeChanged.connect(overlay.show)
    return application.exec()


if __name__ == "__main__":
    sys.exit(main(Log(Path(sys.argv[1]))))
