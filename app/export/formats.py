"""Which formats there are. A new format is a row here and a writer beside it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.domain.errors import OutputError, UsageError, reason
from app.export.json import write_json
from app.export.record import Record
from app.export.srt import write_srt
from app.export.txt import write_txt


@dataclass(frozen=True, slots=True)
class Format:
    """A file format.

    Attributes:
        suffix: with its dot, lower case; it picks the format.
    """

    suffix: str
    title: str
    write: Callable[[Record], str]


FORMATS = (
    Format(".srt", "SubRip subtitles", write_srt),
    Format(".txt", "Plain text", write_txt),
    Format(".json", "Surtitle JSON", write_json),
)


def format_of(path: Path) -> Format:
    """The format that the suffix of `path` picks.

    Raises:
        UsageError: there is none; names those there are.
    """
    for known in FORMATS:
        if path.suffix.lower() == known.suffix:
            return known
    suffixes = ", ".join(known.suffix for known in FORMATS)
    problem = f"The name {path.name} does not end in a format that captions can be written in."
    raise UsageError(problem, f"Let it end in one of {suffixes}.")


def export(record: Record, path: Path) -> None:
    """Write `record` to `path`, whole or not at all; a file that stood there is replaced.

    Raises:
        UsageError: the suffix names no format.
        OutputError: it can't be written; says why.
    """
    text = format_of(path).write(record)
    try:
        _replace(path, text.encode("utf-8"))
    except OSError as error:
        raise OutputError(
            f"{path} can't be written: {reason(error)}.",
            "Choose another folder, or make room.",
        ) from error


def _replace(path: Path, data: bytes) -> None:
    # What a link leads to is replaced, not the link.
    path = path.resolve()
    if path.exists() and not path.is_file():
        # A pipe or a device (such as /dev/stdout) is written to, never replaced.
        path.write_bytes(data)
        return
    # The mode of the file that stands there, else what a newly made file would have here.
    mode = path.stat().st_mode & 0o777 if path.exists() else None
    handle, name = tempfile.mkstemp(prefix=".surtitle-", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(_mode() if mode is None else mode)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _mode() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
