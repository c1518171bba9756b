"""The windows beside the window, each made when it is first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog, QWidget

from app.ui.look import Look
from app.ui.parts import Parts, World

if TYPE_CHECKING:
    from app.ui.recognizer_dialog import RecognizerDialog
    from app.ui.settings_dialog import SettingsDialog


class Dialogs(QObject):
    """Opens the settings and the recognizer's settings."""

    def __init__(self, world: World, look: Look, parts: Parts, window: QWidget) -> None:
        super().__init__(window)
        self._world = world
        self._look = look
        self._parts = parts
        self._window = window
        self._settings: SettingsDialog | None = None
        self._recognizer: RecognizerDialog | None = None
        parts.overlay.appeared.connect(self._raise)
        parts.actions.settings.triggered.connect(self._open_settings)
        parts.actions.recognizer.triggered.connect(self._open_recognizer)
        parts.top_bar.recognizer.settings_asked.connect(self._open_recognizer)

    def close(self) -> None:
        """Close what is open."""
        for dialog in (self._settings, self._recognizer):
            if dialog is not None:
                dialog.close()

    def _raise(self) -> None:
        """Keep what is open above an overlay that has come since."""
        for dialog in self._window.findChildren(QDialog):
            if dialog.isVisible():
                dialog.raise_()

    def _open_settings(self) -> None:
        if self._settings is None:
            # Not at the top: most sessions never see it.
            from app.ui.settings_dialog import SettingsDialog

            world = self._world
            self._settings = SettingsDialog(
                self._look,
                world.preferences,
                world.service,
                world.bridge,
                world.surroundings.denoise_stages(),
                self._window,
            )
        _bring(self._settings)

    def _open_recognizer(self) -> None:
        if self._recognizer is None:
            # Not at the top: most sessions never see it.
            from app.ui.recognizer_dialog import RecognizerDialog

            commands, around = self._parts.commands, self._world.surroundings
            self._recognizer = RecognizerDialog(
                self._look,
                self._world.preferences,
                around.recognizers,
                lambda: commands.recognizer,
                around.errands,
                self._window,
            )
            self._recognizer.recognizer_chosen.connect(commands.choose_recognizer)
        _bring(self._recognizer)


def _bring(dialog: QDialog) -> None:
    dialog.show()
    dialog.raise_()
    dialog.activateWindow()
