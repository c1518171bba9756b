"""What a key press means to the transcript."""

from __future__ import annotations

from enum import Enum, auto

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

_Key = QKeySequence.StandardKey


class Stroke(Enum):
    """What the user wants; everything else is movement and goes to Qt."""

    UNDO = auto()
    REDO = auto()
    BREAK = auto()
    ERASE_BACK = auto()
    ERASE_ON = auto()
    CHANGE = auto()


_STANDARD = {
    _Key.Undo: Stroke.UNDO,
    _Key.Redo: Stroke.REDO,
    _Key.InsertParagraphSeparator: Stroke.BREAK,
    _Key.InsertLineSeparator: Stroke.BREAK,
    _Key.DeleteStartOfWord: Stroke.ERASE_BACK,
    _Key.Delete: Stroke.ERASE_ON,
    _Key.DeleteEndOfWord: Stroke.ERASE_ON,
    _Key.DeleteEndOfLine: Stroke.ERASE_ON,
    _Key.DeleteCompleteLine: Stroke.CHANGE,
    _Key.Cut: Stroke.CHANGE,
    _Key.Paste: Stroke.CHANGE,
}
_ALSO = {
    QKeyCombination(Qt.Key.Key_Backspace).toCombined(): Stroke.ERASE_BACK,
    (Qt.Modifier.SHIFT | Qt.Key.Key_Backspace).toCombined(): Stroke.ERASE_BACK,
    # Both are in use for redo, and each system names only one of them.
    (Qt.Modifier.CTRL | Qt.Key.Key_Y).toCombined(): Stroke.REDO,
    (Qt.Modifier.CTRL | Qt.Modifier.SHIFT | Qt.Key.Key_Z).toCombined(): Stroke.REDO,
}


def stroke_of(event: QKeyEvent) -> Stroke | None:
    """The edit that a key press asks for; None where it asks for none."""
    for standard, stroke in _STANDARD.items():
        if event.matches(standard):
            return stroke
    also = _ALSO.get(event.keyCombination().toCombined())
    if also is not None:
        return also
    return Stroke.CHANGE if event.text().isprintable() and event.text() else None


def joint(before: str, after: str) -> str:
    """What belongs between two lines that become one: a blank between words of letters."""
    if not before or not after or before[-1].isspace() or after[0].isspace():
        return ""
    return "" if _is_wide(before[-1]) or _is_wide(after[0]) else " "


def _is_wide(character: str) -> bool:
    return "\u2e80" <= character <= "\u9fff" or "\uf900" <= character <= "\ufaff" or character >= "\uff00"
