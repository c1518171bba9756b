"""How a service is reached: key, region, workspace."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from app.domain.errors import UsageError
from app.settings import ServiceChoice
from app.ui.combo import Combo
from app.ui.form import Form
from app.ui.key_field import KeyField
from app.ui.look import Look
from app.ui.surroundings import Errands, RecognizerRow, Service

_OWN: Final = "own"
"""Stands among the regions' addresses for one that the user types."""


class AccessPane(QWidget):
    """Tells only what leads to an address; until then it says what is missing.

    Args:
        changed: takes an endpoint and a workspace.
    """

    key_changed = Signal()
    """Another key is there now, or none."""
    edited = Signal()
    """What is there is being changed, and is not taken yet."""

    def __init__(
        self, look: Look, errands: Errands, changed: Callable[[str, str], None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._service: Service | None = None
        self._shown: tuple[str, str] | None = None
        self._changed = changed
        self._form = Form(look, self.tr("Access"), self)
        self.key = KeyField(look, errands, self)
        self._form.row(self.tr("Key"), self.key)
        self._region = Combo(look, self.tr("Region"), self)
        self._form.row(self.tr("Region"), self._region)
        self._address = self._field(self.tr("Address"), "wss://example.com")
        self._workspace = self._field(self.tr("Workspace"), self.tr("the default one"))
        self._problem = self._form.note(ink="warn")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._form)
        self._region.chosen.connect(self._region_chosen)
        self.key.changed.connect(self.key_changed)
        self.key.edited.connect(self.edited)

    @property
    def problem(self) -> str:
        """Why what is chosen leads nowhere; empty where it does not."""
        return self._problem.text()

    def show_choice(self, row: RecognizerRow, choice: ServiceChoice) -> None:
        """Show how `row` is reached; another recognizer's key is looked for."""
        service = row.service
        self.setVisible(service is not None)
        if service is None:
            self.leave()
            return
        if service is not self._service:
            self.leave()
            self._service = service
            self._form.show_row(self.key, bool(service.key))
            self.key.show_key(service.key, service.key_needed)
        if self._shown != (choice.endpoint, choice.workspace):
            # Not each time: what leads nowhere yet must stay to be mended.
            self._shown = choice.endpoint, choice.workspace
            self._show_region(service, choice)
            self._workspace.setText(choice.workspace)
            self._form.show_row(self._workspace, service.workspaces)
            self._tell("")

    def leave(self) -> None:
        """Forget what was typed and not taken."""
        self._service = self._shown = None
        self.key.show_key("", needed=False)

    def settle(self) -> None:
        """Take what is being typed."""
        if self._service is None:
            return
        typed = self._region.value == _OWN
        endpoint = self._address.text().strip() if typed else str(self._region.value)
        workspace = self._workspace.text().strip()
        if typed and not endpoint:
            self._tell(self.tr("No address is put in yet."))
            return
        try:
            self._service.address(endpoint, workspace)
        except UsageError as error:
            self._tell(str(error))
        else:
            self._tell("")
            self._changed("" if endpoint == self._service.regions[0].endpoint else endpoint, workspace)

    def choose_region(self, endpoint: str) -> None:
        """Choose a region in the user's place."""
        self._region.show_chosen(endpoint)
        self._region_chosen()

    def _show_region(self, service: Service, choice: ServiceChoice) -> None:
        rows = [(region.endpoint, region.title) for region in service.regions]
        endpoint = choice.endpoint or service.regions[0].endpoint
        own = endpoint not in dict(rows)
        self._region.fill([*rows, (_OWN, self.tr("Another address"))], _OWN if own else endpoint)
        self._address.setText(endpoint if own else "")
        self._form.show_row(self._address, own)

    def _region_chosen(self) -> None:
        self.edited.emit()
        own = self._region.value == _OWN
        self._form.show_row(self._address, own)
        if own:
            self._address.setFocus()
        else:
            self._address.setText("")
        self.settle()

    def _tell(self, problem: str) -> None:
        self._problem.setText(problem)
        self._form.show_row(self._problem, bool(problem))

    def _field(self, name: str, example: str) -> QLineEdit:
        field = QLineEdit(self)
        field.setPlaceholderText(example)
        self._form.row(name, field)
        field.textEdited.connect(self.edited)
        field.editingFinished.connect(self.settle)
        return field
