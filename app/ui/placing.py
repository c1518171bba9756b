"""Putting a window where it was, and keeping it within the screens of today."""

from __future__ import annotations

from PySide6.QtCore import QMargins, QObject, QRect, QSize, Qt, SignalInstance
from PySide6.QtGui import QGuiApplication, QRegion, QScreen
from PySide6.QtWidgets import QWidget

from app.settings import Place
from app.ui.overlay_place import room_above

_USUAL = QSize(1080, 700)
_GAP = 8
"""Pixels between a window that was never moved and what is around it."""
_VISIBLE = 80
"""Pixels of a window that must lie on a screen for it to be found again."""
_FRAME = QMargins(4, 32, 4, 4)
"""What window managers draw around a window, until this one has."""


class OnScreen(QObject):
    """Keeps a window, with its frame, within its screen: when it opens, and when the screen changes.

    Where the user moves it is the user's business.

    Args:
        least: size below which it should not go; a small screen goes before.
    """

    def __init__(self, window: QWidget, least: QSize) -> None:
        super().__init__(window)
        self._window = window
        self._least = least
        self._screen: QScreen | None = None

    def place(self, place: Place | None, overlay: int) -> None:
        """Move and size the window before it is seen.

        Args:
            place: the last one; without it, or where its screen is gone, the first one.
            overlay: pixels that the captions below it may be high.
        """
        window = self._window
        primary = QGuiApplication.primaryScreen().availableGeometry()
        window.setMinimumSize(self._least.boundedTo(primary.marginsRemoved(_FRAME).size()))
        area = QRect() if place is None else QRect(place.left, place.top, place.width, place.height)
        screen = _screen_of(area)
        if screen is None:
            window.setGeometry(first_area(primary, overlay, self._least.height()))
        else:
            room = screen.availableGeometry()
            window.setMinimumSize(self._least.boundedTo(room.size()))
            window.setGeometry(area if all_seen(area, screens()) else fitted(area, room))
        if place is not None and place.maximized:
            # The place is where it goes when the user makes it smaller again.
            window.setWindowState(Qt.WindowState.WindowMaximized)

    def begin(self) -> None:
        """Now the window is seen, and its frame is known."""
        handle = self._window.windowHandle()
        handle.screenChanged.connect(self._screen_changed)
        self._watch(handle.screen())
        self._fit()

    def _screen_changed(self, screen: QScreen | None) -> None:
        if screen is None:
            return
        self._watch(screen)
        # It may be under the user's hand: no more than its size is changed.
        size = self._bound().size()
        if not self._stays():
            self._window.resize(self._window.size().boundedTo(size))

    def _watch(self, screen: QScreen) -> None:
        if self._screen is not None and self._screen in QGuiApplication.screens():
            for changed in _changes(self._screen):
                changed.disconnect(self._fit)
        self._screen = screen
        for changed in _changes(screen):
            changed.connect(self._fit)

    def _fit(self) -> None:
        room = self._bound()
        if not self._stays():
            self._window.setGeometry(fitted(self._window.geometry(), room))

    def _stays(self) -> bool:
        """Whether nothing of the window is out of sight, or the window manager sees to that."""
        window = self._window
        whole = window.geometry().marginsAdded(self._frame())
        return window.isMaximized() or window.isFullScreen() or all_seen(whole, screens())

    def _bound(self) -> QRect:
        """Let the window be as small as the screen is; returns the room within its frame."""
        room = self._window.screen().availableGeometry().marginsRemoved(self._frame())
        self._window.setMinimumSize(self._least.boundedTo(room.size()))
        return room

    def _frame(self) -> QMargins:
        return self._window.windowHandle().frameMargins()


def lay_above_captions(dialog: QWidget) -> None:
    """Let a dialog, before it is seen, not be covered by the overlay, which lies above all other windows."""
    dialog.setWindowFlag(Qt.WindowType.WindowStaysOnTopHint)


def first_area(screen: QRect, overlay: int, least: int) -> QRect:
    """The window's first place, without its frame: above the captions where both find room.

    Args:
        screen: room beside panels and docks.
        overlay: pixels that the captions may be high.
        least: pixels of height without which the window had better lie under the captions.
    """
    above = room_above(screen, overlay).adjusted(_GAP, _GAP, -_GAP, -_GAP).marginsRemoved(_FRAME)
    room = above if above.height() >= least else screen.marginsRemoved(_FRAME)
    area = QRect(room.topLeft(), _USUAL.boundedTo(room.size()))
    area.moveCenter(room.center())
    return area


def fitted(area: QRect, room: QRect) -> QRect:
    """The area moved, and shrunk as far as needed, into the room."""
    left = max(room.left(), min(area.left(), room.right() + 1 - area.width()))
    top = max(room.top(), min(area.top(), room.bottom() + 1 - area.height()))
    return QRect(left, top, min(area.width(), room.width()), min(area.height(), room.height()))


def all_seen(area: QRect, there: list[QRect]) -> bool:
    """Whether the screens, one or several, show all of the area."""
    hidden = QRegion(area)
    for screen in there:
        hidden -= QRegion(screen)
    return hidden.isEmpty()


def place_of(window: QWidget) -> Place:
    """Where `window` is, not counting that it may fill the screen now."""
    area = window.normalGeometry() if window.isMaximized() else window.geometry()
    return Place(area.left(), area.top(), max(1, area.width()), max(1, area.height()), window.isMaximized())


def screens() -> list[QRect]:
    """Room on each screen beside panels and docks; the primary one first."""
    primary = QGuiApplication.primaryScreen()
    found = sorted(QGuiApplication.screens(), key=lambda screen: screen is not primary)
    return [screen.availableGeometry() for screen in found]


def _changes(screen: QScreen) -> tuple[SignalInstance, ...]:
    """What says that there is more or less room on the screen; larger text leaves less."""
    return screen.geometryChanged, screen.availableGeometryChanged, screen.logicalDotsPerInchChanged


def _screen_of(area: QRect) -> QScreen | None:
    """The screen that shows most of the area; None where nobody would find it."""

    def shown(screen: QScreen) -> int:
        seen = screen.availableGeometry().intersected(area)
        return max(0, seen.width()) * max(0, seen.height())

    best = max(QGuiApplication.screens(), key=shown, default=None)
    if best is None or not shown(best):
        return None
    seen = best.availableGeometry().intersected(area)
    enough = seen.width() >= min(_VISIBLE, area.width()) and seen.height() >= min(_VISIBLE, area.height())
    return best if enough else None
