"""The one PortAudio a process has: who may open, when it may look for devices again."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Protocol

from app.domain.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

STREAM_MARK = "surtitle.stream"
"""The property of a stream of ours by which the sound server's list shows which one it is."""
_MARK = f"PULSE_PROP_{STREAM_MARK}"
MISSING = "The sound library PortAudio is missing on this computer."


@dataclass(frozen=True, slots=True)
class Device:
    """An entry of PortAudio's own list.

    Attributes:
        index: only good until devices are looked for again.
        host: name of the sound system it belongs to, such as `ALSA` or `Windows WASAPI`.
        rate: samples a second it prefers; as the driver says, so it may be 0.
    """

    index: int
    name: str
    host: str
    rate: int
    inputs: int
    default_input: bool


class Stream(Protocol):
    """What is used of a stream of `sounddevice`, which has no types."""

    def start(self) -> None:
        """Let the sound flow."""

    def write(self, data: NDArray[np.float32]) -> bool:
        """Play, where it is an output. Waits for room; returns whether there was a pause before."""

    def abort(self, ignore_errors: bool = True) -> None:
        """Stop at once."""

    def close(self, ignore_errors: bool = True) -> None:
        """Let go of the device."""


class RelistedError(Exception):
    """The device is not where it was found: somebody looked for devices meanwhile. Find it again."""


class PortAudio:
    """Guards the library: opening, closing and looking for devices never run side by side.

    Looking for devices means restarting the library, which kills open streams; so they are counted.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._open = 0

    def refreshed(self) -> list[Device]:
        """What is plugged in now (with a stream open: what was, when the first one opened).

        Raises:
            InputError: the library is missing, or the sound system is ill.
        """
        with self._lock:
            if not self._open:
                with _told():
                    _restart(_library())
            return self.devices()

    def devices(self) -> list[Device]:
        """What was plugged in when the library last looked; takes no time.

        Raises:
            InputError: the library is missing, or the sound system is ill.
        """
        with self._lock, _told():
            library = _library()
            hosts = library.query_hostapis()
            return [_device(entry, hosts) for entry in library.query_devices()]

    def open(
        self,
        create: Callable[[ModuleType], Stream],
        entry: Device | None = None,
        pulse_source: str | None = None,
        mark: str | None = None,
    ) -> Stream:
        """Open a stream and start it.

        Args:
            create: makes the stream out of the `sounddevice` module.
            entry: of the list, the device that is going to be opened; None for the default one.
            pulse_source: the sound server's name of the microphone to record from. There is no
                other way to say it than the environment at the moment of opening.
            mark: what the sound server shows of the stream, so that it can be found there.

        Raises:
            InputError: the library is missing.
            RelistedError: the entry is out of date.
            sounddevice.PortAudioError: it can't be opened.
        """
        with self._lock, _environment("PULSE_SOURCE", pulse_source), _environment(_MARK, mark):
            # Its number may be another device's by now, and nobody would notice.
            if entry is not None and entry not in self.devices():
                raise RelistedError(entry.name)
            stream = create(_library())
            try:
                stream.start()
            except BaseException:
                stream.close()
                raise
            self._open += 1
            return stream

    def close(self, stream: Stream) -> None:
        """Stop a stream at once and forget it."""
        with self._lock:
            stream.abort()
            stream.close()
            self._open -= 1


PORTAUDIO = PortAudio()
"""State of a module for once: the library behind it is one for the whole process, too."""


def _library() -> ModuleType:
    try:
        # Loads a C library and looks for devices: 0.1 s that the first paint must not wait for.
        import sounddevice
    except OSError as error:
        raise InputError(MISSING, install_advice()) from error
    module: ModuleType = sounddevice
    return module


def library_problem() -> InputError | None:
    """Why no device whatever can be recorded; None where the library is there. Loads it."""
    try:
        PORTAUDIO.devices()
    except InputError as error:
        return error
    return None


def library_found() -> bool:
    """Whether PortAudio is installed, without loading it."""
    # Only here: it starts the system's linker to ask.
    from ctypes.util import find_library

    return find_library("portaudio") is not None


def has_sound_cards() -> bool:
    """Whether Linux itself knows a sound card."""
    try:
        return any(Path("/proc/asound").glob("card[0-9]*"))
    except OSError:
        return True


def install_advice() -> str:
    """How to get the sound library on this system."""
    import shutil

    if shutil.which("apt-get"):
        return "Install it with `sudo apt install libportaudio2 libasound2-plugins pulseaudio-utils`."
    return "Install the package that holds PortAudio, then start the program again."


def _restart(library: ModuleType) -> None:
    # The library's only way to see devices that came since; it is not part of its documented interface.
    with suppress(library.PortAudioError):  # as where the last start failed
        library._terminate()  # noqa: SLF001  # see above
    library._initialize()  # noqa: SLF001  # see above


@contextmanager
def _told() -> Iterator[None]:
    """What the library says of the sound system becomes a sentence."""
    library = _library()
    try:
        yield
    except library.PortAudioError as error:
        raise InputError(
            "The sound system of this computer does not say which devices there are.",
            "Start it again, or the computer; recordings can be captioned all the same.",
        ) from error


def _device(entry: dict[str, Any], hosts: tuple[dict[str, Any], ...]) -> Device:
    host = hosts[entry["hostapi"]]
    return Device(
        index=entry["index"],
        name=entry["name"],
        host=host["name"],
        rate=round(entry["default_samplerate"]),
        inputs=entry["max_input_channels"],
        default_input=host["default_input_device"] == entry["index"],
    )


@contextmanager
def _environment(name: str, value: str | None) -> Iterator[None]:
    """What libraries see. Python's own copy stays as it is: another thread may be going through it."""
    if value is None:
        yield
        return
    os.putenv(name, value)
    try:
        yield
    finally:
        if (before := os.environ.get(name)) is None:
            os.unsetenv(name)
        else:
            os.putenv(name, before)
