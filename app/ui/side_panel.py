"""The panel at the right: named sets of words for each kind of meeting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QActionGroup, QColor, QFont, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QSizePolicy, QVBoxLayout, QWidget

from app.domain.request import WordSet
from app.ui.context_editor import ContextEditor
from app.ui.controls import Button, Kind
from app.ui.look import Look
from app.ui.menu_button import MenuButton
from app.ui.scrolling import scrolled
from app.ui.surroundings import Traits
from app.ui.text import Label


class _NameField(QLineEdit):
    """Takes a name in the place of the set button; Escape leaves the old one."""

    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class SidePanel(QWidget):
    """Chooses, names and edits word sets; keeps the list that it was given, with what changed."""

    changed = Signal(object, str)
    """All word sets (a tuple), and the name of the one in use."""
    deleted = Signal(str, object)
    """Name of the set that was deleted, and a callable that brings it back."""
    closed = Signal()

    def __init__(
        self, look: Look, sets: tuple[WordSet, ...], chosen: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._look = look
        self._sets = sets or (WordSet(self.tr("My words")),)
        self._chosen = chosen
        self._renaming = ""
        self._title = Label(look, look.font(14, QFont.Weight.DemiBold), text=self.tr("Words"), parent=self)
        self._close = Button(look, icon="close", kind=Kind.QUIET, parent=self)
        self._close.setAccessibleName(self.tr("Close the panel"))
        self._close.setToolTip(self.tr("Close the panel"))
        self._close.clicked.connect(self.closed)
        self._button = MenuButton(look, longest=2000, parent=self)
        self._button.setAccessibleName(self.tr("Set"))
        self._button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._button.fill_with(self._fill)
        self._field = self._make_field()
        self._editor = ContextEditor(look, self)
        self._editor.changed.connect(self._edited)
        self._arrange()
        self._show_set()
        look.changed.connect(self.update)

    @property
    def word_set(self) -> WordSet:
        """The set in use, with what was typed this moment."""
        return self._editor.word_set

    def show_traits(self, title: str, traits: Traits) -> None:
        """Say where the recognizer can't use what is written here."""
        self._editor.show_traits(title, traits)

    def flush(self) -> None:
        """Tell at once what was typed a moment ago."""
        self._editor.flush()

    def minimumSizeHint(self) -> QSize:
        """Narrow enough for a small window."""
        return QSize(self._look.px(220), super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground, a hairline under the heading, and the mark under its title."""
        painter = QPainter(self)
        theme, look = self._look.theme, self._look
        painter.fillRect(self.rect(), QColor(theme.background))
        base = look.px(42)
        painter.fillRect(0, base, self.width(), 1, QColor(theme.line))
        mark = QRectF(self._title.x() - look.px(8), base - 1, self._title.width() + look.px(16), 2)
        painter.fillRect(mark, QColor(theme.accent))

    def new_set(self) -> None:
        """Ask for the name of a new set."""
        self._ask(self._free_name(self.tr("New set")), "")

    def rename_set(self) -> None:
        """Ask for another name."""
        self._ask(self._current().name, self._current().name)

    def delete_set(self) -> None:
        """Delete the set in use; whoever hears of it can bring it back."""
        before, gone = self._sets, self._current()
        place = self._sets.index(gone)
        rest = tuple(one for one in before if one is not gone) or (WordSet(self.tr("My words")),)
        self._take(rest, rest[min(place, len(rest) - 1)].name)

        def bring_back() -> None:
            kept = [one for one in self._sets if one.name != gone.name]
            kept.insert(min(place, len(kept)), gone)
            self._take(tuple(kept), gone.name)

        self.deleted.emit(gone.name, bring_back)

    def _current(self) -> WordSet:
        return next((one for one in self._sets if one.name == self._chosen), self._sets[0])

    def _show_set(self) -> None:
        current = self._current()
        self._button.setText(current.name)
        self._button.setAccessibleDescription(current.name)
        self._button.setToolTip(current.name)
        self._editor.show_set(current)

    def _take(self, sets: tuple[WordSet, ...], chosen: str) -> None:
        self._sets, self._chosen = sets, chosen
        self._show_set()
        self.changed.emit(sets, chosen)

    def _edited(self) -> None:
        current, edited = self._current(), self._editor.word_set
        edited = replace(edited, name=current.name)
        self._take(tuple(edited if one is current else one for one in self._sets), current.name)

    def _fill(self, menu: QMenu) -> None:
        group = QActionGroup(menu)
        for one in self._sets:
            action = menu.addAction(one.name.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(one is self._current())
            group.addAction(action)
            action.triggered.connect(self._chooser(one.name))
        menu.addSeparator()
        menu.addAction(self.tr("New set…")).triggered.connect(self.new_set)
        menu.addAction(self.tr("Rename…")).triggered.connect(self.rename_set)
        menu.addAction(self.tr("Delete")).triggered.connect(self.delete_set)

    def _chooser(self, name: str) -> Callable[[], None]:
        def choose() -> None:
            self._editor.flush()
            self._take(self._sets, name)

        return choose

    def _make_field(self) -> _NameField:
        field = _NameField(self)
        field.setAccessibleName(self.tr("Name of the set"))
        field.setFont(self._look.font(14))
        field.setFixedHeight(self._look.px(36))
        field.setMaxLength(80)
        field.hide()
        field.returnPressed.connect(self._named)
        field.editingFinished.connect(self._named)
        field.left.connect(self._leave)
        return field

    def _ask(self, name: str, renaming: str) -> None:
        self._editor.flush()
        self._renaming = renaming
        self._field.setText(name)
        self._button.hide()
        self._field.show()
        self._field.setFocus()
        self._field.selectAll()

    def _leave(self) -> None:
        # Hiding the field ends its editing: the name must not be taken then.
        self._field.blockSignals(True)
        self._field.hide()
        self._field.blockSignals(False)
        self._button.show()
        self._button.setFocus()

    def _named(self) -> None:
        if self._field.isHidden():
            return
        name, renaming = " ".join(self._field.text().split()), self._renaming
        self._leave()
        if not name or name == renaming:
            return
        name = self._free_name(name)
        if renaming:
            sets = tuple(replace(one, name=name) if one.name == renaming else one for one in self._sets)
        else:
            sets = (*self._sets, WordSet(name))
        self._take(sets, name)

    def _free_name(self, name: str) -> str:
        taken = {one.name for one in self._sets}
        number, free = 2, name
        while free in taken:
            free, number = f"{name} {number}", number + 1
        return free

    def _arrange(self) -> None:
        look = self._look
        column = QVBoxLayout(self)
        column.setContentsMargins(look.px(16), look.px(3), look.px(16), look.px(16))
        column.setSpacing(look.px(8))
        head = QHBoxLayout()
        head.setContentsMargins(look.px(4), 0, 0, 0)
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self._close)
        column.addLayout(head)
        column.addSpacing(look.px(8))
        column.addWidget(
            Label(look, look.font(12, QFont.Weight.DemiBold), "muted", self.tr("Set"), parent=self)
        )
        column.addWidget(self._button)
        column.addWidget(self._field)
        column.addSpacing(look.px(8))
        column.addWidget(scrolled(self._editor), 1)
