"""What an update of the overlay costs, beside a plain QLabel with the same words."""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator

from app.domain.captions import Caption

_TEXT = (
    "It was the best of times, it was the worst of times, it was the age of wisdom, it was the age of "
    "foolishness, it was the epoch of belief, it was the epoch of incredulity, it was the season of Light"
)
_HELD_BACK = 2
_UTTERANCES = 30
_WIDTH, _HEIGHT = 900, 134


def run() -> list[tuple[str, float, str]]:
    """Rows of name, value, unit; needs no display."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QApplication, QLabel

    from app.ui.overlay import Overlay
    from app.ui.overlay_place import OverlayState

    application = QApplication.instance() or QApplication(sys.argv[:1])
    overlay = Overlay(OverlayState(x=0, y=0, width=_WIDTH))
    label = QLabel(alignment=Qt.AlignmentFlag.AlignTop, wordWrap=True)
    label.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
    label.setStyleSheet("font-size: 30px; color: white; background: rgba(10, 12, 16, 0.82)")
    label.setGeometry(0, _HEIGHT, _WIDTH, _HEIGHT)
    ours = _measured(overlay.show_caption, overlay.show, application.processEvents)
    plain = _measured(lambda caption: label.setText(caption.text), label.show, application.processEvents)
    overlay.close()
    label.close()
    return [
        ("overlay: update to painted, median", statistics.median(ours), "ms"),
        ("overlay: update to painted, p99", statistics.quantiles(ours, n=100)[98], "ms"),
        ("overlay: plain QLabel, median", statistics.median(plain), "ms"),
        ("overlay: ratio to a plain QLabel", statistics.median(ours) / statistics.median(plain), "x"),
        ("overlay: last tenth to first tenth", _tenths(ours), "x"),
    ]


def _captions() -> Iterator[Caption]:
    """Utterances that grow word by word, the newest words soft."""
    words = _TEXT.split()
    for utterance in range(_UTTERANCES):
        for count in range(1, len(words) + 1):
            settled = " ".join(words[: max(0, count - _HELD_BACK)])
            text = " ".join(words[:count])
            yield Caption("Me", utterance, utterance * 12.0, settled, text.removeprefix(settled))
        yield Caption("Me", utterance, utterance * 12.0, _TEXT, "", final=True)


def _measured(
    show: Callable[[Caption], object], appear: Callable[[], object], turn: Callable[[], object]
) -> list[float]:
    """Milliseconds from each update to the end of its paint."""
    appear()
    turn()
    costs: list[float] = []
    for caption in _captions():
        begun = time.perf_counter()
        show(caption)
        turn()
        costs.append((time.perf_counter() - begun) * 1000)
    return costs


def _tenths(costs: list[float]) -> float:
    tenth = len(costs) // 10
    return statistics.median(costs[-tenth:]) / statistics.median(costs[:tenth])


if __name__ == "__main__":
    for name, value, unit in run():
        sys.stdout.write(f"{name:40} {value:8.3f} {unit}\n")
