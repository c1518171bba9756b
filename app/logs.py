"""The log file, and what of it reaches standard error."""

from __future__ import annotations

import logging
from pathlib import Path

_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_LARGEST = 1_000_000
_NAME = "surtitle.log"


def set_up(folder: Path, level: str | None) -> None:
    """Log to `folder`/surtitle.log, and warnings (or everything from `level` up) to standard error.

    A folder that can't be written to costs the log, never the captions.
    """
    root = logging.getLogger()
    root.setLevel((level or "info").upper())
    shown = logging.StreamHandler()
    shown.setLevel((level or "error").upper())
    shown.setFormatter(_OneLine(_FORMAT))
    root.addHandler(shown)
    try:
        root.addHandler(_file(folder))
    except OSError:
        logging.getLogger(__name__).warning("no log file in %s", folder)


def _file(folder: Path) -> logging.Handler:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / _NAME
    if path.exists() and path.stat().st_size > _LARGEST:
        path.replace(path.with_suffix(".old.log"))
    handler = _Quiet(path, encoding="utf-8", delay=True)
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
