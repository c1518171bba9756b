"""Labeled rows under a heading, as dialogs have them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QWheelEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSlider, QVBoxLayout, QWidget

from app.ui.controls import HEIGHT
from app.ui.look import Look
from app.ui.text import Label

_LABEL_WIDTH = 120


class Form(QWidget):
    """A section of a dialog."""

    def __init__(self, look: Look, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        # Not a form layout: it squeezes a control above a remark that takes more than one line.
        self._rows = QGridLayout()
        self._rows.setHorizontalSpacing(look.px(24))
        self._rows.setVerticalSpacing(look.px(6))
        self._rows.setColumnMinimumWidth(0, look.px(_LABEL_WIDTH))
        self._rows.setColumnStretch(1, 1)
        self._labels: dict[QWidget, Label] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, look.px(8))
        column.setSpacing(look.px(10))
        column.addWidget(Label(look, look.font(12, QFont.Weight.DemiBold), "muted", title, parent=self))
        column.addLayout(self._rows)

    def row(self, text: str, control: QWidget) -> None:
        """Add a control with its label, which names it for screen readers too unless it has a name."""
        label = Label(self._look, self._look.font(14), text=text, parent=self)
        # Beside the first line of a control that is higher.
        label.setFixedHeight(self._look.px(HEIGHT))
        if not control.accessibleName():
            control.setAccessibleName(text)
        self._labels[control] = label
        row = self._rows.rowCount()
        self._rows.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
        self._rows.addWidget(control, row, 1)

    def note(self, text: str = "", ink: str = "muted") -> Label:
        """Add a remark under the row before."""
        label = Label(self._look, self._look.font(12), ink, text, parent=self)
        label.setWordWrap(True)
        self._rows.addWidget(label, self._rows.rowCount(), 1)
        return label

    def show_row(self, control: QWidget, shown: bool) -> None:
        """Show a control or remark with its label, or take them away."""
        for widget in filter(None, (control, self._labels.get(control))):
            widget.setVisible(shown)


class ValueSlider(QWidget):
    """A slider with its value beside it.

    Args:
        name: for screen readers.
        say: the value as text.
    """

    moved = Signal(int)
    """The value the user chose."""

    def __init__(
        self, look: Look, name: str, say: Callable[[int], str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._say = say
        self._slider = _Slider(Qt.Orientation.Horizontal, self)
        self._slider.setAccessibleName(name)
        # High enough for the handle of the style sheet, of which Qt knows nothing.
        self._slider.setMinimumSize(look.px(200), look.px(22))
        self._shown = Label(look, look.figures(12), "muted", parent=self)
        self._shown.setMinimumWidth(look.px(48))
        self.setFocusProxy(self._slider)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self._slider, 1)
        line.addWidget(self._shown)
        self._slider.valueChanged.connect(self._changed)

    def show_value(self, value: int, low: int, high: int) -> None:
        """Stand at `value` on this scale."""
        blocked = self._slider.blockSignals(True)
        self._slider.setRange(low, high)
        self._slider.setValue(value)
        self._slider.blockSignals(blocked)
        self._shown.setText(self._say(self._slider.value()))

    def _changed(self, value: int) -> None:
        self._shown.setText(self._say(value))
        self.moved.emit(value)


class _Slider(QSlider):
    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll what it lies on: nobody chooses by accident."""
        event.ignore()
