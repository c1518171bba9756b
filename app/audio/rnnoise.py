"""The RNNoise library. It is used directly: the Python package around it brings a plotting library along."""

from __future__ import annotations

import ctypes
import sys
from functools import cache

from app.audio.bundled import package_folder

_FILES = {"darwin": "librnnoise.dylib", "win32": "rnnoise.dll"}


def rnnoise_available() -> bool:
    """Whether RNNoise can be used on this computer."""
    return load_rnnoise() is not None


@cache
def load_rnnoise() -> ctypes.CDLL | None:
    """The library with its functions declared; None where it is missing or made for another system."""
    folder = package_folder("pyrnnoise")
    if folder is None:
        return None
    try:
        library = ctypes.CDLL(str(folder / _FILES.get(sys.platform, "librnnoise.so")))
    except OSError:
        return None
    library.rnnoise_create.restype = ctypes.c_void_p
    library.rnnoise_create.argtypes = [ctypes.c_void_p]
    library.rnnoise_destroy.restype = None
    library.rnnoise_destroy.argtypes = [ctypes.c_void_p]
    library.rnnoise_process_frame.restype = ctypes.c_float
    library.rnnoise_process_frame.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p]
    return library
