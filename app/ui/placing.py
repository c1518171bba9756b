"""Putting a window back where it was, as far as the screens of today allow."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from app.settings import Place

_USUAL = (1080, 700)
_VISIBLE = 80
"""Pixels of a window that must lie on a screen for it to be found again."""


def restore(window: QWidget, place: Place | None) -> None:
    """Move and size `window`; one whose screen is gone opens at its usual size."""
    if place is not None and _can_be_seen(QRect(place.left, place.top, place.width, place.height)):
        window.setGeometry(place.left, place.top, place.width, place.height)
    else:
        screen = QGuiApplication.primaryScreen().availableGeometry()
        window.resize(min(_USUAL[0], screen.width()), min(_USUAL[1], screen.height()))


def place_of(window: QWidget) -> Place:
    """Where `window` is, not counting that it may fill the screen now."""
    area = window.normalGeometry() if window.isMaximized() else window.geometry()
    return Place(area.left(), area.top(), max(1, area.width()), max(1, area.height()), window.isMaximized())


def screens() -> list[QRect]:
    """Room on each screen beside panels and docks; the primary one first."""
    primary = QGuiApplication.primaryScreen()
    found = sorted(QGuiApplication.screens(), key=lambda screen: screen is not primary)
    return [screen.availableGeometry() for screen in found]


def _can_be_seen(area: QRect) -> bool:
    for screen in QGuiApplication.screens():
        seen = screen.availableGeometry().intersected(area)
        if seen.width() >= min(_VISIBLE, area.width()) and seen.height() >= min(_VISIBLE, area.height()):
            return True
    return False
