"""A window that wants more than there is, for a test that looks at it from outside.

Usage: python -m tests.ui.window_on_display LOG
Its frame and the screen are written to LOG, as JSON, once the window manager has framed it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from PySide6.QtCore import QRect, QSize, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow

from app.settings import Place
from app.ui.placing import OnScreen

WANTED = Place(100, 100, 1080, 700)


def numbers(area: QRect) -> tuple[int, int, int, int]:
    return area.left(), area.top(), area.width(), area.height()


def main(log: Path) -> int:
    application = QApplication(sys.argv)
    window = QMainWindow()
    on_screen = OnScreen(window, QSize(2000, 1500))
    on_screen.place(WANTED, 151)
    window.show()
    begun: list[bool] = []

    def look() -> None:
        frame = window.frameGeometry()
        if frame == window.geometry():
            return
        if not begun:
            on_screen.begin()
            begun.append(True)
            return
        seen = {"frame": numbers(frame), "screen": numbers(window.screen().availableGeometry())}
        new = log.with_suffix(".new")
        new.write_text(json.dumps(seen), encoding="utf-8")
        new.rename(log)

    timer = QTimer(interval=200)
    timer.timeout.connect(look)
    timer.start()
    return application.exec()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
