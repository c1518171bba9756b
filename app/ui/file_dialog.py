"""Qt's file dialog, as this program needs it where the system has none of its own."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QFileDialog, QToolButton, QWidget

_ARROWS = ("backButton", "forwardButton", "toParentButton")


def file_dialog(window: QWidget, title: str, folder: str) -> QFileDialog:
    """A dialog that begins in `folder`, for one file. It asks nothing by itself.

    Its own questions, whether to replace a file and what to do about one that is not there, would each
    run an event loop inside ours; whoever takes the name sees to both.
    """
    dialog = QFileDialog(window, title, folder)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
    for name in _ARROWS:
        arrow = dialog.findChild(QToolButton, name)
        if isinstance(arrow, QToolButton):
            arrow.setIcon(_tinted(arrow, dialog.palette().color(QPalette.ColorRole.ButtonText)))
    return dialog


def _tinted(button: QToolButton, color: QColor) -> QIcon:
    """The button's icon in another color; Qt's own arrows are black in every theme."""
    picture = QPixmap(button.icon().pixmap(button.iconSize(), button.devicePixelRatio()))
    with QPainter(picture) as painter:
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
        painter.fillRect(picture.rect(), color)
    return QIcon(picture)
