"""The settings while the window is open: who changes them, who hears of it, when they are saved."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from app.domain.errors import OutputError
from app.settings import Settings, SettingsStore

_SAVE_AFTER_MS = 600


class Preferences(QObject):
    """Holds the settings in force and saves them a moment after they changed."""

    changed = Signal(object, object)
    """The `Settings` before and now."""
    failed = Signal(object)
    """An `OutputError`: they could not be saved."""

    def __init__(self, settings: Settings, store: SettingsStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._store = store
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SAVE_AFTER_MS)
        self._timer.timeout.connect(self.save)

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self._settings

    def change(self, **fields: Any) -> None:  # noqa: ANN401 - the fields of Settings
        """Put other values into these fields."""
        before, self._settings = self._settings, replace(self._settings, **fields)
        if before != self._settings:
            self._timer.start()
            self.changed.emit(before, self._settings)

    def change_overlay(self, **fields: Any) -> None:  # noqa: ANN401 - the fields of OverlaySettings
        """Put other values into these fields of the overlay's settings."""
        self.change(overlay=replace(self._settings.overlay, **fields))

    def save(self) -> None:
        """Save now, if there is something to save."""
        self._timer.stop()
        try:
            self._store.save(self._settings)
        except OutputError as error:
            self.failed.emit(error)

    def flush(self) -> None:
        """Save what still waits to be saved."""
        if self._timer.isActive():
            self.save()
