"""What recognizes: the model, the language it hears, and what it can't do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from app.domain.request import base_language
from app.domain.secret import looks_like_key
from app.settings import ServiceChoice
from app.ui.combo import Combo
from app.ui.form import Form
from app.ui.languages import choices, language_name, spoken
from app.ui.look import Look
from app.ui.surroundings import RecognizerRow, Traits

_OWN: Final = "\n"
"""Stands among the models for one whose name the user types."""
_TELEPHONE: Final = 8_000


class ModelPane(QWidget):
    """Shows models and languages.

    Args:
        model_changed: takes the name of a model; empty for the usual one.
        language_changed: takes a code; None lets the recognizer decide.
    """

    edited = Signal()
    """The model is being changed, and is not taken yet."""

    def __init__(
        self,
        look: Look,
        model_changed: Callable[[str], None],
        language_changed: Callable[[str | None], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._row: RecognizerRow | None = None
        self._shown: str | None = None
        self._model_changed = model_changed
        self._form = Form(look, self.tr("Recognition"), self)
        self._model = Combo(look, self.tr("Model"), self)
        self._form.row(self.tr("Model"), self._model)
        self._name = QLineEdit(self)
        self._name.setPlaceholderText(self.tr("as the service calls it"))
        self._name.setAccessibleName(self.tr("Name of the model"))
        # No longer a label than the other sections have: all fields of the dialog stand in one column.
        self._form.row(self.tr("Name"), self._name)
        self._problem = self._form.note(ink="warn")
        self._language = Combo(look, self.tr("Language"), self)
        self._form.row(self.tr("Language"), self._language)
        self._limits = self._form.note()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._form)
        self._model.chosen.connect(self._model_chosen)
        self._name.textEdited.connect(self.edited)
        self._name.editingFinished.connect(self.settle)
        self._language.chosen.connect(language_changed)

    @property
    def problem(self) -> str:
        """Why the model can't be used; empty where it can."""
        return self._problem.text()

    def show_choice(self, row: RecognizerRow, choice: ServiceChoice, language: str | None) -> None:
        """Show with which model and for which language `row` is used."""
        models = row.service.models if row.service else ()
        model = choice.model or next(iter(models), "")
        if row is not self._row or model != self._shown:
            # Not each time: a name that is being typed must stay.
            self._row, self._shown = row, model
            self._show_model(models, model)
        traits = row.traits_of(model)
        self._show_languages(traits, spoken(language, traits))
        limits = self._what_it_can_not(row, traits)
        self._limits.setText(limits)
        self._form.show_row(self._limits, bool(limits))

    def leave(self) -> None:
        """Forget what was typed and not taken."""
        self._row = self._shown = None

    def settle(self) -> None:
        """Take what is being typed."""
        if self._row is None or self._name.isHidden():
            return
        name = self._name.text().strip()
        if looks_like_key(name):
            self._name.setText("")
            self._tell(self.tr("That is a key, not a model. Put it into the field above."))
        elif name:
            self._tell("")
            self._model_changed(name)
        else:
            self._tell(self.tr("No name of a model is put in yet."))

    def _model_chosen(self, value: object) -> None:
        own = value == _OWN
        self.edited.emit()
        self._form.show_row(self._name, own)
        self._tell("")
        if own:
            self._name.setFocus()
        else:
            usual = self._row is not None and self._row.service and value == self._row.service.models[0]
            self._model_changed("" if usual else str(value))

    def _show_model(self, models: Sequence[str], model: str) -> None:
        own = model not in models
        rows = [(one, one) for one in models]
        self._model.fill([*rows, (_OWN, self.tr("Another model"))], _OWN if own else model)
        self._form.show_row(self._model, bool(models))
        self._name.setText(model if own else "")
        self._form.show_row(self._name, own and bool(models))
        self._tell("")

    def _show_languages(self, traits: Traits, language: str | None) -> None:
        codes = sorted(choices(traits), key=language_name)
        chosen = base_language(language) if language else None
        if chosen and chosen not in codes:
            codes.append(chosen)
        rows: list[tuple[str | None, str]] = [(code, language_name(code)) for code in codes]
        if len(traits.languages) != 1:
            rows.insert(0, (None, self.tr("Detect")))
        self._language.fill(rows, chosen)
        self._language.setEnabled(len(rows) > 1)

    def _what_it_can_not(self, row: RecognizerRow, traits: Traits) -> str:
        """In one line; empty where there is nothing to say."""
        abilities = (
            (traits.hotwords, self.tr("hotwords")),
            (traits.context, self.tr("context")),
            (traits.word_times, self.tr("word times")),
            (choices(traits), self.tr("a chosen language")),
        )
        missing = ", ".join(text for has, text in abilities if not has)
        line = self.tr("Not available with this model: {things}.").format(things=missing) if missing else ""
        return f"{line} {self._telephone(row, traits)}".strip()

    def _telephone(self, row: RecognizerRow, traits: Traits) -> str:
        if traits.rates[0] == _TELEPHONE:
            return self.tr("It is made for telephone sound (8 kHz).")
        models = row.service.models if row.service else ()
        narrow = next((one for one in models if row.traits_of(one).rates[0] == _TELEPHONE), "")
        return self.tr("For telephone sound (8 kHz) there is {model}.").format(model=narrow) if narrow else ""

    def _tell(self, problem: str) -> None:
        self._problem.setText(problem)
        self._form.show_row(self._problem, bool(problem))
