"""The captions of the overlay: two lines, painted only when they change."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRect, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextCharFormat,
    QTextLayout,
)
from PySide6.QtWidgets import QLabel, QWidget

from app.domain.captions import Caption
from app.domain.rollup import Line, RollUp
from app.ui.theme import OverlayColours

LINES = 2

_MARGIN = 16
_HEADER = 24
_FOOTER = 14
_LANE_HEADER = 30
_LANE_FOOTER = 8
_LABEL_ABOVE = 12
_LABEL_SIZE = 14
_LABEL_HEIGHT = 18
_INVITATION_SIZE = 16
_LEADING = 4 / 3


class CaptionSurface(QLabel):
    """Lays captions out and paints them.

    A QLabel without an accessible name, so that a screen reader finds its text: the words on screen, each
    lane's with its name in front.
    """

    painted = Signal(str)
    """The words on screen, after a paint that changed them."""
    header_changed = Signal()
    """The room beside the topmost lane label is another."""

    def __init__(self, colours: OverlayColours, parent: QWidget) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._colours = colours
        self._show_lanes = False
        self._title: Callable[[str], str] = str
        self._painted_words = ""
        self._free = _MARGIN
        self._lines: tuple[Line, ...] = ()
        self._layouts: dict[Line, QTextLayout] = {}
        self._font = QFont()
        self._metrics = QFontMetricsF(self._font)
        self._label_font = QFont()
        self._label_font.setPixelSize(_LABEL_SIZE)
        self._label_font.setWeight(QFont.Weight.DemiBold)
        self._rollup = RollUp(self._metrics.horizontalAdvance, self._room, LINES)
        # Partials often come several to a turn of the event loop; only the newest is worth laying out.
        self._waiting: dict[tuple[str, int], Caption] = {}
        self._turn = QTimer(self, singleShot=True, interval=0)
        self._turn.timeout.connect(self._lay)

    def show_caption(self, caption: Caption) -> None:
        """Show an utterance as it stands now, within this turn of the event loop."""
        self._waiting[caption.lane, caption.utterance] = caption
        self._turn.start()

    def forget(self) -> None:
        """Take all captions off the screen: a new session begins."""
        self._waiting.clear()
        self._rollup.clear()
        self._refresh()

    def set_text_size(self, pixels: int) -> None:
        """Set the size of the captions; everything is laid out anew."""
        self._font = QFont(self.font())
        self._font.setPixelSize(pixels)
        self._font.setWeight(QFont.Weight.Medium)
        self._metrics = QFontMetricsF(self._font)
        self._relay()

    def set_show_lanes(self, show: bool) -> None:
        """Say above the words who is speaking."""
        self._show_lanes = show
        self._tell()
        self._header()
        self.update()

    def name_lanes(self, title: Callable[[str], str]) -> None:
        """Say who is speaking in these words."""
        self._title = title
        self._tell()
        self._header()
        self.update()

    def fitting_height(self) -> int:
        """Height that holds all lines, and the labels between them where they are shown."""
        if self._show_lanes:
            return _LANE_HEADER + LINES * self._pitch + (LINES - 1) * _LABEL_HEIGHT + _LANE_FOOTER
        return _HEADER + LINES * self._pitch + _FOOTER

    def header_room(self) -> QRect:
        """Room above the words and beside the topmost lane label; its middle is that of the label."""
        height = 2 * _LABEL_ABOVE
        return QRect(self._free, self._top - height, self.width() - _MARGIN - self._free, height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay everything out for the new width."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._relay()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the lines, and tell if the words are new."""
        painter = QPainter(self)
        if not self._lines:
            self._paint_invitation(painter)
        top = self._top
        for index, line in enumerate(self._lines):
            if self._show_lanes and line.label:
                top += _LABEL_HEIGHT if index else 0
                self._paint_label(painter, line, top)
            self._paint_line(painter, line, top)
            top += self._pitch
        painter.end()
        words = "\n".join(line.text for line in self._lines if line.text)
        if words != self._painted_words:
            self._painted_words = words
            self.painted.emit(words)

    @property
    def _top(self) -> int:
        """Where the first line begins."""
        return _LANE_HEADER if self._show_lanes else _HEADER

    @property
    def _pitch(self) -> int:
        """From one line to the next."""
        return round(self._font.pixelSize() * _LEADING)

    @property
    def _room(self) -> float:
        return max(1.0, self.width() - 2 * _MARGIN)

    def _lay(self) -> None:
        for caption in self._waiting.values():
            self._rollup.show(caption)
        self._waiting.clear()
        self._refresh()

    def _relay(self) -> None:
        self._layouts.clear()
        self._rollup.resize(self._room, self._metrics.horizontalAdvance)
        self._refresh()
        self.update()

    def _refresh(self) -> None:
        lines = self._rollup.lines
        if lines == self._lines:
            return
        self._lines = lines
        self._layouts = {line: layout for line, layout in self._layouts.items() if line in lines}
        self._tell()
        self._header()
        self.update()

    def _tell(self) -> None:
        self.setText("\n".join(self._told(line) for line in self._lines if line.text))

    def _told(self, line: Line) -> str:
        if not (self._show_lanes and line.label):
            return line.text
        return self.tr("{lane}: {words}").format(lane=self._title(line.label), words=line.text)

    def _header(self) -> None:
        lane = next((line.label for line in self._lines[:1]), "") if self._show_lanes else ""
        label = self._title(lane) if lane else ""
        width = round(QFontMetricsF(self._label_font).horizontalAdvance(label)) + 10 if label else 0
        if self._free != _MARGIN + width:
            self._free = _MARGIN + width
            self.header_changed.emit()

    def _paint_line(self, painter: QPainter, line: Line, top: int) -> None:
        if not line.runs:
            return
        layout = self._layouts.get(line)
        if layout is None:
            layout = self._layouts[line] = self._made(line)
        baseline = top + (self._pitch - self._metrics.height()) / 2 + self._metrics.ascent()
        # A fallback font may be taller; the baseline stays.
        layout.draw(painter, QPointF(_MARGIN, baseline - layout.lineAt(0).ascent()))

    def _made(self, line: Line) -> QTextLayout:
        """The line shaped as one, so that a word does not move as it settles."""
        layout = QTextLayout(line.text, self._font)
        formats = []
        start = 0
        for run in line.runs:
            ink = QTextCharFormat()
            ink.setForeground(QColor(self._colours.soft if run.soft else self._colours.text))
            part = QTextLayout.FormatRange()
            part.start, part.length, part.format = start, _utf16_length(run.text), ink
            start += part.length
            formats.append(part)
        layout.setFormats(formats)
        layout.beginLayout()
        layout.createLine().setNumColumns(start)
        layout.endLayout()
        return layout

    def _paint_label(self, painter: QPainter, line: Line, top: int) -> None:
        painter.setFont(self._label_font)
        painter.setPen(QColor(self._colours.lane(line.lane)))
        metrics = QFontMetricsF(self._label_font)
        painter.drawText(
            QPointF(_MARGIN, top - _LABEL_ABOVE + metrics.capHeight() / 2), self._title(line.label)
        )

    def _paint_invitation(self, painter: QPainter) -> None:
        font = QFont(self.font())
        font.setPixelSize(_INVITATION_SIZE)
        painter.setFont(font)
        painter.setPen(QColor(self._colours.soft))
        room = self.rect().adjusted(_MARGIN, 0, -_MARGIN, 0)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, self.tr("Captions appear here"))


def _utf16_length(text: str) -> int:
    """Length as Qt counts: characters beyond the basic plane count twice."""
    return len(text.encode("utf-16-le")) // 2
