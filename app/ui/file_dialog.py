"""Qt's file dialog, as this program needs it where the system has none of its own."""

from __future__ import annotations

from PySide6.QtCore import QDir, QStandardPaths, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QFileDialog, QHeaderView, QSplitter, QToolButton, QTreeView, QWidget

from app.ui.placing import lay_above_captions

_LETTERS = 120
"""Letters that the dialog is wide."""
_PLACES = 20
"""Letters that the list of places takes of it."""
_ARROWS = ("backButton", "forwardButton", "toParentButton")


def file_dialog(window: QWidget, title: str, folder: str) -> QFileDialog:
    """A dialog that begins in `folder`, or among the user's documents, for one file. It asks nothing.

    Its own questions, whether to replace a file and what to do about one that is not there, would each
    run an event loop inside ours; whoever takes the name sees to both.
    """
    dialog = QFileDialog(window, title, _first_there(folder))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
    lay_above_captions(dialog)
    _make_room(dialog)
    for name in _ARROWS:
        arrow = dialog.findChild(QToolButton, name)
        if isinstance(arrow, QToolButton):
            arrow.setIcon(_tinted(arrow, dialog.palette().color(QPalette.ColorRole.ButtonText)))
    return dialog


def _first_there(folder: str) -> str:
    """Where files were last; where that is gone, or nowhere yet, where the user keeps theirs."""
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return next((one for one in (folder, documents) if one and QDir(one).exists()), QDir.homePath())


def _make_room(dialog: QFileDialog) -> None:
    """Let names, sizes and dates be read: Qt begins with too little for any of them."""
    letter = dialog.fontMetrics().averageCharWidth()
    dialog.resize(_LETTERS * letter, round(0.6 * _LETTERS * letter))
    halves = dialog.findChild(QSplitter, "splitter")
    if isinstance(halves, QSplitter):
        halves.setSizes([_PLACES * letter, (_LETTERS - _PLACES) * letter])
    table = dialog.findChild(QTreeView, "treeView")
    if isinstance(table, QTreeView):
        header = table.header()
        header.setStretchLastSection(False)
        # Thousands of files are not measured for the sake of the dozen in sight.
        header.setResizeContentsPrecision(0)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)


def _tinted(button: QToolButton, color: QColor) -> QIcon:
    """The button's icon in another color; Qt's own arrows are black in every theme."""
    picture = QPixmap(button.icon().pixmap(button.iconSize(), button.devicePixelRatio()))
    with QPainter(picture) as painter:
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
        painter.fillRect(picture.rect(), color)
    return QIcon(picture)
