"""The button that says who recognizes, how that goes, and changes it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum, auto

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QActionGroup, QColor, QPainter
from PySide6.QtWidgets import QMenu, QWidget

from app.domain.request import Prefer
from app.ui.controls import Colors
from app.ui.look import Look
from app.ui.menu_button import MenuButton
from app.ui.surroundings import RecognizerRow
from app.ui.theme import Theme

_DOT = 8


class Health(Enum):
    """How recognition goes, at one glance."""

    GOOD = auto()
    BUSY = auto()
    BAD = auto()
    STAND_IN = auto()
    RESTING = auto()

    def color(self, theme: Theme) -> str:
        """The dot's color."""
        colors = {
            Health.GOOD: theme.ok,
            Health.BUSY: theme.warn,
            Health.BAD: theme.bad,
            Health.STAND_IN: theme.accent,
        }
        return colors.get(self, theme.muted)


class RecognizerButton(MenuButton):
    """A dot, the recognizer's title, and a menu of all there are.

    A service is not known to be well before it was asked: at rest its dot says nothing.

    Args:
        preferred: says who recognizes where the chosen one is a service.
    """

    chosen = Signal(str)
    """Id of the recognizer."""
    preferred = Signal(object)
    """A `Prefer`: who recognizes, of a service and its stand-in."""
    settings_asked = Signal()
    """The user wants to set up the recognizer in use."""

    def __init__(
        self,
        look: Look,
        rows: Sequence[RecognizerRow],
        chosen: str,
        preferred: Callable[[], Prefer],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(look, parent=parent)
        self._rows = rows
        self._preferred = preferred
        self._chosen = chosen
        self._health: Health | None = None
        self.setAccessibleName(self.tr("Recognizer"))
        self.fill_with(self._fill)
        self.show_chosen(chosen)

    def show_chosen(self, chosen: str) -> None:
        """Show the title of the recognizer in use."""
        self._chosen = chosen
        title = next((row.title for row in self._rows if row.id == chosen), chosen)
        self.setText(title)
        self.setAccessibleDescription(title)
        self.setToolTip(self.tr("Recognizer: {name}").format(name=title))
        self.updateGeometry()

    @property
    def health(self) -> Health:
        """What the dot says."""
        if self._health is not None:
            return self._health
        return Health.RESTING if self._is_service() else Health.GOOD

    def show_health(self, health: Health | None) -> None:
        """Color the dot; None where nothing is asked of the recognizer."""
        self._health = health
        self.update()

    def _icon_width(self) -> int:
        return self._look.px(_DOT)

    def _paint_icon(self, painter: QPainter, colors: Colors, area: QRectF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.health.color(self._look.theme)))
        painter.drawEllipse(area)

    def _fill(self, menu: QMenu) -> None:
        self._choices(
            menu, [(row.title, row.id == self._chosen, self._chooser(row.id)) for row in self._rows]
        )
        menu.addSeparator()
        if self._is_service():
            texts = {
                Prefer.AUTOMATIC: self.tr("Embedded recognizer stands in when needed"),
                Prefer.SERVICE: self.tr("Wait for the service when it is away"),
                Prefer.STAND_IN: self.tr("Embedded recognizer for now"),
            }
            now = self._preferred()
            self._choices(menu, [(text, one is now, self._preferrer(one)) for one, text in texts.items()])
            menu.addSeparator()
        menu.addAction(self.tr("Recognizer settings…")).triggered.connect(self.settings_asked)

    def _is_service(self) -> bool:
        return any(row.service is not None for row in self._rows if row.id == self._chosen)

    def _choices(self, menu: QMenu, rows: Sequence[tuple[str, bool, Callable[[], None]]]) -> None:
        group = QActionGroup(menu)
        for text, checked, choose in rows:
            action = menu.addAction(text)
            action.setCheckable(True)
            action.setChecked(checked)
            group.addAction(action)
            action.triggered.connect(choose)

    def _preferrer(self, prefer: Prefer) -> Callable[[], None]:
        def choose() -> None:
            self.preferred.emit(prefer)

        return choose

    def _chooser(self, engine: str) -> Callable[[], None]:
        def choose() -> None:
            self.chosen.emit(engine)

        return choose
