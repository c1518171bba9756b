"""Every command by its name and shortcut, for buttons, menu and keyboard alike."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget


class Actions(QObject):
    """The window's commands. Who carries them out connects to `triggered` or `toggled`."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.start = self._action(self.tr("Start captions"), "F5", "Ctrl+Return")
        self.pause = self._action(self.tr("Pause"), "Ctrl+P")
        self.note = self._action(self.tr("Add a note"), "Ctrl+Shift+N")
        self.new = self._action(self.tr("New session"), "Ctrl+N")
        self.open = self._action(self.tr("Open a recording…"), "Ctrl+O")
        self.export = self._action(self.tr("Export…"), "Ctrl+E", "Ctrl+Shift+S")
        self.overlay = self._action(self.tr("Show overlay"), "Ctrl+Shift+O", checkable=True)
        self.panel = self._action(self.tr("Show words panel"), "F9", checkable=True)
        self.larger = self._action(self.tr("Larger text"), "Ctrl++", "Ctrl+=")
        self.smaller = self._action(self.tr("Smaller text"), "Ctrl+-")
        self.recognizer = self._action(self.tr("Recognizer settings…"), "Ctrl+Shift+R")
        self.settings = self._action(self.tr("Settings…"), "Ctrl+,")
        self.quit = self._action(self.tr("Quit"), "Ctrl+Q")
        # Qt would take it for the settings, by its name.
        self.recognizer.setMenuRole(QAction.MenuRole.NoRole)
        self.quit.setMenuRole(QAction.MenuRole.QuitRole)
        self.settings.setMenuRole(QAction.MenuRole.PreferencesRole)

    def fill(self, menu: QMenu) -> None:
        """Put every command into a menu, so that the shortcuts can be found."""
        groups = (
            (self.start, self.pause, self.note),
            (self.new, self.open, self.export),
            (self.overlay, self.panel, self.larger, self.smaller),
            (self.recognizer, self.settings, self.quit),
        )
        for number, group in enumerate(groups):
            if number:
                menu.addSeparator()
            menu.addActions(list(group))

    def show_state(self, running: bool, paused: bool, finishing: bool) -> None:
        """Name and enable the commands for what goes on."""
        self.start.setText(self.tr("Stop captions") if running else self.tr("Start captions"))
        self.pause.setText(self.tr("Resume") if paused else self.tr("Pause"))
        self.pause.setEnabled(running and not finishing)
        self.new.setEnabled(not running)

    def _action(self, text: str, *keys: str, checkable: bool = False) -> QAction:
        action = QAction(text, self._window)
        action.setShortcuts([QKeySequence(one) for one in keys])
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.setCheckable(checkable)
        self._window.addAction(action)
        return action
