"""A choice between a few things, all in sight."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QWidget

from app.ui.controls import Button, Kind
from app.ui.look import Look


class Segmented(QWidget):
    """Buttons in a row, one of them pressed; arrow keys move between them."""

    chosen = Signal(object)
    """The value the user chose."""

    def __init__(
        self,
        look: Look,
        rows: Sequence[tuple[Hashable, str]],
        chosen: Hashable,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._group = QButtonGroup(self)
        self._buttons: dict[Hashable, Button] = {}
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(look.px(4))
        for value, text in rows:
            button = Button(look, text, kind=Kind.QUIET, parent=self)
            button.setCheckable(True)
            button.setChecked(value == chosen)
            button.clicked.connect(self._chooser(value))
            self._group.addButton(button)
            self._buttons[value] = button
            line.addWidget(button)
        line.addStretch(1)

    def show_chosen(self, value: Hashable) -> None:
        """Press the button of `value`."""
        self._buttons[value].setChecked(True)

    def offer(self, values: Collection[Hashable]) -> None:
        """Show the buttons of `values` and no others."""
        for value, button in self._buttons.items():
            button.setVisible(value in values)

    def _chooser(self, value: Hashable) -> Callable[[], None]:
        def choose() -> None:
            self.chosen.emit(value)

        return choose
