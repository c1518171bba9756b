"""Keeps every session on disk while it happens."""

from __future__ import annotations

from collections.abc import Callable

from app.domain.errors import OutputError
from app.domain.transcript import Change
from app.recognizer.news import News, SessionBegan, TranscriptChanged, TranscriptEdited
from app.recognizer.service import CaptionService
from app.recognizer.session import Session
from app.sessions.journal import Journal


class Recorder:
    """Listens to the service and writes the journal of the present session.

    Args:
        new_journal: makes the journal of a session.
        failed: told once a session when it can't be kept.
    """

    def __init__(
        self,
        service: CaptionService,
        new_journal: Callable[[Session], Journal],
        failed: Callable[[OutputError], None],
    ) -> None:
        self._service = service
        self._new_journal = new_journal
        self._failed = failed
        self._journal: Journal | None = None
        self._broken = False
        self._unsubscribe = service.subscribe(self._take)

    def close(self) -> None:
        """End the journal."""
        self._unsubscribe()
        self._end()

    def _take(self, news: News) -> None:
        match news:
            case TranscriptChanged(change) | TranscriptEdited(change):
                self._append(change)
            case SessionBegan():
                self._end()
            case _:
                pass

    def exported(self) -> None:
        """The transcript is in a file of the user's as it stands."""
        self._write(Journal.mark_exported)

    def _append(self, change: Change) -> None:
        def append(journal: Journal) -> None:
            journal.append(change)

        self._write(append)

    def _write(self, write: Callable[[Journal], None]) -> None:
        if self._broken:
            return
        if self._journal is None:
            self._journal = self._new_journal(self._service.session)
        try:
            write(self._journal)
        except OutputError as error:
            self._broken = True
            self._failed(error)

    def _end(self) -> None:
        self._broken = False
        if self._journal is not None:
            self._journal.close()
            self._journal = None
