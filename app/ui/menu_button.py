"""Buttons that open a menu."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu, QWidget

from app.ui.controls import Button, Kind
from app.ui.look import Look


class MenuButton(Button):
    """A button that opens a menu, built afresh each time it opens.

    Args:
        longest: design pixels of text shown before it is cut.
    """

    def __init__(
        self,
        look: Look,
        icon: str = "",
        chevron: bool = True,
        longest: int = 180,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(look, "", icon, Kind.PLAIN, chevron, parent)
        self._longest = longest
        self._spare = 0
        self._filler: Callable[[QMenu], None] | None = None
        self._menu: QMenu | None = None
        self.clicked.connect(self.open_menu)

    def fill_with(self, fill: Callable[[QMenu], None]) -> None:
        """Let `fill` put the entries into each new menu."""
        self._filler = fill

    def set_longest(self, longest: int) -> None:
        """Cut the text at another width."""
        if longest != self._longest:
            self._longest = longest
            self.updateGeometry()
            self.update()

    def set_spare(self, pixels: int) -> None:
        """Let the text be so much longer, as nothing else wants the room."""
        if pixels != self._spare:
            self._spare = pixels
            self.updateGeometry()
            self.update()

    def open_menu(self) -> None:
        """Open the menu under the button; comes back at once."""
        if self._menu is None:
            self._menu = QMenu(self)
            self._menu.setToolTipsVisible(True)
        self._refill(self._menu)
        self._menu.popup(self.mapToGlobal(QPoint(0, self.height() + self._look.px(4))))

    def refill_menu(self) -> None:
        """Bring an open menu up to date."""
        if self._menu is not None and self._menu.isVisible():
            self._refill(self._menu)

    def _refill(self, menu: QMenu) -> None:
        menu.clear()
        menu.setMinimumWidth(self.width())
        if self._filler is not None:
            self._filler(menu)

    def _text_width(self) -> int:
        return min(super()._text_width(), self._look.px(self._longest) + self._spare)
