"""The floating window with the captions: above everything, in nobody's way, never in focus."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QColor,
    QEnterEvent,
    QGuiApplication,
    QMouseEvent,
    QMoveEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QMainWindow

from app.domain.captions import Caption
from app.ui.overlay_place import (
    FONT_SIZES,
    SMALLEST_WIDTH,
    OverlayState,
    first_place,
    first_width,
    next_opacity,
    raised_into,
    reachable,
    within_limits,
)
from app.ui.overlay_pointer import PointerGrip
from app.ui.overlay_surface import CaptionSurface
from app.ui.overlay_tools import Badge, OverlayTools
from app.ui.placing import screens
from app.ui.theme import OverlayColours

_RADIUS = 14
_TOOLS_INSET = 14
_TOOLS_TOP = 8
_GAP = 10
_INSET = 8
_FONT_STEP = 2
_SAVE_AFTER_MS = 250
_FLAGS = (
    Qt.WindowType.Tool
    | Qt.WindowType.FramelessWindowHint
    | Qt.WindowType.WindowStaysOnTopHint
    | Qt.WindowType.WindowDoesNotAcceptFocus
)


class Overlay(QMainWindow):
    """The captions window. A QMainWindow, because screen readers take a bare widget for filler.

    Args:
        state: what the user chose before; places that no screen shows any more are given up.
        colours: what to paint with.
    """

    changed = Signal(object)
    """The new OverlayState, once the user has come to rest."""
    closed = Signal()
    """The user closed the window; it is hidden and can be shown again."""
    painted = Signal(str)
    """The words on screen, after a paint that changed them."""

    def __init__(self, state: OverlayState | None = None, colours: OverlayColours | None = None) -> None:
        super().__init__(None, _FLAGS)
        self.setWindowTitle(self.tr("Surtitle captions"))
        self.setAccessibleName(self.windowTitle())
        for attribute in (
            Qt.WidgetAttribute.WA_TranslucentBackground,
            Qt.WidgetAttribute.WA_ShowWithoutActivating,
            Qt.WidgetAttribute.WA_MacAlwaysShowToolWindow,
        ):
            self.setAttribute(attribute)
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        self.setMouseTracking(True)
        self._colours = colours or OverlayColours()
        self._state = OverlayState()
        self._told = self._state
        self._grip = PointerGrip(self)
        self._make_parts()
        self._saving = QTimer(self, singleShot=True, interval=_SAVE_AFTER_MS)
        self._saving.timeout.connect(self._tell)
        self.restore(state or OverlayState())
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.screenRemoved.connect(self.come_back)

    def _make_parts(self) -> None:
        self._surface = CaptionSurface(self._colours, self)
        self._surface.painted.connect(self.painted)
        self._surface.header_changed.connect(self._arrange)
        self._badge = Badge(self._colours, self)
        self._tools = OverlayTools(self._colours, self)
        self._tools.hide()
        self._tools.smaller.connect(self._smaller)
        self._tools.larger.connect(self._larger)
        self._tools.opacity.connect(self._denser)
        self._tools.close_pressed.connect(self._close_pressed)

    # What is shown

    def show_caption(self, caption: Caption) -> None:
        """Show an utterance as it stands now; cheap, and may be called many times a turn."""
        self._surface.show_caption(caption)

    def clear(self) -> None:
        """Take all captions off: a new session begins, and its utterances count anew."""
        self._surface.forget()

    def set_badge(self, text: str, also: str = "") -> None:
        """Show why there may be no words, and what else is so, where there is room; empty takes it off."""
        self._badge.say(text, also)
        self._badge.setVisible(bool(text))
        self._arrange()

    def set_show_lanes(self, show: bool) -> None:
        """Say above the words who is speaking."""
        self._surface.set_show_lanes(show)
        self._fit_height()
        self._arrange()

    def name_lanes(self, title: Callable[[str], str]) -> None:
        """Say who is speaking in these words."""
        self._surface.name_lanes(title)

    # What the user chose

    @property
    def state(self) -> OverlayState:
        """What to remember."""
        return self._state

    def restore(self, state: OverlayState) -> None:
        """Take up what was remembered; nothing is emitted."""
        self._state = within_limits(state)
        self._apply_looks()
        self._put(state)
        self._note_place()
        self._told = self._state
        self._saving.stop()

    def set_font_size(self, pixels: int) -> None:
        """Set the captions' size; kept within what is legible."""
        self._choose(replace(self._state, font_size=pixels))

    def set_opacity(self, opacity: float) -> None:
        """Set how dense the background is; kept within what leaves the words legible."""
        self._choose(replace(self._state, opacity=opacity))

    def come_back(self) -> None:
        """Return to the first place if no screen shows the window any more."""
        if not reachable(self.geometry(), screens()):
            self._put(OverlayState())

    def _choose(self, state: OverlayState) -> None:
        state = within_limits(state)
        if state == self._state:
            return
        self._state = state
        self._apply_looks()
        self._saving.start()

    def _apply_looks(self) -> None:
        smallest, largest = FONT_SIZES
        size = self._state.font_size
        self._tools.allow(smaller=size > smallest, larger=size < largest)
        self._surface.set_text_size(size)
        self._fit_height()
        self.update()

    def _put(self, state: OverlayState) -> None:
        """Take the remembered place, or the first one where that is out of reach."""
        there = screens()
        primary = there[0] if there else self.geometry()
        width = max(SMALLEST_WIDTH, state.width or first_width(primary))
        window = QRect(state.x or 0, state.y or 0, width, self.height())
        if state.x is None or state.y is None or not reachable(window, there):
            window.setWidth(min(width, primary.width()))
            window.moveTopLeft(first_place(primary, window.size()))
        self.setGeometry(window)

    def _fit_height(self) -> None:
        height = self._surface.fitting_height() + 2 * _INSET
        self.setMinimumSize(SMALLEST_WIDTH, height)
        self.setMaximumHeight(height)
        self.resize(self.width(), height)
        place = raised_into(self.geometry(), screens())
        if place != self.pos():
            self.move(place)

    def _note_place(self) -> None:
        self._state = replace(self._state, width=self.width())
        if not QGuiApplication.platformName().startswith("wayland"):  # which tells no window where it is
            self._state = replace(self._state, x=self.x(), y=self.y())
        self._saving.start()

    def _tell(self) -> None:
        if self._state != self._told:
            self._told = self._state
            self.changed.emit(self._state)

    # Tools

    def _smaller(self) -> None:
        self.set_font_size(self._state.font_size - _FONT_STEP)

    def _larger(self) -> None:
        self.set_font_size(self._state.font_size + _FONT_STEP)

    def _denser(self) -> None:
        self.set_opacity(next_opacity(self._state.opacity))

    def _close_pressed(self) -> None:
        self.hide()
        self.closed.emit()

    # Layout and painting

    def _inner(self) -> QRect:
        return self.rect().adjusted(_INSET, _INSET, -_INSET, -_INSET)

    def _arrange(self) -> None:
        self._surface.move(self._inner().topLeft())
        # Fixed, or the window would be laid out at each word.
        self._surface.setFixedSize(self._inner().size())
        tools = self._tools.sizeHint()
        self._tools.setGeometry(QRect(QPoint(self.width() - _TOOLS_INSET - tools.width(), _TOOLS_TOP), tools))
        if self._badge.text():
            room = self._surface.header_room().translated(self._surface.pos())
            if self._tools.isVisible():
                room.setRight(self._tools.x() - _GAP)
            badge = QRect(QPoint(), self._badge.fitting_size(room.width()))
            badge.moveCenter(room.center())
            badge.moveLeft(room.left())
            self._badge.setGeometry(badge)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the background; a mere change of words costs no rounded corners."""
        painter = QPainter(self)
        background = QColor(self._colours.background)
        background.setAlphaF(self._state.opacity)
        if self._inner().contains(event.rect()):
            # There is nothing to blend with, and blending takes five times as long, and a second thread.
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
            painter.fillRect(event.rect(), background)
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(background)
        painter.setPen(QPen(QColor(self._colours.edge), 1))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Rearrange, and remember."""
        super().resizeEvent(event)
        self._arrange()
        self._note_place()

    def moveEvent(self, event: QMoveEvent) -> None:
        """Remember."""
        super().moveEvent(event)
        self._note_place()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Tell it apart from the program's own closing."""
        super().closeEvent(event)
        if event.spontaneous():
            self.closed.emit()

    # Pointer

    def enterEvent(self, event: QEnterEvent) -> None:
        """Offer the tools."""
        super().enterEvent(event)
        self._tools.show()
        self._arrange()

    def leaveEvent(self, event: QEvent) -> None:
        """Put the tools away."""
        super().leaveEvent(event)
        self._tools.hide()
        self._arrange()
        self.unsetCursor()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold."""
        self._grip.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move or resize."""
        self._grip.move(event)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Let go."""
        self._grip.release()
