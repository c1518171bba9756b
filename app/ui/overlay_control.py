"""When the overlay is there, and what it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.domain.captions import Caption
from app.recognizer.status import (
    Connecting,
    Failed,
    Idle,
    Listening,
    Offline,
    Paused,
    Reconnecting,
    Reduced,
    Status,
)
from app.settings import OverlaySettings, Settings
from app.ui.bridge import Bridge
from app.ui.lane_titles import LaneTitles
from app.ui.preferences import Preferences

if TYPE_CHECKING:
    from app.ui.overlay import Overlay
    from app.ui.overlay_place import OverlayState


class OverlayControl(QObject):
    """Builds the overlay when it is first needed: as captioning starts, or when it is asked for."""

    made = Signal(object)
    """The `Overlay`, as soon as there is one."""
    appeared = Signal()
    """It came, on top of all there is."""

    def __init__(self, preferences: Preferences, bridge: Bridge, titles: LaneTitles, parent: QObject) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self._titles = titles
        self._together = False
        self._overlay: Overlay | None = None
        titles.changed.connect(self._name_lanes)
        bridge.lanes_began.connect(self._lanes_began)
        self._status: Status = Idle()
        self._trouble = self._deaf = ""
        preferences.changed.connect(self._settings_changed)
        bridge.status_changed.connect(self._status_changed)
        bridge.caption_changed.connect(self._caption_changed)
        bridge.session_began.connect(self._clear)

    def show(self, shown: bool) -> None:
        """The user wants the overlay there, or away."""
        self._preferences.change_overlay(shown=shown)
        if shown:
            self._appear()
        elif self._overlay is not None:
            self._overlay.hide()

    def close(self) -> None:
        """Take the overlay away for good."""
        if self._overlay is not None:
            self._overlay.close()
            self._overlay.deleteLater()
            self._overlay = None

    def _appear(self) -> None:
        self._made().show()
        self.appeared.emit()

    def _made(self) -> Overlay:
        if self._overlay is None:
            # Not at the top: the window is there before the overlay is needed.
            from app.ui.overlay import Overlay

            self._overlay = Overlay(_state_of(self._preferences.settings.overlay))
            self._overlay.name_lanes(self._titles.of)
            self._overlay.set_show_lanes(self._together)
            self._overlay.changed.connect(self._moved)
            self._overlay.closed.connect(self._closed)
            self._show_badge()
            self.made.emit(self._overlay)
        return self._overlay

    def _lanes_began(self, lanes: tuple[str, ...]) -> None:
        self._together = len(lanes) > 1
        if self._overlay is not None:
            self._overlay.set_show_lanes(self._together)

    def _name_lanes(self) -> None:
        if self._overlay is not None:
            self._overlay.name_lanes(self._titles.of)

    def _status_changed(self, status: Status) -> None:
        if isinstance(status, Connecting) and self._preferences.settings.overlay.shown:
            self._appear()
        self._status = status
        self._show_badge()

    def show_trouble(self, sentence: str) -> None:
        """Show what keeps a lane from being heard; empty once that is over."""
        self._trouble = sentence
        self._show_badge()

    def show_deaf(self, words: str) -> None:
        """Show why nothing is heard although captions run; empty once something is."""
        self._deaf = words
        self._show_badge()

    def _show_badge(self) -> None:
        if self._overlay is None:
            return
        badge, reason = self._badge_of(self._status), self._trouble
        if self._deaf and isinstance(self._status, Listening | Offline | Reduced):
            reason = self._deaf
        if reason and isinstance(self._status, Offline | Reduced):
            # That nothing is heard matters more than who would recognize it.
            self._overlay.set_badge(reason, also=badge)
        else:
            self._overlay.set_badge(badge or reason)

    def _badge_of(self, status: Status) -> str:
        match status:
            case Failed(error) if not status.sourceless:
                return error.problem
            case Reconnecting(reason, remedy):
                # What the user has to mend is more to the point than that tries go on.
                problem = reason if remedy else self.tr("Reconnecting.")
                return self.tr("{problem} What is said is kept.").format(problem=problem)
            case Reduced(lane, _):
                return self.tr("{lane} is not heard").format(lane=self._titles.of(lane))
            case Paused():
                return self.tr("Paused")
            case Offline(engine):
                return self.tr("{engine} stands in").format(engine=engine)
            case _:
                return ""

    def _caption_changed(self, caption: Caption) -> None:
        # Built even when hidden: shown later, it must have the words of this moment.
        self._made().show_caption(caption)

    def _clear(self) -> None:
        if self._overlay is not None:
            self._overlay.clear()

    def _moved(self, state: OverlayState) -> None:
        self._preferences.change_overlay(
            x=state.x, y=state.y, width=state.width, text_size=state.font_size, opacity=state.opacity
        )

    def _closed(self) -> None:
        self._preferences.change_overlay(shown=False)

    def _settings_changed(self, before: Settings, now: Settings) -> None:
        if self._overlay is None:
            return
        if before.overlay.text_size != now.overlay.text_size:
            self._overlay.set_font_size(now.overlay.text_size)
        if before.overlay.opacity != now.overlay.opacity:
            self._overlay.set_opacity(now.overlay.opacity)


def _state_of(settings: OverlaySettings) -> OverlayState:
    from app.ui.overlay_place import OverlayState

    return OverlayState(settings.x, settings.y, settings.width, settings.text_size, settings.opacity)
