"""A push button for everybody's hands: Qt forgets those of a screen reader."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton, QWidget


class PressableButton(QPushButton):
    """Says `clicked` whoever presses it.

    A screen reader presses a button that stays pressed by toggling it. It then looks pressed, and Qt says
    nothing of a click.
    """

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._ours = False
        """It is being pressed by hand, or shown to be pressed."""
        self.toggled.connect(self._toggled)

    def setChecked(self, checked: bool) -> None:
        """Show that it is pressed, or not."""
        self._ours = True
        super().setChecked(checked)
        self._ours = False

    def nextCheckState(self) -> None:
        """Somebody pressed it, with the mouse or a key."""
        self._ours = True
        super().nextCheckState()
        self._ours = False

    def _toggled(self, checked: bool) -> None:
        gives_way = not checked and (self.autoExclusive() or self.group() is not None)
        if not (self._ours or gives_way):
            self.clicked.emit()
