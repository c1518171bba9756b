"""Start to first paint and idle memory, beside a bare PySide6 window."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import psutil

from tests.benchmarks.rows import Row

_ROOT = Path(__file__).parents[2]
_ROUNDS = 9
_PAINTED = """
def tell(widget_type):
    paint = widget_type.paintEvent
    def painted(self, event):
        paint(self, event)
        print("painted", flush=True)
    widget_type.paintEvent = painted
"""
_BARE = (
    _PAINTED
    + """
import sys
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget
class Bare(QWidget):
    pass
tell(Bare)
application = QApplication(sys.argv)
window = Bare()
column = QVBoxLayout(window)
column.addWidget(QPushButton("Start"))
column.addWidget(QPlainTextEdit())
window.resize(1080, 700)
window.show()
application.exec()
"""
)
_OURS = (
    _PAINTED
    + """
import sys
from app.__main__ import main
from app.desktop import Desktop
build = Desktop._build
def watched(desktop):
    # Not before: what is loaded when is a part of what is measured.
    from app.ui.main_window import MainWindow
    tell(MainWindow)
    build(desktop)
Desktop._build = watched
main(sys.argv[1:])
"""
)


def run() -> list[Row]:
    """Alternating rounds; each figure is a median."""
    with tempfile.TemporaryDirectory() as profile:
        env = {**os.environ, "QT_QPA_PLATFORM": os.environ.get("SURTITLE_BENCH_PLATFORM", "offscreen")}
        # Compiled once, as on a user's machine, whatever this shell says.
        env.pop("PYTHONDONTWRITEBYTECODE", None)
        bare, ours = [], []
        for _ in range(_ROUNDS):
            bare.append(_seconds([_BARE], env))
            ours.append(_seconds([_OURS, "--profile-dir", profile], env))
        memory = _idle_memory([_OURS, "--profile-dir", profile], env)
    return [
        Row("start-up: bare PySide6 window, first paint", statistics.median(bare) * 1000, "ms"),
        Row("start-up: Surtitle, first paint", statistics.median(ours) * 1000, "ms"),
        Row("start-up: ratio", statistics.median(ours) / statistics.median(bare), "x", 3.0),
        Row("start-up: idle memory, engine loaded", memory, "MB", 250.0),
    ]


def _start(code: list[str], env: Mapping[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", *code], cwd=_ROOT, env=dict(env), stdout=subprocess.PIPE, text=True
    )


def _seconds(code: list[str], env: Mapping[str, str]) -> float:
    begun = time.perf_counter()
    process = _start(code, env)
    assert process.stdout is not None
    assert process.stdout.readline() == "painted\n"
    taken = time.perf_counter() - begun
    process.kill()
    process.wait()
    return taken


def _idle_memory(code: list[str], env: Mapping[str, str]) -> float:
    """Resident megabytes some seconds after the first paint."""
    process = _start(code, env)
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(8)
    memory = psutil.Process(process.pid).memory_info().rss / 1e6
    process.kill()
    process.wait()
    return memory
