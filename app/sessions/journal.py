"""An append-only journal of a session: whatever happens to the program, the captions are on disk.

The first line says what the session is; every further line is one splice of the transcript.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TextIO

from app.domain.errors import OutputError, reason
from app.domain.events import Gap, Word
from app.domain.transcript import Change, Entry, Segment

SUFFIX = ".journal"
_FORMAT = "surtitle-journal"


@dataclass(frozen=True, slots=True)
class KeptSession:
    """A session read back from its journal."""

    path: Path
    title: str
    created: datetime
    entries: tuple[Entry, ...]


class Journal:
    """Writes one session down. The file appears with the first change, so an empty session leaves none."""

    def __init__(self, folder: Path, title: str, created: datetime) -> None:
        self._folder = folder
        self._title = title
        self._created = created
        self._file: TextIO | None = None

    def append(self, change: Change) -> None:
        """Write `change` down and hand it to the system.

        Raises:
            OutputError: it can't be written.
        """
        try:
            if self._file is None:
                self._file = self._create()
            self._file.write(_line(_encode(change)))
            self._file.flush()
        except OSError as error:
            raise OutputError(
                f"The session can't be kept in {self._folder}: {reason(error)}.",
                "Captions go on; export them before you close the window.",
            ) from error

    def close(self) -> None:
        """End the file."""
        if self._file is not None:
            # On a full disk nothing more can be saved; what was flushed is there.
            with suppress(OSError):
                self._file.close()
            self._file = None

    def _create(self) -> TextIO:
        self._folder.mkdir(parents=True, exist_ok=True)
        stem = self._created.strftime("%Y-%m-%d %H.%M.%S")
        for number in range(1, 1000):
            name = stem if number == 1 else f"{stem} ({number})"
            try:
                file = (self._folder / f"{name}{SUFFIX}").open("x", encoding="utf-8")
            except FileExistsError:
                # A second program that began in the same second has a journal of its own.
                continue
            file.write(
                _line(
                    {
                        "format": _FORMAT,
                        "version": 1,
                        "title": self._title,
                        "created": self._created.isoformat(),
                    }
                )
            )
            return file
        raise FileExistsError(f"too many journals named {stem}")


def last_session(folder: Path) -> KeptSession | None:
    """The newest session in `folder` that holds a line of text; unreadable ones are passed over."""
    try:
        paths = sorted(folder.glob(f"*{SUFFIX}"), key=lambda path: path.stat().st_mtime, reverse=True)
    except OSError:
        return None
    for path in paths:
        kept = read_journal(path)
        if kept is not None and any(isinstance(entry, Segment) and entry.text for entry in kept.entries):
            return kept
    return None


def read_journal(path: Path) -> KeptSession | None:
    """Read a journal back, up to its first damaged line; None where it is no journal at all."""
    try:
        lines = _records(path)
        head = next(lines, None)
        if head is None or head.get("format") != _FORMAT:
            return None
        created = datetime.fromisoformat(str(head["created"]))
        return KeptSession(path, str(head["title"]), created, tuple(_replay(lines)))
    except (OSError, KeyError, ValueError):
        return None


def _records(path: Path) -> Iterator[dict[str, object]]:
    with path.open(encoding="utf-8", errors="replace") as file:
        for line in file:
            try:
                record = json.loads(line)
            except ValueError:
                # The program ended in the middle of this line.
                return
            if not isinstance(record, dict):
                return
            yield record


def _replay(records: Iterator[dict[str, object]]) -> list[Entry]:
    entries: list[Entry] = []
    for record in records:
        try:
            index, removed, added = _decode(record)
        except (KeyError, TypeError, ValueError):
            break
        entries[index : index + removed] = added
    return entries


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


def _line(record: dict[str, object]) -> str:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n"
