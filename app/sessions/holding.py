"""Which program has a journal in its hands: two of them writing into one would damage it."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO


def prepare() -> None:
    """Load what the other two need; takes longer than a window may stand still."""
    import filelock  # noqa: F401


def hold(file: BinaryIO) -> bool:
    """Keep an open file for this program until it is closed; returns whether nobody else has it."""
    # Not at the top: not needed for the first paint.
    from filelock import lock_descriptor

    try:
        return lock_descriptor(file.fileno(), blocking=False)
    except OSError:
        # A file system that knows no locks: nobody can say.
        return False


def is_held(path: Path) -> bool:
    """Whether somebody keeps the file at `path` for themselves, as far as can be known."""
    from filelock import lock_descriptor

    try:
        with path.open("rb") as file:
            return not lock_descriptor(file.fileno(), blocking=False)
    except OSError:
        return False
