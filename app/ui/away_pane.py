"""What becomes of captions while the service is away."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.settings import PATIENCE, Settings
from app.ui.form import Form, ValueSlider
from app.ui.look import Look
from app.ui.segmented import Segmented


class Changed(Protocol):
    """Takes fields of Settings."""

    def __call__(self, *, stand_in: bool = ..., patience: float = ...) -> None:
        """Put other values into these fields."""


class AwayPane(QWidget):
    """Lets the embedded recognizer stand in, or not.

    Args:
        embedded: its title.
    """

    def __init__(self, look: Look, embedded: str, changed: Changed, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._changed = changed
        form = Form(look, self.tr("While the service is away"), self)
        rows = ((True, embedded), (False, self.tr("Wait for it")))
        self._stand_in = Segmented(look, rows, True, self)
        form.row(self.tr("Meanwhile"), self._stand_in)
        form.note(self.tr("Nothing is lost: what nobody could recognize is kept until the service is back."))
        self._patience = ValueSlider(look, self.tr("Takes over after"), self._say, self)
        form.row(self.tr("Takes over after"), self._patience)
        self._form = form
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(form)
        self._stand_in.chosen.connect(self._set_stand_in)
        self._patience.moved.connect(self._set_patience)

    def show_settings(self, settings: Settings) -> None:
        """Show what is chosen."""
        self._stand_in.show_chosen(settings.stand_in)
        self._patience.show_value(round(settings.patience), *map(round, PATIENCE))
        self._form.show_row(self._patience, settings.stand_in)

    def _say(self, seconds: int) -> str:
        return self.tr("{n} s").format(n=seconds)

    def _set_stand_in(self, on: bool) -> None:
        self._changed(stand_in=on)

    def _set_patience(self, seconds: int) -> None:
        self._changed(patience=float(seconds))
