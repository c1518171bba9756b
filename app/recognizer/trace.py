"""The `--trace` file: what happened when, one JSON object a line."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TextIO

from app.domain.errors import OutputError


class Trace:
    """Writes moments with monotonic time stamps. Holds captions and times, never keys.

    Raises:
        OutputError: the file can't be opened.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._file: TextIO | None = path.open("w", encoding="utf-8", buffering=1)
        except OSError as error:
            raise OutputError(
                f"The trace can't be written to {path}: {error.strerror}.", "Choose another --trace file."
            ) from error

    def write(self, kind: str, **facts: object) -> None:
        """Note a moment; `kind` is `audio`, `event` or `painted`."""
        if self._file is None:
            return
        try:
            self._file.write(
                json.dumps({"t": time.monotonic(), "kind": kind, **facts}, ensure_ascii=False) + "\n"
            )
        except OSError:
            # A full disk must not end the captions; the trace ends instead.
            self.close()

    def close(self) -> None:
        """End the file."""
        file, self._file = self._file, None
        if file is not None:
            try:
                file.close()
            except OSError:
                return
