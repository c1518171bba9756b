"""The log file, and what of it reaches standard error."""

from __future__ import annotations

import errno
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.domain.errors import OutputError, reason

FILE_NAME = "surtitle.log"
_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_LARGEST = 1_000_000


@contextmanager
def logging_to(folder: Path, level: str | None) -> Iterator[OutputError | None]:
    """Log to a file in `folder`; with a `level`, everything from there up to standard error as well.

    A folder that can't be written to costs the log, never the captions: the context says why.
    """
    handlers, problem = _handlers(folder, level)
    root = logging.getLogger()
    root.setLevel((level or "info").upper())
    for handler in handlers:
        root.addHandler(handler)
    try:
        yield problem
    finally:
        for handler in handlers:
            root.removeHandler(handler)
            handler.close()


def _handlers(folder: Path, level: str | None) -> tuple[list[logging.Handler], OutputError | None]:
    handlers: list[logging.Handler] = []
    problem = None
    if level is not None:
        shown = logging.StreamHandler()
        shown.setFormatter(_OneLine(_FORMAT))
        handlers.append(shown)
    try:
        handlers.append(_file(folder))
    except OSError as error:
        why = reason(error)
        problem = OutputError(f"The log can't be kept in {folder}: {why}.", "Captions work without it.")
        # Handlers may not be empty: logging would write to standard error by itself.
        handlers.append(logging.NullHandler())
    return handlers, problem


def _file(folder: Path) -> logging.Handler:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE_NAME
    if path.exists() and path.stat().st_size > _LARGEST:
        path.replace(path.with_suffix(".old.log"))
    # Found out now, as the file is made only when there is something to write.
    if not os.access(path if path.exists() else folder, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    handler = _Quiet(path, encoding="utf-8", delay=True, errors="backslashreplace")
    handler.setFormatter(logging.Formatter(_FORMAT))
    return handler


class _OneLine(logging.Formatter):
    """Keeps tracebacks for the file: they tell a user nothing."""

    def formatException(self, ei: object) -> str:  # noqa: N802  # logging's own name
        return ""

    def formatStack(self, stack_info: str) -> str:  # noqa: N802  # logging's own name
        return ""


class _Quiet(logging.FileHandler):
    """A full disk must not fill standard error with complaints about the log."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # logging's own name
        pass
