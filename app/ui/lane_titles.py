"""What the window calls the lanes."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.domain.request import LANE_ME, LANE_NOTE, LANE_RECORDING, LANE_THEM
from app.settings import Settings
from app.ui.preferences import Preferences


class LaneTitles(QObject):
    """The user's label of a lane, else its usual name in the language of the window."""

    changed = Signal()

    def __init__(self, preferences: Preferences, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._preferences = preferences
        preferences.changed.connect(self._settings_changed)

    def of(self, lane: str) -> str:
        """What to call `lane`."""
        label = self._preferences.settings.labels.of(lane)
        return self._usual(lane) if label == lane else label

    def _usual(self, lane: str) -> str:
        return {
            LANE_ME: self.tr("Me"),
            LANE_THEM: self.tr("Them"),
            LANE_RECORDING: self.tr("Recording"),
            LANE_NOTE: self.tr("Note"),
        }.get(lane, lane)

    def _settings_changed(self, before: Settings, now: Settings) -> None:
        if before.labels != now.labels:
            self.changed.emit()
