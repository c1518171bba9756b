"""Where the overlay stands, and what of it is remembered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QPoint, QRect, QSize

SMALLEST_WIDTH = 280
FONT_SIZES = (16, 72)
OPACITIES = (0.6, 0.72, 0.82, 1.0)
"""Over white, the lightest still leaves white words a contrast of 5 to 1."""

_FIRST_WIDTH = 900
_FIRST_SHARE = 0.7
_BELOW = 24
_REACHABLE = QSize(96, 48)


@dataclass(frozen=True, slots=True)
class OverlayState:
    """What the user chose.

    Attributes:
        x: left edge on the desktop; None until the user has put it somewhere.
        y: top edge on the desktop; None as `x`.
        width: None as `x`; the height follows from the font.
        font_size: pixels.
        opacity: of the background, within OPACITIES; the words are always opaque.
    """

    x: int | None = None
    y: int | None = None
    width: int | None = None
    font_size: int = 30
    opacity: float = 0.82


def first_width(screen: QRect) -> int:
    """Width on a screen where nobody has chosen one."""
    return max(SMALLEST_WIDTH, min(_FIRST_WIDTH, round(screen.width() * _FIRST_SHARE)))


def first_place(screen: QRect, size: QSize) -> QPoint:
    """Bottom centre of a screen, clear of what may come out there. It may grow by the labels of lanes."""
    x = screen.left() + (screen.width() - size.width()) // 2
    return QPoint(x, max(screen.top(), screen.bottom() + 1 - size.height() - _BELOW))


def tallest(text_size: int) -> int:
    """Pixels that the overlay is high at most, with labels for the lanes."""
    return 73 + round(2.6 * text_size)


def room_above(screen: QRect, height: int) -> QRect:
    """What the overlay, so high and in its first place, leaves above it."""
    return screen.adjusted(0, 0, 0, -height - _BELOW)


def reachable(window: QRect, screens: Sequence[QRect]) -> bool:
    """Whether enough of the window is on some screen to be seen and dragged."""
    overlaps = [screen.intersected(window) for screen in screens]
    return any(
        part.width() >= _REACHABLE.width() and part.height() >= min(_REACHABLE.height(), window.height())
        for part in overlaps
    )


def raised_into(window: QRect, screens: Sequence[QRect]) -> QPoint:
    """The window's place, moved up as far as needed to show its lower edge."""
    for screen in screens:
        if screen.contains(window.topLeft()):
            return QPoint(
                window.left(), max(screen.top(), min(window.top(), screen.bottom() + 1 - window.height()))
            )
    return window.topLeft()


def within_limits(state: OverlayState) -> OverlayState:
    """The state with a legible font size and background."""
    return replace(
        state,
        font_size=max(FONT_SIZES[0], min(FONT_SIZES[1], state.font_size)),
        opacity=max(OPACITIES[0], min(OPACITIES[-1], state.opacity)),
    )


def next_opacity(opacity: float) -> float:
    """The next denser background; from the densest on to the lightest."""
    return next((level for level in OPACITIES if level > opacity + 0.01), OPACITIES[0])
