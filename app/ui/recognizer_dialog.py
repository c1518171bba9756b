"""How the chosen recognizer is reached and used, and a test of it before a meeting depends on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from app.domain.errors import CaptionError, CredentialError, UsageError
from app.settings import ServiceChoice, Settings
from app.ui.access_pane import AccessPane
from app.ui.away_pane import AwayPane
from app.ui.combo import Combo
from app.ui.form import Form
from app.ui.languages import spoken
from app.ui.look import Look
from app.ui.model_pane import ModelPane
from app.ui.placing import lay_above_captions
from app.ui.preferences import Preferences
from app.ui.scrolling import sections
from app.ui.sentence_pane import SentencePane
from app.ui.surroundings import Errands, RecognizerRow
from app.ui.trial_pane import TrialPane

_WIDTH, _HEIGHT = 600, 760


class RecognizerDialog(QDialog):
    """Stays open beside the window; what is chosen counts from the next start on.

    Args:
        rows: the recognizers there are.
        chosen: says which one is in use.
        errands: tries services out, finds and keeps keys.
    """

    recognizer_chosen = Signal(object)
    """Id of the recognizer the user chose."""

    def __init__(
        self,
        look: Look,
        preferences: Preferences,
        rows: Sequence[RecognizerRow],
        chosen: Callable[[], RecognizerRow],
        errands: Errands,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look = look
        self._preferences = preferences
        self._chosen = chosen
        self._errands = errands
        self._give_up: Callable[[], None] | None = None
        self._waits_for_key = False
        self.setWindowTitle(self.tr("Recognizer settings"))
        lay_above_captions(self)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        screen = QGuiApplication.primaryScreen().availableSize()
        self.resize(QSize(look.px(_WIDTH), look.px(_HEIGHT)).boundedTo(screen * 0.9))
        self._form = Form(look, self.tr("Recognizer"), self)
        self._recognizer = Combo(look, self.tr("Chosen recognizer"), self)
        self._recognizer.fill([(row.id, row.title) for row in rows], None)
        self._form.row(self.tr("Captions by"), self._recognizer)
        self._note = self._form.note()
        self._access = AccessPane(look, errands, self._set_address, self)
        self._model = ModelPane(look, self._set_model, self._set_language, self)
        self._sentences = SentencePane(look, self._set_choice, self)
        embedded = next((row.title for row in rows if row.service is None), "")
        self._away = AwayPane(look, embedded, preferences.change, self)
        # In the order in which Tab goes through them.
        parts = (self._form, self._access, self._model, self._sentences, self._away)
        self._column.addWidget(sections(look, *parts), 1)
        self._trial = TrialPane(look, self)
        self._column.addWidget(self._trial)
        self._recognizer.chosen.connect(self.recognizer_chosen)
        self._access.key_changed.connect(self._key_changed)
        self._access.edited.connect(self._forget_test)
        self._model.edited.connect(self._forget_test)
        self._trial.asked.connect(self._test)
        self._trial.region_asked.connect(self._take_region)
        self._trial.closed.connect(self.close)
        self.finished.connect(self._left)
        preferences.changed.connect(self._changed)

    def showEvent(self, event: QShowEvent) -> None:
        """Show what is chosen now."""
        if not event.spontaneous():
            self._show()
        super().showEvent(event)

    @property
    def _choice(self) -> ServiceChoice:
        return self._preferences.settings.service(self._chosen().id)

    def _changed(self, before: Settings, now: Settings) -> None:
        if self.isVisible() and _shown_of(before) != _shown_of(now):
            self._show()

    def _show(self) -> None:
        row, choice = self._chosen(), self._choice
        self._recognizer.show_chosen(row.id)
        note = self.tr("What is chosen here counts from the next start on.")
        if row.service is None:
            note = self.tr("It works on this computer, without key and network. There is nothing to set.")
        self._note.setText(note)
        self._access.show_choice(row, choice)
        self._model.show_choice(row, choice, self._preferences.settings.language)
        self._sentences.show_choice(row.traits_of(choice.model), choice)
        self._away.show_settings(self._preferences.settings)
        self._away.setVisible(row.service is not None)
        self._trial.show_service(row.service is not None)
        self._forget_test()

    def _settle(self) -> None:
        """Take what is being typed."""
        self._access.settle()
        self._model.settle()

    def _test(self) -> None:
        if self._give_up is None and not self._waits_for_key:
            self._settle()
            self._trial.wait()
            self._begin_test()

    def _begin_test(self) -> None:
        problem = self._access.problem or self._model.problem
        if self._access.key.unsaved:
            self._waits_for_key = True
            self._access.key.save()
        elif problem:
            self._trial.tell(UsageError(problem))
        else:
            row, choice = self._chosen(), self._choice
            language = spoken(self._preferences.settings.language, row.traits_of(choice.model))
            self._give_up = self._errands.try_service(row.id, choice.request(language), self._tested)

    def _tested(self, error: CaptionError | None) -> None:
        self._give_up = None
        if type(error) is CredentialError and self._access.key.missing:
            # Elsewhere the remedy is to come here.
            error = CredentialError(error.problem, self.tr("Put it into the field “Key” above."))
        self._trial.tell(error)

    def _key_changed(self) -> None:
        waited = self._waits_for_key
        self._forget_test()
        if waited and not self._access.key.unsaved:
            self._test()

    def _forget_test(self) -> None:
        """What was tried is not what is chosen now."""
        if self._give_up is not None:
            self._give_up()
        self._give_up, self._waits_for_key = None, False
        self._trial.clear()

    def _left(self) -> None:
        self._settle()
        self._access.leave()
        self._model.leave()
        self._forget_test()

    def _take_region(self, endpoint: str) -> None:
        self._access.choose_region(endpoint)
        self._test()

    def _set_address(self, endpoint: str, workspace: str) -> None:
        self._set_choice(replace(self._choice, endpoint=endpoint, workspace=workspace))

    def _set_model(self, model: str) -> None:
        self._set_choice(replace(self._choice, model=model))

    def _set_language(self, language: str | None) -> None:
        self._preferences.change(language=language)

    def _set_choice(self, choice: ServiceChoice) -> None:
        self._preferences.change_service(choice)


def _shown_of(settings: Settings) -> tuple[object, ...]:
    """What a change of which the dialog has to follow."""
    return settings.engine, settings.services, settings.language, settings.stand_in, settings.patience
