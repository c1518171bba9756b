"""Colours by purpose, in one place. Each text pair has a contrast of at least 4.5 to 1."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication

from app.domain.request import LANE_ME, LANE_THEM


@dataclass(frozen=True, slots=True)
class Theme:
    """One set of colours, as Qt understands them (`#rrggbb`)."""

    dark: bool
    background: str
    surface: str
    ink: str
    muted: str
    soft: str
    line: str
    selection: str
    accent: str
    on_accent: str
    me: str
    them: str
    ok: str
    warn: str
    bad: str
    stop: str
    on_stop: str

    def lane(self, lane: str) -> str:
        """Colour of a lane's label."""
        return {LANE_ME: self.me, LANE_THEM: self.them}.get(lane, self.muted)


LIGHT = Theme(
    dark=False,
    background="#f6f7f9",
    surface="#ffffff",
    ink="#16181d",
    muted="#5b6472",
    soft="#606875",
    line="#e2e5ea",
    selection="#eaf1ff",
    accent="#2563eb",
    on_accent="#ffffff",
    me="#0f766e",
    them="#6d28d9",
    ok="#15803d",
    warn="#b45309",
    bad="#dc2626",
    stop="#b91c1c",
    on_stop="#ffffff",
)
DARK = Theme(
    dark=True,
    background="#121417",
    surface="#1a1d22",
    ink="#eceef2",
    muted="#9aa3b2",
    soft="#9aa3b2",
    line="#2a2f37",
    selection="#1f2a44",
    accent="#7aa2ff",
    on_accent="#0b1220",
    me="#5eead4",
    them="#c4b5fd",
    ok="#4ade80",
    warn="#fbbf24",
    bad="#f87171",
    stop="#f87171",
    on_stop="#0b1220",
)


@dataclass(frozen=True, slots=True)
class OverlayColours:
    """The overlay is dark in both themes: it lies above anything. `edge` is `#aarrggbb`."""

    background: str = "#0a0c10"
    text: str = "#ffffff"
    soft: str = "#b8bec9"
    badge: str = "#fbbf24"
    badge_background: str = "#3a2f0b"
    me: str = DARK.me
    them: str = DARK.them
    edge: str = "#14ffffff"
    tool: str = "#2b3038"
    tool_under_pointer: str = "#3c434e"
    on_tool: str = "#eceef2"

    def lane(self, lane: str) -> str:
        """Colour of a lane's label."""
        return {LANE_ME: self.me, LANE_THEM: self.them}.get(lane, self.soft)


class Appearance(QObject):
    """Which theme is in force: the system's, or the one the user insists on."""

    changed = Signal()

    def __init__(self, mode: str = "system", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._mode = mode
        self._hints = QGuiApplication.styleHints()
        self._hints.colorSchemeChanged.connect(self._system_changed)

    @property
    def theme(self) -> Theme:
        """The colours to paint with now."""
        if self._mode == "system":
            return DARK if self._hints.colorScheme() == Qt.ColorScheme.Dark else LIGHT
        return DARK if self._mode == "dark" else LIGHT

    def set_mode(self, mode: str) -> None:
        """Follow `system`, or stay `light` or `dark`."""
        if mode != self._mode:
            self._mode = mode
            self.changed.emit()

    def _system_changed(self) -> None:
        if self._mode == "system":
            self.changed.emit()
