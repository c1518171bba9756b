"""Standard output and error, where the program was started without them."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def ensure_streams() -> None:
    """Let what is said there go nowhere instead of being a mistake: a window needs no console."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115  # lives as long as the program
