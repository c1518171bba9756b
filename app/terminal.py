"""Where a command is read: captions on standard output, everything else on standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from app.domain.errors import OutputError, reason


class Terminal:
    """Prints captions, remarks, and a bar that says how far they are.

    Args:
        quiet: neither remarks nor a bar.
        failed: told of captions that could not be printed.
    """

    def __init__(self, *, quiet: bool, failed: Callable[[OutputError], None]) -> None:
        self._quiet = quiet
        self._failed = failed
        self._bar = not quiet and sys.stderr.isatty()
        self._width = 0

    def caption(self, text: str) -> None:
        """Print a finished caption."""
        self.clear_bar()
        try:
            print(text, flush=True)
        except OSError as error:
            # Whoever read has gone, or the disk is full; the files are still wanted.
            if not isinstance(error, BrokenPipeError):
                self._failed(
                    OutputError(
                        f"Captions can't be written to standard output: {reason(error)}.",
                        "Make room, or write them to a file with -o.",
                    )
                )
            give_up_stdout()

    def remark(self, sentence: str) -> None:
        """Say something beside the captions."""
        if not self._quiet:
            self.clear_bar()
            self._say(f"surtitle: {sentence}\n")

    def draw(self, recognized: float, total: float | None) -> None:
        """Draw the bar anew.

        Args:
            recognized: seconds of sound whose words are out.
            total: seconds of all of it; None where nobody knows.
        """
        if not self._bar:
            return
        line = _clock(recognized)
        if total:
            share = min(recognized / total, 1.0)
            done = round(share * 30)
            line = f"[{'#' * done}{'.' * (30 - done)}] {share:4.0%}  {line} of {_clock(total)}"
        self._say(f"\r{line}")
        self._width = len(line)

    def clear_bar(self) -> None:
        """Leave the line to somebody else."""
        if self._width:
            self._say(f"\r{' ' * self._width}\r")
            self._width = 0

    @staticmethod
    def _say(text: str) -> None:
        # Whoever read has gone; captions and files are still wanted.
        with suppress(OSError):
            sys.stderr.write(text)
            sys.stderr.flush()


def give_up_stdout() -> None:
    """Nobody takes what is written to standard output any more: from now on it goes nowhere."""
    sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  # lives as long as the program


def _clock(seconds: float) -> str:
    minutes, seconds = divmod(int(seconds), 60)
    return (
        f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}" if minutes >= 60 else f"{minutes}:{seconds:02d}"
    )
