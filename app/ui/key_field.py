"""Where a key is put in. It is shown to nobody again, not even to its owner."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.domain.errors import CaptionError
from app.keys import KeyPlace
from app.ui.controls import Button, Kind
from app.ui.look import Look
from app.ui.surroundings import Errands
from app.ui.text import Label


class KeyField(QWidget):
    """A field that says where the present key is, with Save and Forget."""

    changed = Signal()
    """Another key is there now, or none."""
    edited = Signal()
    """Another key is being typed."""

    def __init__(self, look: Look, errands: Errands, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._errands = errands
        self._name = ""
        self._needed = True
        self._place: KeyPlace | None = None
        self._busy = False
        self._give_up: Callable[[], None] = _nothing
        self._field = QLineEdit(self)
        self._field.setEchoMode(QLineEdit.EchoMode.Password)
        self._field.setAccessibleName(self.tr("Key"))
        self._save = self._button(self.tr("Save"), self.tr("Save key"), self.save)
        self._forget = self._button(self.tr("Forget"), self.tr("Forget key"), self._forget_key)
        self._note = Label(look, look.font(12), "muted", parent=self)
        self._note.setWordWrap(True)
        self.setFocusProxy(self._field)
        self._arrange()
        self._field.textEdited.connect(self._typed)
        self._field.returnPressed.connect(self.save)

    @property
    def unsaved(self) -> bool:
        """Whether something was typed that is not kept yet."""
        return bool(self._field.text().strip())

    @property
    def missing(self) -> bool:
        """Whether there is no key."""
        return self._place is KeyPlace.NOWHERE

    def show_key(self, name: str, needed: bool) -> None:
        """Ask for the key called `name`, and find out where it is."""
        self._give_up()
        self._name, self._needed, self._busy = name, needed, False
        self._field.setText("")
        self._tell("")
        self._know(None)
        if name:
            self._give_up = self._errands.find_key(name, self._found)

    def save(self) -> None:
        """Keep what was typed, if anything was."""
        if self.unsaved and not self._busy:
            self._wait()
            self._errands.keep_key(self._name, self._field.text(), self._taker(self._name, self._kept))

    def _forget_key(self) -> None:
        self._wait()
        self._errands.forget_key(self._name, self._taker(self._name, self._forgotten))

    def _wait(self) -> None:
        """Keeping or forgetting begins; nobody asks any more what was there before."""
        self._busy = True
        self._give_up()
        self._tell("")
        self._know(None)

    def _taker(
        self, name: str, take: Callable[[KeyPlace | CaptionError], None]
    ) -> Callable[[KeyPlace | CaptionError], None]:
        """What came of it, unless the field asks for another key by now."""

        def told(outcome: KeyPlace | CaptionError) -> None:
            if name == self._name:
                self._busy = False
                take(outcome)
                self.changed.emit()

        return told

    def _found(self, outcome: KeyPlace | CaptionError) -> None:
        self._know(outcome)
        if outcome is KeyPlace.ENVIRONMENT:
            text = self.tr("The environment goes first. To use another key, start Surtitle without {name}.")
            self._tell(text.format(name=self._name))
        elif outcome is KeyPlace.NOWHERE and not self._needed:
            self._tell(self.tr("Only if the server asks for one."))

    def _kept(self, outcome: KeyPlace | CaptionError) -> None:
        if isinstance(outcome, CaptionError):
            # What was typed stays, to be mended.
            self._tell(str(outcome), "warn")
            self._give_up = self._errands.find_key(self._name, self._know)
            return
        # Not `clear`, which could be undone.
        self._field.setText("")
        self._know(outcome)
        run = self.tr("There is no keyring to keep the key in: it is kept until Surtitle is closed.")
        self._tell(run if outcome is KeyPlace.RUN else self.tr("Saved."))

    def _forgotten(self, outcome: KeyPlace | CaptionError) -> None:
        self._know(outcome)
        if outcome is KeyPlace.KEYRING:
            self._tell(self.tr("The keyring does not let go of the key. Remove it there."), "warn")
        else:
            self._tell(self.tr("Forgotten."))

    def _know(self, place: KeyPlace | CaptionError | None) -> None:
        """The key is at `place`; None while that is being found out."""
        self._place = KeyPlace.NOWHERE if isinstance(place, CaptionError) else place
        self._show()

    def _typed(self) -> None:
        self._tell("")
        self._show()
        self.edited.emit()

    def _show(self) -> None:
        place = self._place
        places = {
            KeyPlace.ENVIRONMENT: self.tr("in the environment ({name})").format(name=self._name),
            KeyPlace.KEYRING: self.tr("in this computer's keyring"),
            KeyPlace.RUN: self.tr("for this run only"),
            KeyPlace.NOWHERE: self.tr("none yet"),
        }
        text = places[place] if place else self.tr("looking…")
        self._field.setPlaceholderText(text)
        self._field.setAccessibleDescription(text)
        self._field.setEnabled(place is not KeyPlace.ENVIRONMENT)
        self._save.setEnabled(self.unsaved and not self._busy and place is not KeyPlace.ENVIRONMENT)
        self._forget.setVisible(place in (KeyPlace.KEYRING, KeyPlace.RUN))

    def _tell(self, text: str, ink: str = "muted") -> None:
        self._note.set_ink(ink)
        self._note.setText(text)
        self._note.setVisible(bool(text))

    def _button(self, text: str, name: str, do: Callable[[], None]) -> Button:
        button = Button(self._look, text, kind=Kind.PLAIN, parent=self)
        button.setAccessibleName(name)
        button.setAutoDefault(False)
        button.clicked.connect(do)
        return button

    def _arrange(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(self._look.px(8))
        line.addWidget(self._field, 1)
        line.addWidget(self._save)
        line.addWidget(self._forget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self._look.px(4))
        column.addLayout(line)
        column.addWidget(self._note)


def _nothing() -> None:
    """There is nothing to give up."""
