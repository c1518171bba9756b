"""Whether there is a display to open a window on, found out before Qt does: it would abort."""

from __future__ import annotations

import os
import re
import socket
import sys
from pathlib import Path

from app.domain.errors import UsageError

_REMEDY = "Caption in the terminal instead: surtitle transcribe sample -o captions.srt"


def check_display() -> None:
    """Make sure that a window can be opened.

    Raises:
        UsageError: there is no display, or nobody answers on it.
    """
    platform = os.environ.get("QT_QPA_PLATFORM", "")
    if not sys.platform.startswith("linux") or platform not in ("", "xcb", "wayland"):
        return
    if platform != "xcb" and _is_wayland():
        return
    display = os.environ.get("DISPLAY", "")
    if not display or platform == "wayland":
        raise UsageError("There is no display to open a window on.", _REMEDY)
    # A display of another machine is Qt's to find.
    local = re.fullmatch(r"(?:unix)?:(\d+)(?:\.\d+)?", display)
    if ":" not in display or (local and not _answers(local[1])):
        raise UsageError(f"No display server answers on DISPLAY={display}.", _REMEDY)


def _is_wayland() -> bool:
    name = os.environ.get("WAYLAND_DISPLAY", "")
    return bool(name) and (Path(os.environ.get("XDG_RUNTIME_DIR", "")) / name).is_socket()


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
