"""The column beside the transcript: when each line was said, and by whom."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import QCoreApplication, QEvent, QLocale, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QHelpEvent,
    QPainter,
    QPaintEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QToolTip, QWidget

from app.domain.captions import Caption
from app.domain.segment import Segment
from app.ui.clock import short_clock
from app.ui.transcript_paint import ShownRow, tint_live
from app.ui.transcript_rows import Row, is_note
from app.ui.transcript_style import TranscriptStyle


class TranscriptGutter(QWidget):
    """Paints the times, the lanes' names and the near end of a live row's tint.

    Args:
        shown: gives the rows in view.
    """

    def __init__(self, area: QAbstractScrollArea, shown: Callable[[], Iterator[ShownRow]]) -> None:
        super().__init__(area)
        self._area = area
        self._shown = shown
        self._lane_width = 0
        self._title: Callable[[str], str] = str
        self._style: TranscriptStyle | None = None

    def set_style(self, style: TranscriptStyle) -> None:
        """Take other measures, fonts and colors."""
        self._style = style
        self.update()

    def set_lanes(self, width: int) -> None:
        """Show whose words they are in a column so wide, or leave that column out."""
        if width != self._lane_width:
            self._lane_width = width
            self.update()

    def name_lanes(self, title: Callable[[str], str]) -> None:
        """Say whose words they are in these words."""
        self._title = title
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what belongs to the rows in view."""
        if self._style is None:
            return
        painter = QPainter(self)
        offset = self._area.viewport().y()
        # A line that is out of sight above or below the text takes its time with it.
        painter.setClipRect(0, offset, self.width(), self._area.viewport().height())
        for shown in self._shown():
            if shown.meets(event.rect().top() - offset, event.rect().bottom() + 1 - offset):
                self._paint_row(painter, shown, offset + shown.top, self._style)

    def event(self, event: QEvent) -> bool:
        """Tell what else is known of a line, to those who point at its time."""
        if not isinstance(event, QHelpEvent):
            return super().event(event)
        y = event.pos().y() - self._area.viewport().y()
        pointed = next((shown.row for shown in self._shown() if shown.meets(y, y + 1)), None)
        # Where nothing is known, an empty text hides what was shown for another line.
        QToolTip.showText(event.globalPos(), self._told(pointed), self)
        return True

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll the transcript."""
        QCoreApplication.sendEvent(self._area.verticalScrollBar(), event)

    def _paint_row(self, painter: QPainter, shown: ShownRow, top: float, style: TranscriptStyle) -> None:
        row = shown.row
        if isinstance(row, Caption):
            tint_live(painter, QRectF(0, top, self.width(), shown.height), style, self._area.width(), 0)
        baseline = top + style.row_padding + style.baseline
        time = short_clock(row.start)
        painter.setFont(style.time_font)
        painter.setPen(QColor(style.theme.muted))
        width = QFontMetricsF(style.time_font).horizontalAdvance(time)
        painter.drawText(QPointF(style.time_right - width, baseline), time)
        if is_note(row):
            bar = QRectF(
                self.width() - style.px(10),
                top + style.row_padding,
                style.px(2),
                shown.height - 2 * style.row_padding,
            )
            painter.fillRect(bar, QColor(style.theme.accent))
        if self._lane_width and row.lane:
            painter.setFont(style.lane_font)
            painter.setPen(QColor(style.theme.lane(row.lane)))
            name = QFontMetricsF(style.lane_font).elidedText(
                self._title(row.lane), Qt.TextElideMode.ElideRight, self._lane_width
            )
            painter.drawText(QPointF(style.lane_left, baseline), name)

    def _told(self, row: Row | None) -> str:
        """By whom, where the name is cut; in which language and how, as far as the recognizer tells."""
        known = [] if row is None else [self._cut_name(row.lane)]
        if isinstance(row, Segment):
            language = QLocale.codeToLanguage(row.language or "")
            if language != QLocale.Language.AnyLanguage:
                known.append(QLocale.languageToString(language))
            known.append(self._manner(row.emotion))
        return ", ".join(filter(None, known))

    def _cut_name(self, lane: str) -> str:
        """What to call the lane, where there is no room for all of that; else nothing."""
        if not (self._style and self._lane_width and lane):
            return ""
        name = self._title(lane)
        width = QFontMetricsF(self._style.lane_font).horizontalAdvance(name)
        return name if width > self._lane_width else ""

    def _manner(self, emotion: str | None) -> str:
        """What is worth a word: not that somebody spoke as usual."""
        return {
            "happy": self.tr("happy"),
            "sad": self.tr("sad"),
            "angry": self.tr("angry"),
            "surprised": self.tr("surprised"),
            "disgusted": self.tr("disgusted"),
            "fearful": self.tr("fearful"),
            "positive": self.tr("positive"),
            "negative": self.tr("negative"),
        }.get(emotion or "", "")
