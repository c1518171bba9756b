"""One set of icons, drawn in the color of the text they stand beside."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

ICONS_FOLDER = Path(__file__).resolve().parents[2] / "resources" / "icons"


class Icons:
    """Drawings of a 24-unit grid from a folder of SVG files, tinted on demand."""

    def __init__(self, folder: Path = ICONS_FOLDER) -> None:
        self._folder = folder
        self._drawings: dict[tuple[str, str], QSvgRenderer] = {}

    def paint(self, painter: QPainter, name: str, color: str, area: QRectF) -> None:
        """Draw icon `name` in `color`, filling `area`."""
        self._drawing(name, color).render(painter, area)

    def icon(self, name: str, color: str, side: int = 18) -> QIcon:
        """Give the icon as menus and dialogs take it, `side` logical pixels wide."""
        icon = QIcon()
        for density in (1, 2, 3):
            pixmap = QPixmap(QSize(side, side) * density)
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            self.paint(painter, name, color, QRectF(pixmap.rect()))
            painter.end()
            icon.addPixmap(pixmap)
        return icon

    def _drawing(self, name: str, color: str) -> QSvgRenderer:
        key = name, color
        if key not in self._drawings:
            text = (self._folder / f"{name}.svg").read_text(encoding="utf-8")
            self._drawings[key] = QSvgRenderer(text.replace("currentColor", color).encode())
        return self._drawings[key]
