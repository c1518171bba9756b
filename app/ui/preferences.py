"""The settings while the window is open: who changes them, who hears of it, when they are saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar, cast

from PySide6.QtCore import QObject, QTimer, Signal

from app.domain.errors import OutputError
from app.settings import ServiceChoice, Settings
from app.settings_store import SettingsStore

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    T = TypeVar("T", bound=DataclassInstance)

_SAVE_AFTER_MS = 600


class Preferences(QObject):
    """Holds the settings in force and saves them a moment after they changed.

    Args:
        this_time: fields of Settings that the command line set: in force now, but not to be saved
            unless the user changes them.
        service: the same of the service in use: fields of ServiceChoice.
    """

    changed = Signal(object, object)
    """The `Settings` before and now."""
    failed = Signal(object)
    """An `OutputError`: they could not be saved."""

    def __init__(
        self,
        settings: Settings,
        store: SettingsStore,
        this_time: Mapping[str, object] | None = None,
        service: Mapping[str, object] | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._this_time = dict(this_time or {})
        self._this_service = dict(service or {})
        self._before = settings
        given = _with(settings, self._this_time)
        self._settings = given.with_service(_with(given.service(given.engine), self._this_service))
        self._engine = given.engine
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

    def change_service(self, choice: ServiceChoice) -> None:
        """Use a service in another way."""
        self.change(services=self._settings.with_service(choice).services)

    def save(self) -> None:
        """Save now, if there is something to save."""
        self._timer.stop()
        try:
            self._store.save(self._to_keep())
        except OutputError as error:
            self.failed.emit(error)

    def _to_keep(self) -> Settings:
        before, now = self._before.service(self._engine), self._settings.service(self._engine)
        kept = _without(self._settings, self._before, self._this_time)
        return kept.with_service(_without(now, before, self._this_service))

    def flush(self) -> None:
        """Save what still waits to be saved."""
        if self._timer.isActive():
            self.save()


def _with(value: T, given: Mapping[str, object]) -> T:
    return replace(value, **cast("dict[str, Any]", given))


def _without(now: T, before: T, given: Mapping[str, object]) -> T:
    """`now` with those given fields as they were `before` that nobody has changed since."""
    untouched = {name: getattr(before, name) for name, value in given.items() if getattr(now, name) == value}
    return _with(now, untouched)
