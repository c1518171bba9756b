"""Whether there is a display to open a window on, found out before Qt does: it would abort."""

from __future__ import annotations

import os
import re
import socket
import sys

from app.domain.errors import UsageError

_REMEDY = "Caption in the terminal instead: surtitle transcribe sample -o captions.srt"


def check_display() -> None:
    """Make sure that a window can be opened.

    Raises:
        UsageError: there is no display, or nobody answers on it.
    """
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return
    display = os.environ.get("DISPLAY", "")
    if os.environ.get("WAYLAND_DISPLAY"):
        return
    if not display:
        raise UsageError("There is no display to open a window on.", _REMEDY)
    local = re.fullmatch(r"(?:unix)?:(\d+)(?:\.\d+)?", display)
    if local and not _answers(local[1]):
        raise UsageError(f"No display server answers on DISPLAY={display}.", _REMEDY)


def _answers(number: str) -> bool:
    path = f"/tmp/.X11-unix/X{number}"  # noqa: S108 - where X servers have always listened
    # Some servers listen on the file, some on a name without a file, most on both.
    for address in (path, f"\0{path}"):
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(1)
            try:
                line.connect(address)
            except OSError:
                continue
            return True
    return False
