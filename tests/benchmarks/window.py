"""The whole window, captioning real speech: how long the user interface ever stands still."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QWidget

from app.domain.events import Final
from app.domain.request import Pace, SampleSource, SessionPlan
from app.domain.transcript import Change, Entry, Transcript
from app.sessions.journal import Journal, KeptSession, last_session
from tests.benchmarks.rows import Row

_ROOT = Path(__file__).parents[2]
_HEARTBEAT_MS = 5


def run() -> list[Row]:
    """Captions the sample in real time into a transcript of 10,000 captions, beside an idle window."""
    rows = []
    for name, captions, listen in (
        ("idle", 0, ""),
        ("captioning, 100", 100, "mic"),
        ("captioning, 10,000", 10_000, "mic"),
    ):
        beats = sorted(_beats(captions, listen))
        p99, longest = beats[int(len(beats) * 0.99)], beats[-1]
        goals = (20.0, 50.0) if captions == 10_000 else (None, None)
        rows += [
            Row(f"window, {name} captions: stall beyond the heartbeat, p99", p99, "ms", goals[0]),
            Row(f"window, {name} captions: longest stall", longest, "ms", goals[1]),
            Row(f"window, {name} captions: median", statistics.median(beats), "ms"),
        ]
    return rows


def _beats(captions: int, listen: str) -> list[float]:
    """Milliseconds by which each beat of a timer came late."""
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-m", "tests.benchmarks.window", str(captions), listen]
    out = subprocess.run(command, cwd=_ROOT, env=env, stdout=subprocess.PIPE, check=True, text=True).stdout
    beats: list[float] = json.loads(out)
    return beats


def _child(captions: int, listen: str) -> None:
    """Run the window for a while and print how late its heartbeat was."""
    from app.__main__ import main
    from app.desktop import Desktop

    late: list[float] = []
    build = Desktop._build

    def built(desktop: Desktop) -> None:
        build(desktop)
        QTimer.singleShot(1500, desktop.window, lambda: _begin(desktop, captions, listen))
        QTimer.singleShot(5000, desktop.window, lambda: _beat(desktop.window, late))
        QTimer.singleShot(35_000, desktop.window, desktop.window.close)

    Desktop._build = built
    with tempfile.TemporaryDirectory() as profile:
        main(["--profile-dir", profile])
    sys.stdout.write(json.dumps(late))


def _begin(desktop: Any, captions: int, listen: str) -> None:
    """Fill the transcript and caption the sample in real time into it."""
    service = desktop.service
    transcript = Transcript()
    for number in range(captions):
        begin = number * 4.0
        transcript.apply("Me", Final(number, begin, begin + 3.5, f"Caption {number} of a long meeting."))
    if captions:
        service.reopen(_kept(desktop._folders.sessions, transcript.entries))
    if listen:
        # A recording would begin a new transcript: here it goes on in the long one.
        service._begin = lambda *_: None
        service.start(SessionPlan(SampleSource(Pace.REALTIME), "moonshine"))


def _kept(folder: Path, entries: tuple[Entry, ...]) -> KeptSession:
    """A session as it was left."""
    journal = Journal(folder, "A long meeting", datetime.now().astimezone())
    journal.append(Change(0, (), entries))
    journal.close()
    kept = last_session(folder)
    assert kept is not None
    return kept


def _beat(window: QWidget, late: list[float]) -> None:
    timer = QTimer(window, timerType=Qt.TimerType.PreciseTimer)
    last = time.perf_counter()

    def tick() -> None:
        nonlocal last
        now = time.perf_counter()
        late.append((now - last) * 1000 - _HEARTBEAT_MS)
        last = now

    timer.timeout.connect(tick)
    timer.start(_HEARTBEAT_MS)


if __name__ == "__main__":
    _child(int(sys.argv[1]), sys.argv[2])
