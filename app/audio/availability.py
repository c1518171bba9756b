"""Which of the native parts against noise and echo this computer has, told without loading what is heavy."""

from __future__ import annotations

import sys

from app.audio.bundled import package_folder
from app.audio.rnnoise import rnnoise_available
from app.domain.errors import InputError
from app.domain.request import Denoise

_WEBRTC_FILES = {"darwin": "liblivekit_ffi.dylib", "win32": "livekit_ffi.dll"}


def webrtc_available() -> bool:
    """Whether WebRTC's audio processing can be used on this computer."""
    folder = package_folder("livekit")
    name = _WEBRTC_FILES.get(sys.platform, "liblivekit_ffi.so")
    return folder is not None and (folder / "rtc" / "resources" / name).is_file()


def echo_problem() -> InputError:
    """That no echo can be taken out on this computer."""
    return InputError(
        "Echo cancellation is not available on this computer.", "Use a headset, so that none is needed."
    )


def denoise_stages() -> tuple[Denoise, ...]:
    """The stages that can be had on this computer; `OFF` is always among them."""
    return tuple(stage for stage in Denoise if not denoise_problem(stage))


def denoise_problem(stage: Denoise) -> str:
    """Why this stage can't be had on this computer; empty where it can."""
    match stage:
        case Denoise.WEBRTC:
            available = webrtc_available()
        case Denoise.RNNOISE | Denoise.AUTO:
            available = rnnoise_available()
        case Denoise.OFF:
            available = True
    return "" if available else "Noise reduction is not available on this computer."
