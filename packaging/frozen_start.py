"""Runs first in the frozen program: undoes what freezing does to the rest of the system."""

import ctypes.util
import os
import sys
from pathlib import Path


def _leave_other_programs_alone() -> None:
    """Programs that we start must find their own libraries, not the ones frozen with us."""
    before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
    if before is not None:
        os.environ["LD_LIBRARY_PATH"] = before
    else:
        os.environ.pop("LD_LIBRARY_PATH", None)


def _find_our_portaudio() -> None:
    """The search for a library by name knows the system's folders only."""
    ours = Path(__file__).resolve().parent / "libportaudio.so.2"
    search = ctypes.util.find_library

    def find_library(name: str) -> str | None:
        return str(ours) if name == "portaudio" else search(name)

    if ours.exists():
        ctypes.util.find_library = find_library


def _speak_utf8() -> None:
    """Python alone would do this for an empty environment; Qt complains about one."""
    if not any(os.environ.get(name) for name in ("LC_ALL", "LC_CTYPE", "LANG")):
        os.environ["LC_CTYPE"] = "C.UTF-8"


if sys.platform == "linux":
    _speak_utf8()
    _leave_other_programs_alone()
    _find_our_portaudio()
