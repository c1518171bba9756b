"""Moving and resizing a window without a frame, by its surface and its side edges."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

_EDGE_WIDTH = 8
_NO_EDGE = Qt.Edge(0)


@dataclass(frozen=True, slots=True)
class _Hold:
    """Where the pointer took hold, and the window's place at that moment."""

    pointer: QPoint
    window: QRect
    edges: Qt.Edge
    by_hand: bool = False


class PointerGrip:
    """Turns a window's mouse events into moves and resizes.

    The desktop does it where it can: then windows snap, and on Wayland nobody else may.
    """

    def __init__(self, window: QWidget) -> None:
        self._window = window
        self._hold: _Hold | None = None

    def press(self, event: QMouseEvent) -> None:
        """Take hold."""
        if event.button() == Qt.MouseButton.LeftButton:
            edges = self._edges_at(event.position().toPoint())
            self._hold = _Hold(event.globalPosition().toPoint(), self._window.geometry(), edges)

    def move(self, event: QMouseEvent) -> None:
        """Follow the pointer; with no button down, show what a press here would do."""
        if self._hold is None:
            at_edge = bool(self._edges_at(event.position().toPoint()))
            self._window.setCursor(Qt.CursorShape.SizeHorCursor if at_edge else Qt.CursorShape.ArrowCursor)
            return
        way = event.globalPosition().toPoint() - self._hold.pointer
        if self._hold.by_hand:
            self._follow(self._hold, way)
        elif way.manhattanLength() >= QApplication.startDragDistance():
            # Only now: a desktop that takes over at the press may miss the release of a mere click.
            if self._desktop_takes_over(self._hold.edges):
                self._hold = None
            else:
                self._hold = replace(self._hold, by_hand=True)
                self._follow(self._hold, way)

    def release(self) -> None:
        """Let go."""
        self._hold = None

    def _edges_at(self, point: QPoint) -> Qt.Edge:
        if point.x() < _EDGE_WIDTH:
            return Qt.Edge.LeftEdge
        if point.x() >= self._window.width() - _EDGE_WIDTH:
            return Qt.Edge.RightEdge
        return _NO_EDGE

    def _desktop_takes_over(self, edges: Qt.Edge) -> bool:
        handle = self._window.windowHandle()
        if handle is None:
            return False
        return handle.startSystemResize(edges) if edges else handle.startSystemMove()

    def _follow(self, hold: _Hold, way: QPoint) -> None:
        place = QRect(hold.window)
        smallest = self._window.minimumWidth()
        if hold.edges == Qt.Edge.LeftEdge:
            place.setLeft(min(place.left() + way.x(), place.right() + 1 - smallest))
        elif hold.edges == Qt.Edge.RightEdge:
            place.setWidth(max(smallest, place.width() + way.x()))
        else:
            place.translate(way)
        self._window.setGeometry(place)
