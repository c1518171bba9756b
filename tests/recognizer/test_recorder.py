"""A session on disk, from the first change through opening it again to the next change."""

from __future__ import annotations

from pathlib import Path

from app.domain.errors import OutputError
from app.domain.request import MicrophoneSource, SampleSource, SessionPlan
from app.recognizer.recorder import Recorder
from app.recognizer.service import CaptionService
from app.recognizer.session import Session
from app.sessions.journal import Journal, KeptSession, last_session
from tests.fakes.engine import CountingEngine
from tests.fakes.sound import FakeSource
from tests.recognizer.captioned import Captioned


class Desk(Captioned):
    """A service whose session is kept, as at one start of the program.

    Args:
        live: whether what is captioned has no end of its own.
    """

    def __init__(self, folder: Path, *, live: bool = True) -> None:
        self.folder = folder
        self.problems: list[OutputError] = []
        super().__init__(
            CaptionService(lambda spec: FakeSource(1.0, live=live), lambda name, request: CountingEngine())
        )
        self.recorder = Recorder(self.service, self._journal, self.problems.append)

    def _journal(self, session: Session) -> Journal:
        return Journal(self.folder, session.title, session.created, session.kept)

    def note(self, text: str) -> None:
        """The user adds a line of their own."""
        self.service.edited(self.service.transcript.add_note(9.0))
        index = len(self.service.transcript) - 1
        change = self.service.transcript.rewrite(index, 1, [text])
        assert change is not None
        self.service.edited(change)

    def close(self) -> KeptSession:
        """End the program; what the next one finds."""
        self.recorder.close()
        assert self.problems == []
        kept = last_session(self.folder)
        assert kept is not None
        return kept


def journals(folder: Path) -> int:
    return len(list(folder.iterdir()))


def test_what_is_opened_again_and_edited_stays_one_session(tmp_path: Path) -> None:
    first = Desk(tmp_path, live=False)
    first.caption_all(SessionPlan(SampleSource(), "counting"))
    kept = first.close()
    assert (kept.title, kept.exported) == ("Sample", False)
    second = Desk(tmp_path)
    second.service.reopen(kept)
    assert second.service.record().created == kept.created
    second.note("Mine.")
    again = second.close()
    assert journals(tmp_path) == 1
    assert (again.title, again.created) == ("Sample", kept.created)
    assert again.entries == second.service.transcript.entries


def test_what_is_captioned_after_it_goes_on_in_it(tmp_path: Path) -> None:
    first = Desk(tmp_path)
    first.note("Mine.")
    kept = first.close()
    second = Desk(tmp_path)
    second.service.reopen(kept)
    second.caption_all(SessionPlan(MicrophoneSource(), "counting"))
    again = second.close()
    assert journals(tmp_path) == 1
    assert (again.title, again.created) == (kept.title, kept.created)
    assert len(again.entries) > len(kept.entries)


def test_a_recording_after_it_is_a_session_of_its_own(tmp_path: Path) -> None:
    first = Desk(tmp_path)
    first.note("Mine.")
    kept = first.close()
    second = Desk(tmp_path, live=False)
    second.service.reopen(kept)
    second.caption_all(SessionPlan(SampleSource(), "counting"))
    assert second.service.record().title == "Sample"
    second.close()
    assert journals(tmp_path) == 2


def test_an_export_is_known_when_the_session_is_opened_again(tmp_path: Path) -> None:
    first = Desk(tmp_path)
    first.note("Mine.")
    first.recorder.exported()
    kept = first.close()
    second = Desk(tmp_path)
    assert not second.service.exported
    second.service.reopen(kept)
    assert second.service.exported
    second.service.new_session()
    assert not second.service.exported
