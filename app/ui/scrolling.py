"""Room for what is larger than its place."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from app.ui.look import Look


def scrolled(widget: QWidget) -> QScrollArea:
    """Large text in a small window must stay in reach. What lies behind shines through."""
    area = QScrollArea()
    # One of ours: handing out Qt's own, PySide first loads every kind of widget that there is.
    area.setViewport(QWidget())
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(widget)
    widget.setAutoFillBackground(False)
    return area


def sections(look: Look, *parts: QWidget) -> QScrollArea:
    """The parts of a dialog, one below the other: as wide as they are, and as high as there is room."""
    content = QWidget()
    column = QVBoxLayout(content)
    column.setContentsMargins(look.px(24), look.px(20), look.px(24), look.px(12))
    column.setSpacing(look.px(8))
    for part in parts:
        column.addWidget(part)
    column.addStretch(1)
    area = scrolled(content)
    area.setMinimumWidth(content.minimumSizeHint().width() + look.px(16))
    return area


def whole_height(area: QScrollArea) -> int:
    """How high the area would have to be for nothing in it to be scrolled, at its least width."""
    content = area.widget()
    return content.heightForWidth(area.minimumWidth()) if content is not None else 0
