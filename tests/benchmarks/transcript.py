"""The transcript view: what an update costs as the transcript grows, and how long the window stands still."""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.benchmarks.rows import Row

if TYPE_CHECKING:
    from app.ui.transcript_view import TranscriptView

_SMALL, _LARGE = 100, 10_000
_ROUNDS = 5
_UPDATES = 40
_HEARTBEAT = 0.005
_WATCHED_SECONDS = 20.0


def run() -> list[Row]:
    """Medians of alternating rounds; needs no display."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    application = QApplication.instance() or QApplication(sys.argv[:1])
    small, large = _Meeting(_SMALL), _Meeting(_LARGE)
    rows = [Row(f"transcript: loading {_LARGE} captions", large.loading * 1000, "ms", 1000.0)]
    for name, update in (
        ("partial", _Meeting.partial),
        ("final", _Meeting.final),
        ("keystroke", _Meeting.keystroke),
    ):
        rows += _compare(name, update, small, large)
    rows += large.stalls()
    small.view.close()
    large.view.close()
    application.processEvents()
    return rows


def _compare(name: str, update: Callable[[_Meeting], None], small: _Meeting, large: _Meeting) -> list[Row]:
    few, many = [], []
    for _ in range(_ROUNDS):
        few.append(_milliseconds(lambda: update(small)))
        many.append(_milliseconds(lambda: update(large)))
    ratios = [b / a for a, b in zip(few, many, strict=True)]
    return [
        Row(f"transcript: {name} at {_SMALL} captions, with paint", statistics.median(few), "ms"),
        Row(f"transcript: {name} at {_LARGE} captions, with paint", statistics.median(many), "ms"),
        Row(f"transcript: {name}, ratio", statistics.median(ratios), "x", 1.5),
    ]


def _milliseconds(update: Callable[[], None]) -> float:
    """Median of one round's updates."""
    from PySide6.QtWidgets import QApplication

    spent = []
    for _ in range(_UPDATES):
        start = time.perf_counter()
        update()
        QApplication.processEvents()
        spent.append(time.perf_counter() - start)
    return statistics.median(spent) * 1000


class _Meeting:
    """A transcript in its view, with somebody speaking."""

    def __init__(self, captions: int) -> None:
        from PySide6.QtWidgets import QApplication

        from app.domain.transcript import Segment, Transcript
        from app.ui.theme import Appearance
        from app.ui.transcript_view import TranscriptView

        entries = [
            Segment(n + 1, "Them" if n % 3 else "Me", 3.0 * n, 3.0 * n + 2, _text(n), _text(n))
            for n in range(captions)
        ]
        self.transcript = Transcript(entries)
        self._appearance = Appearance("light")
        start = time.perf_counter()
        self.view: TranscriptView = TranscriptView(self.transcript, self._appearance, lambda: 0.0)
        self.view.resize(780, 600)
        self.view.show()
        QApplication.processEvents()
        self.loading = time.perf_counter() - start
        self._utterance = captions
        self._words = 0

    def partial(self) -> None:
        """Another word of the open utterance."""
        from app.domain.captions import Caption

        self._words = self._words % 30 + 1
        text = " ".join(["word"] * self._words)
        self.view.show_caption(Caption("Me", self._utterance, 3.0 * self._utterance, text, " and more"))

    def final(self) -> None:
        """The utterance is over: its segment comes, its live row goes, the next one begins."""
        from app.domain.captions import Caption
        from app.domain.events import Final

        start = 3.0 * self._utterance
        text = _text(self._utterance)
        change = self.transcript.apply("Me", Final(self._utterance, start, start + 2, text))
        if change is not None:
            self.view.apply_change(change)
        self.view.show_caption(Caption("Me", self._utterance, start, text, "", final=True))
        self._utterance += 1
        self._words = 0
        self.partial()

    def keystroke(self) -> None:
        """The user types in a row near the end."""
        cursor = self.view.textCursor()
        cursor.setPosition(self.view.document().findBlockByNumber(len(self.transcript) - 3).position())
        cursor.insertText("x")

    def stalls(self) -> list[Row]:
        """Five partials a second and a final each two seconds, beside a heartbeat of 5 ms."""
        from PySide6.QtCore import QElapsedTimer, QEventLoop, Qt, QTimer

        loop, beat, clock = QEventLoop(), QTimer(), QElapsedTimer()
        beat.setTimerType(Qt.TimerType.PreciseTimer)
        late: list[float] = []
        count = 0

        def on_beat() -> None:
            late.append(max(0.0, clock.nsecsElapsed() / 1e9 - _HEARTBEAT))
            clock.restart()

        def speak() -> None:
            nonlocal count
            count += 1
            if count % 10:
                self.partial()
            else:
                self.final()

        beat.timeout.connect(on_beat)
        speech = QTimer()
        speech.timeout.connect(speak)
        clock.start()
        beat.start(int(_HEARTBEAT * 1000))
        speech.start(200)
        QTimer.singleShot(int(_WATCHED_SECONDS * 1000), loop.quit)
        loop.exec()
        beat.stop()
        speech.stop()
        late.sort()
        return [
            Row(
                f"transcript: stall at {_LARGE} captions, p99", late[int(len(late) * 0.99)] * 1000, "ms", 20.0
            ),
            Row(f"transcript: stall at {_LARGE} captions, max", late[-1] * 1000, "ms", 50.0),
        ]


def _text(number: int) -> str:
    return f"caption {number} " + "with some more words " * (number % 5)
