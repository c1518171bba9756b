"""What is on disk when the program is gone."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.domain.errors import OutputError
from app.domain.events import Gap, Word
from app.domain.transcript import Change, Segment
from app.sessions.journal import Journal, KeptSession, last_session, read_journal

CREATED = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
FIRST = Segment(1, "Me", 0.0, 1.0, "One.", "One.", (Word("One.", 0.0, 1.0),))
SECOND = Segment(2, "Me", 1.0, 2.0, "Two.", "To.", (), True, "en", "happy")
GAP = Gap(2.0, 3.0, "lost", "Them")


def written(folder: Path, *changes: Change) -> Path:
    journal = Journal(folder, "A meeting", CREATED)
    for change in changes:
        journal.append(change)
    journal.close()
    return next(folder.iterdir())


def test_a_session_is_read_back_as_it_was(tmp_path: Path) -> None:
    path = written(tmp_path, Change(0, (), (FIRST,)), Change(1, (), (SECOND, GAP)), Change(0, (FIRST,), ()))
    kept = read_journal(path)
    assert kept is not None
    assert (kept.title, kept.created, kept.entries) == ("A meeting", CREATED, (SECOND, GAP))


def test_what_is_not_known_takes_no_room(tmp_path: Path) -> None:
    assert "emotion" not in written(tmp_path, Change(0, (), (FIRST,))).read_text()


def test_every_change_is_on_disk_before_the_journal_is_closed(tmp_path: Path) -> None:
    journal = Journal(tmp_path, "A meeting", CREATED)
    journal.append(Change(0, (), (FIRST,)))
    kept = read_journal(next(tmp_path.iterdir()))
    journal.close()
    assert kept is not None
    assert kept.entries == (FIRST,)


@pytest.mark.parametrize("torn", [b'{"index":1,"rem', b"\xff\xfe\n", b"[1]\n", b'{"index":"x"}\n'])
def test_a_damaged_line_costs_only_itself(tmp_path: Path, torn: bytes) -> None:
    path = written(tmp_path, Change(0, (), (FIRST,)))
    path.write_bytes(path.read_bytes() + torn)
    kept = read_journal(path)
    assert kept is not None
    assert kept.entries == (FIRST,)


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"{}\n", b'{"format":"surtitle-journal"}\n'])
def test_another_file_is_no_journal(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.journal"
    path.write_bytes(content)
    assert read_journal(path) is None


def reopened(folder: Path, kept: KeptSession, *changes: Change) -> None:
    journal = Journal(folder, kept.title, kept.created, kept)
    for change in changes:
        journal.append(change)
    journal.close()


@pytest.mark.parametrize("torn", [b"", b'{"index":1,"rem', b"\xff"])
def test_a_session_that_is_gone_on_with_stays_one(tmp_path: Path, torn: bytes) -> None:
    path = written(tmp_path, Change(0, (), (FIRST,)))
    path.write_bytes(path.read_bytes() + torn)
    kept = read_journal(path)
    assert kept is not None
    reopened(tmp_path, kept, Change(1, (), (SECOND,)), Change(2, (), (GAP,)))
    assert list(tmp_path.iterdir()) == [path]
    again = read_journal(path)
    assert again is not None
    assert (again.title, again.created) == ("A meeting", CREATED)
    assert again.entries == (FIRST, SECOND, GAP)


def test_a_last_line_without_its_end_is_gone_on_with(tmp_path: Path) -> None:
    path = written(tmp_path, Change(0, (), (FIRST,)))
    path.write_bytes(path.read_bytes().removesuffix(b"\n"))
    kept = read_journal(path)
    assert kept is not None
    reopened(tmp_path, kept, Change(1, (), (SECOND,)))
    again = read_journal(path)
    assert again is not None
    assert again.entries == (FIRST, SECOND)


def test_what_is_not_changed_is_not_touched(tmp_path: Path) -> None:
    path = written(tmp_path, Change(0, (), (FIRST,)))
    before, kept = path.read_bytes(), read_journal(path)
    assert kept is not None
    reopened(tmp_path, kept)
    assert (path.read_bytes(), list(tmp_path.iterdir())) == (before, [path])


def goes_into_a_file_of_its_own(path: Path, kept: KeptSession) -> None:
    before = path.read_bytes()
    reopened(path.parent, kept, Change(1, (), (SECOND,)))
    assert path.read_bytes() == before
    other = next(one for one in path.parent.iterdir() if one != path)
    again = read_journal(other)
    assert again is not None
    assert (again.title, again.created, again.entries) == ("A meeting", CREATED, (FIRST, SECOND))


def test_whole_lines_behind_a_damaged_one_are_left_alone(tmp_path: Path) -> None:
    path = written(tmp_path, Change(0, (), (FIRST,)))
    path.write_bytes(path.read_bytes() + b"[1]\n")
    kept = read_journal(path)
    assert kept is not None
    goes_into_a_file_of_its_own(path, kept)


def test_what_somebody_else_went_on_with_is_left_alone(tmp_path: Path) -> None:
    path = written(tmp_path, Change(0, (), (FIRST,)))
    kept = read_journal(path)
    assert kept is not None
    reopened(tmp_path, kept, Change(1, (), (GAP,)))
    goes_into_a_file_of_its_own(path, kept)


def test_a_session_in_the_hands_of_another_program_is_left_alone(tmp_path: Path) -> None:
    journal = Journal(tmp_path, "A meeting", CREATED)
    journal.append(Change(0, (), (FIRST,)))
    path = next(tmp_path.iterdir())
    assert last_session(tmp_path) is None
    kept = read_journal(path)
    assert kept is not None
    goes_into_a_file_of_its_own(path, kept)
    journal.close()
    assert last_session(tmp_path) is not None


def test_a_session_whose_file_is_gone_is_written_anew(tmp_path: Path) -> None:
    path = written(tmp_path, Change(0, (), (FIRST,)))
    kept = read_journal(path)
    assert kept is not None
    path.unlink()
    reopened(tmp_path, kept, Change(1, (), (SECOND,)))
    again = read_journal(path)
    assert again is not None
    assert again.entries == (FIRST, SECOND)


def test_it_is_known_whether_a_session_was_exported_as_it_stands(tmp_path: Path) -> None:
    path = written(tmp_path, Change(0, (), (FIRST,)))
    for exported in (True, False):
        kept = read_journal(path)
        assert kept is not None
        journal = Journal(tmp_path, kept.title, kept.created, kept)
        if exported:
            journal.mark_exported()
        else:
            journal.append(Change(1, (), (SECOND,)))
        journal.close()
        again = read_journal(path)
        assert again is not None
        assert again.exported is exported
    assert again.entries == (FIRST, SECOND)
    assert list(tmp_path.iterdir()) == [path]


def test_an_export_of_nothing_leaves_no_file(tmp_path: Path) -> None:
    Journal(tmp_path, "A meeting", CREATED).mark_exported()
    assert list(tmp_path.iterdir()) == []


def test_an_empty_session_leaves_no_file(tmp_path: Path) -> None:
    Journal(tmp_path, "A meeting", CREATED).close()
    assert list(tmp_path.iterdir()) == []


def test_two_sessions_of_one_second_do_not_meet(tmp_path: Path) -> None:
    one, other = Journal(tmp_path, "A", CREATED), Journal(tmp_path, "B", CREATED)
    one.append(Change(0, (), (FIRST,)))
    other.append(Change(0, (), (SECOND,)))
    one.close()
    other.close()
    assert len(list(tmp_path.iterdir())) == 2


def test_the_last_session_is_the_newest_with_text(tmp_path: Path) -> None:
    assert last_session(tmp_path / "none") is None
    written(tmp_path / "a", Change(0, (), (FIRST,)))
    (tmp_path / "a" / "later.journal").write_text("{}")
    kept = last_session(tmp_path / "a")
    assert kept is not None
    assert kept.entries == (FIRST,)


def test_a_folder_that_can_not_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="can't be kept"):
        Journal(tmp_path / "file" / "sessions", "A", CREATED).append(Change(0, (), (FIRST,)))
