"""The `--trace` file: what happened when, one JSON object a line."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from app.domain.errors import OutputError, reason


class Trace:
    """Writes moments with monotonic time stamps. Holds captions and times, never keys.

    Args:
        failed: told once when nothing more can be written; captions go on without the trace.

    Raises:
        OutputError: the file can't be opened.
    """

    def __init__(self, path: Path, failed: Callable[[OutputError], None]) -> None:
        self._path = path
        self._failed = failed
        try:
            self._file: TextIO | None = path.open("w", encoding="utf-8", buffering=1)
        except OSError as error:
            raise self._explain(error, "Choose another --trace file.") from error

    def write(self, kind: str, **facts: object) -> None:
        """Note a moment; `kind` is `audio`, `event` or `painted`."""
        if self._file is None:
            return
        try:
            self._file.write(
                json.dumps({"t": time.monotonic(), "kind": kind, **facts}, ensure_ascii=False) + "\n"
            )
        except OSError as error:
            # A full disk must not end the captions; the trace ends instead.
            self.close()
            self._failed(self._explain(error, "It is incomplete; nothing else is lost."))

    def close(self) -> None:
        """End the file."""
        file, self._file = self._file, None
        if file is not None:
            # What did not fit on a full disk has been told of.
            with suppress(OSError):
                file.close()

    def _explain(self, error: OSError, remedy: str) -> OutputError:
        return OutputError(f"The trace can't be written to {self._path}: {reason(error)}.", remedy)
