"""Standard output and error: they are there, and take every text."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path


def ensure_streams() -> None:
    """Let what is said there go nowhere instead of being a mistake: a window needs no console.

    Where a text can't be written in the encoding of the terminal, numbers stand in the place of its letters.
    """
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115  # lives as long as the program
        stream = getattr(sys, name)
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
