"""Asking where captions should go, and telling how that went."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu, QWidget

from app.domain.errors import CaptionError
from app.ui.notice import Notice, Remedy, Tone
from app.ui.preferences import Preferences
from app.ui.surroundings import FormatRow
from app.ui.tally import Tally

if TYPE_CHECKING:
    from PySide6.QtWidgets import QFileDialog


class Exporting(QObject):
    """Opens the dialog, writes, and says in a sentence what came of it. The transcript is only read.

    Args:
        export: writes the session, and tells why it could not, or None.
        title: gives what the session is called, and so the file as long as the user says nothing else.
    """

    told = Signal(object)
    """A `Notice`."""
    done = Signal()
    """The captions are in a file as they stand."""

    def __init__(
        self,
        formats: Sequence[FormatRow],
        export: Callable[[Path, Callable[[CaptionError | None], None]], None],
        title: Callable[[], str],
        preferences: Preferences,
        tally: Tally,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._formats = formats
        self._export = export
        self._title = title
        self._preferences = preferences
        self._tally = tally
        self._window = window

    def fill(self, menu: QMenu) -> None:
        """Put an entry for each format into a menu."""
        for row in self._formats:
            menu.addAction(f"{row.title} ({row.suffix})").triggered.connect(self._asker(row.suffix))

    def ask(self, suffix: str = "") -> QFileDialog | None:
        """Open the dialog, with the format of `suffix` chosen; comes back at once. None without captions."""
        if not self._tally.captions:
            self.told.emit(Notice(self.tr("There are no captions to export yet."), Tone.CALM, passing=True))
            return None
        # Not at the top: much of Qt is behind it.
        from app.ui.file_dialog import file_dialog

        chosen = next((one for one in self._formats if one.suffix == suffix), self._formats[0])
        title, folder = self.tr("Export captions"), self._preferences.settings.folder
        dialog = file_dialog(self._window, title, folder)
        dialog.setAcceptMode(dialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([_filter(one) for one in self._formats])
        dialog.selectNameFilter(_filter(chosen))
        dialog.setDefaultSuffix(chosen.suffix)
        # What stands beside a film under its name is found by what plays the film.
        dialog.selectFile(self._name() + chosen.suffix)

        def follow(selected: str) -> None:
            suffix = next(one.suffix for one in self._formats if _filter(one) == selected)
            name = Path((dialog.selectedFiles() or [""])[0]).name or self._name()
            dialog.setDefaultSuffix(suffix)
            dialog.selectFile(self._with_suffix(Path(name), suffix).name)

        dialog.filterSelected.connect(follow)

        def write_to(name: str) -> None:
            suffix = next(one.suffix for one in self._formats if _filter(one) == dialog.selectedNameFilter())
            self._write_to(name, suffix)

        dialog.fileSelected.connect(write_to)
        dialog.show()
        return dialog

    def write(self, path: Path) -> None:
        """Write the captions as they stand to `path`; its suffix picks the format. Comes back at once."""
        self._export(path, partial(self._written, path, self._tally.changes))

    def _written(self, path: Path, changes: int, problem: CaptionError | None) -> None:
        if problem is not None:
            kept = self.tr("The transcript stays as it is.")
            self.told.emit(Notice(f"{problem} {kept}", Tone.BAD))
            return
        told = self.tr("Exported to {path}").format(path=path)
        self.told.emit(Notice(told, Tone.CALM, passing=True))
        self._preferences.change(folder=str(path.parent))
        if self._tally.changes == changes:
            # What was said or typed meanwhile is in no file.
            self.done.emit()

    def _name(self) -> str:
        # A title may have been read from a file that anybody can edit: it is no path.
        return Path(self._title()).name or self.tr("captions")

    def _asker(self, suffix: str) -> Callable[[], None]:
        def ask() -> None:
            self.ask(suffix)

        return ask

    def _write_to(self, name: str, suffix: str) -> None:
        """Write to the file of this name; `suffix` is that of the format chosen, where the name has none."""
        path = Path(name)
        known = any(path.suffix.lower() == one.suffix for one in self._formats)
        path = path if known else path.with_name(path.name + suffix)
        # The system's own dialog has asked already where it can't be told not to.
        if path.is_file() and sys.platform != "darwin":
            self._ask_to_replace(path)
        else:
            self.write(path)

    def _ask_to_replace(self, path: Path) -> None:
        text = self.tr("There is a file {name} already.").format(name=path.name)
        remedies = (
            Remedy(self.tr("Replace it"), lambda: self.write(path)),
            Remedy(self.tr("Another name…"), self._asker(path.suffix.lower())),
        )
        self.told.emit(Notice(text, Tone.WARN, remedies, passing=True))

    def _with_suffix(self, path: Path, suffix: str) -> Path:
        known = any(path.suffix.lower() == one.suffix for one in self._formats)
        return path.with_suffix(suffix) if known else path.with_name(path.name + suffix)


def _filter(row: FormatRow) -> str:
    return f"{row.title} (*{row.suffix})"
