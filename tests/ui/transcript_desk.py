"""A transcript view with an engine and a user who take turns."""

from __future__ import annotations

from PySide6.QtGui import QTextCursor

from app.domain.captions import Caption
from app.domain.events import Final, Gap
from app.domain.transcript import Change, Entry, Segment, Transcript
from app.ui.theme import Appearance
from app.ui.transcript_view import TranscriptView


class Desk:
    """What both do, as the window would pass it on."""

    def __init__(self, appearance: Appearance, entries: list[Entry] | None = None) -> None:
        self.transcript = Transcript(entries or [])
        self.now = 100.0
        self.view = TranscriptView(self.transcript, appearance, lambda: self.now)
        self.changes: list[Change] = []
        self.journal = Transcript(entries or [])
        self.view.edited.connect(self.journal.splice)
        self.view.edited.connect(self.changes.append)
        self.utterances = 0

    def final(self, text: str, start: float | None = None, lane: str = "Me") -> None:
        self.utterances += 1
        begin = 10.0 * self.utterances if start is None else start
        self.apply(lane, Final(self.utterances, begin, begin + 1, text))

    def apply(self, lane: str, event: Final | Gap) -> None:
        self._show(self.transcript.apply(lane, event))

    def retract(self, lane: str, utterance: int) -> None:
        self._show(self.transcript.retract(lane, utterance))

    def _show(self, change: Change | None) -> None:
        if change is not None:
            self.journal.splice(change)
            self.view.apply_change(change)

    def speak(self, settled: str, soft: str = "", lane: str = "Me", utterance: int = 900) -> None:
        self.view.show_caption(Caption(lane, utterance, 9000.0, settled, soft))

    def end(self, text: str, lane: str = "Me", utterance: int = 900) -> None:
        self.apply(lane, Final(utterance, 9000.0, 9001.0, text))
        self.view.show_caption(Caption(lane, utterance, 9000.0, text, "", final=True))

    def put_cursor(self, row: int, column: int, to: tuple[int, int] | None = None) -> None:
        cursor = self.view.textCursor()
        cursor.setPosition(self.position(row, column))
        if to is not None:
            cursor.setPosition(self.position(*to), QTextCursor.MoveMode.KeepAnchor)
        self.view.setTextCursor(cursor)

    def position(self, row: int, column: int) -> int:
        return self.view.document().findBlockByNumber(row).position() + column

    @property
    def cursor(self) -> tuple[int, int]:
        cursor = self.view.textCursor()
        return cursor.blockNumber(), cursor.positionInBlock()

    @property
    def lines(self) -> list[str]:
        """What is on screen."""
        return self.view.toPlainText().split("\n")

    @property
    def texts(self) -> list[str]:
        """What is in the transcript."""
        return [
            entry.text if isinstance(entry, Segment) else entry.reason for entry in self.transcript.entries
        ]
