"""An append-only journal of a session: whatever happens to the program, the captions are on disk.

The first line says what the session is; every further line is one splice of the transcript, or says that
all of it was exported.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final

from app.domain.errors import OutputError, reason
from app.domain.events import Gap, Word
from app.domain.transcript import Change, Entry, Segment
from app.sessions.holding import hold, is_held

SUFFIX = ".journal"
_FORMAT = "surtitle-journal"
_EXPORTED: Final[dict[str, object]] = {"exported": True}
"""A line of its own: so far, the session is in a file of the user's."""


@dataclass(frozen=True, slots=True)
class KeptSession:
    """A session read back from its journal.

    Attributes:
        length: bytes of the journal that could be read.
        exported: it is in a file of the user's as it stands.
    """

    path: Path
    title: str
    created: datetime
    entries: tuple[Entry, ...]
    length: int
    exported: bool


class Journal:
    """Writes one session down. The file appears with the first change, so an empty session leaves none.

    Args:
        kept: the session that this one goes on with, in the same file; where that can't be, because it is
            damaged or in the hands of another program, in one that holds all of it.
    """

    def __init__(self, folder: Path, title: str, created: datetime, kept: KeptSession | None = None) -> None:
        self._folder = folder
        self._title = title
        self._created = created
        self._kept = kept
        self._file: BinaryIO | None = None

    def append(self, change: Change) -> None:
        """Write `change` down and hand it to the system.

        Raises:
            OutputError: it can't be written.
        """
        self._write(_encode(change))

    def mark_exported(self) -> None:
        """Note that the session is in a file of the user's as it stands; without effect on an empty one.

        Raises:
            OutputError: it can't be written.
        """
        if self._file is not None or self._kept is not None:
            self._write(_EXPORTED)

    def close(self) -> None:
        """End the file."""
        if self._file is not None:
            # On a full disk nothing more can be saved; what was flushed is there.
            with suppress(OSError):
                self._file.close()
            self._file = None

    def _write(self, record: dict[str, object]) -> None:
        try:
            if self._file is None:
                self._file = self._open()
            self._file.write(_line(record))
            self._file.flush()
        except OSError as error:
            raise OutputError(
                f"The session can't be kept in {self._folder}: {reason(error)}.",
                "Captions go on; export them before you close the window.",
            ) from error

    def _open(self) -> BinaryIO:
        if self._kept is None:
            return self._create()
        file = _reopened(self._kept)
        if file is None:
            file = self._create()
            file.write(_line(_encode(Change(0, (), self._kept.entries))))
        return file

    def _create(self) -> BinaryIO:
        self._folder.mkdir(parents=True, exist_ok=True)
        stem = self._created.strftime("%Y-%m-%d %H.%M.%S")
        for number in range(1, 1000):
            name = stem if number == 1 else f"{stem} ({number})"
            try:
                file = (self._folder / f"{name}{SUFFIX}").open("xb")
            except FileExistsError:
                # A second program that began in the same second has a journal of its own.
                continue
            hold(file)
            head = {"title": self._title, "created": self._created.isoformat()}
            file.write(_line({"format": _FORMAT, "version": 1, **head}))
            return file
        raise FileExistsError(f"too many journals named {stem}")


def _reopened(kept: KeptSession) -> BinaryIO | None:
    """The journal of a session, ready for what comes next; None where it can't be gone on with."""
    try:
        file = kept.path.open("r+b")
    except OSError:
        return None
    try:
        if hold(file) and _mended(file, kept.length):
            return file
    except OSError:
        pass
    file.close()
    return None


def _mended(file: BinaryIO, length: int) -> bool:
    """Take the rest of a last line off; whole lines behind `length` are somebody's, and are left alone."""
    file.seek(length)
    if b"\n" in file.read():
        return False
    file.truncate(length)
    file.seek(length - 1)
    if file.read(1) != b"\n":
        file.write(b"\n")
    return True


def last_session(folder: Path) -> KeptSession | None:
    """The newest session in `folder` that holds a line of text; unreadable ones are passed over."""
    try:
        paths = sorted(folder.glob(f"*{SUFFIX}"), key=lambda path: path.stat().st_mtime, reverse=True)
    except OSError:
        return None
    for path in paths:
        # What another program has in its hands is not over.
        kept = None if is_held(path) else read_journal(path)
        if kept is not None and any(isinstance(entry, Segment) and entry.text for entry in kept.entries):
            return kept
    return None


def read_journal(path: Path) -> KeptSession | None:
    """Read a journal back, up to its first damaged line; None where it is no journal at all."""
    try:
        with path.open("rb") as file:
            line = file.readline()
            head = _record(line)
            if head.get("format") != _FORMAT:
                return None
            created = datetime.fromisoformat(str(head["created"]))
            entries, length, exported = _replay(file)
            return KeptSession(path, str(head["title"]), created, entries, len(line) + length, exported)
    except (OSError, KeyError, TypeError, ValueError):
        return None


def _record(line: bytes) -> dict[str, object]:
    record = json.loads(line.decode("utf-8", "replace"))
    if not isinstance(record, dict):
        raise TypeError("not a record")
    return record


def _replay(lines: Iterable[bytes]) -> tuple[tuple[Entry, ...], int, bool]:
    """The entries, how many bytes tell of them, and whether they were exported since the last change."""
    entries: list[Entry] = []
    length, exported = 0, False
    for line in lines:
        try:
            record = _record(line)
            exported = record == _EXPORTED
            if not exported:
                index, removed, added = _decode(record)
                entries[index : index + removed] = added
        except (KeyError, TypeError, ValueError):
            # The program ended in the middle of this line, or the disk is damaged.
            break
        length += len(line)
    return tuple(entries), length, exported


def _encode(change: Change) -> dict[str, object]:
    return {
        "index": change.index,
        "removed": len(change.removed),
        "added": [_entry(entry) for entry in change.added],
    }


def _entry(entry: Entry) -> dict[str, object]:
    known = {name: value for name, value in asdict(entry).items() if value is not None}
    return {"kind": "gap" if isinstance(entry, Gap) else "segment", **known}


def _decode(record: dict[str, object]) -> tuple[int, int, Sequence[Entry]]:
    index, removed, added = record["index"], record["removed"], record["added"]
    if not (isinstance(index, int) and isinstance(removed, int) and isinstance(added, list)):
        raise TypeError("not a splice")
    return index, removed, [_restore(dict(entry)) for entry in added]


def _restore(fields: dict[str, object]) -> Entry:
    if fields.pop("kind") == "gap":
        return Gap(**fields)  # type: ignore[arg-type]  # checked by reading: a wrong field ends the replay
    words = fields.pop("words")
    if not isinstance(words, list):
        raise TypeError("not words")
    return Segment(words=tuple(Word(**word) for word in words), **fields)  # type: ignore[arg-type]  # as above


def _line(record: dict[str, object]) -> bytes:
    return (json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n").encode()
