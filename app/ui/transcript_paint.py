"""What is painted around the text of the transcript, in its own widget and in the gutter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QTextBlock, QTextLine

from app.domain.transcript import Segment, edited_spans
from app.ui.transcript_rows import Row, qt_length
from app.ui.transcript_style import TranscriptStyle


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row in view: its block, and where that lies in the viewport."""

    row: Row
    block: QTextBlock
    top: float
    height: float

    def meets(self, top: float, bottom: float) -> bool:
        """Whether some of it lies between these heights of the viewport."""
        return self.top <= bottom and self.top + self.height >= top


def tint_live(painter: QPainter, rect: QRectF, style: TranscriptStyle, width: float, left: float) -> None:
    """Tint what is being spoken, fading to the right.

    Args:
        painter: of a widget that shows a part of the transcript.
        rect: the row within that widget.
        style: measures and colors.
        width: of the whole transcript.
        left: where the widget begins within it.
    """
    # Not at the top: the window can be seen before anybody speaks.
    from PySide6.QtGui import QLinearGradient

    clear = QColor(style.theme.selection)
    clear.setAlpha(0)
    gradient = QLinearGradient(-left, 0, 0.85 * width - left, 0)
    gradient.setColorAt(0, QColor(style.theme.selection))
    gradient.setColorAt(0.3, QColor(style.theme.selection))
    gradient.setColorAt(1, clear)
    painter.fillRect(rect, gradient)


class EditedSpans:
    """`edited_spans` of the rows in view, compared only once."""

    _MOST = 200

    def __init__(self) -> None:
        self._known: dict[int, tuple[Segment, tuple[tuple[int, int], ...]]] = {}

    def of(self, segment: Segment) -> tuple[tuple[int, int], ...]:
        """Start and length of the words that the user changed."""
        known = self._known.get(segment.id)
        if known is not None and known[0] is segment:
            return known[1]
        if len(self._known) >= self._MOST:
            self._known.clear()
        spans = edited_spans(segment)
        self._known[segment.id] = segment, spans
        return spans


def underline(painter: QPainter, shown: ShownRow, spans: EditedSpans) -> None:
    """Draw dots under the words that differ from what the engine said."""
    row = shown.row
    if not isinstance(row, Segment) or not row.edited:
        return
    layout = shown.block.layout()
    for start, length in spans.of(row):
        first = qt_length(row.text[:start])
        stop = qt_length(row.text[: start + length])
        for number in range(layout.lineCount()):
            line = layout.lineAt(number)
            begin, end = max(first, line.textStart()), min(stop, line.textStart() + line.textLength())
            if begin < end:
                y = shown.top + line.y() + line.ascent() + 4.5
                left, right = _x(line, begin), _x(line, end)
                painter.drawLine(QPointF(left, y), QPointF(right, y))


def _x(line: QTextLine, position: int) -> float:
    # Qt also answers where it has put the cursor; the stubs call the pair an object.
    return cast("tuple[float, int]", line.cursorToX(position))[0]
