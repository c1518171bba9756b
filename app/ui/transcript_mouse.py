"""Mouse positions between the lines of the transcript."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPointF
from PySide6.QtGui import QMouseEvent

from app.ui.transcript_paint import ShownRow


def aligned(event: QMouseEvent, rows: Iterable[ShownRow]) -> QMouseEvent:
    """The same event in the middle of the nearest line.

    Lines stand apart, and Qt takes a click between two of them for the end of the upper one.
    """
    position = event.position()
    for row in rows:
        if row.top <= position.y() < row.top + row.height:
            layout = row.block.layout()
            lines = [layout.lineAt(number) for number in range(layout.lineCount())]
            middles = [row.top + line.y() + line.height() / 2 for line in lines]
            nearest = min(middles, key=lambda middle: abs(middle - position.y()))
            return QMouseEvent(
                event.type(),
                QPointF(position.x(), nearest),
                event.scenePosition(),
                event.globalPosition(),
                event.button(),
                event.buttons(),
                event.modifiers(),
                event.pointingDevice(),
            )
    return event
