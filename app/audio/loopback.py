"""System sound on Windows: WASAPI's loopback, through the library `soundcard`."""

from __future__ import annotations

import threading
import time
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

from app.audio.base import Block
from app.audio.devices import InputDevice, default_first, no_output, sounds_wireless, tell_apart
from app.domain.audio import AudioFormat
from app.domain.errors import DeviceLostError, InputError

if TYPE_CHECKING:
    from app.audio.base import SoundSource

RATE: Final = 48_000
"""Samples a second; Windows converts where the output has another rate."""
_BLOCK: Final = RATE // 25
_PATIENCE: Final = 0.5
"""Seconds that closing may wait for an output that does not answer."""
_ANOTHER: Final = "Check that it is plugged in, or choose another output."


class Loopbacks:
    """Outputs by the names that Windows shows."""

    def found(self) -> list[InputDevice]:
        """Every output, the default first.

        Raises:
            InputError: Windows does not say, as while one is being unplugged.
        """
        library = _library()
        try:
            speakers = library.all_speakers()
            default = library.default_speaker().id if speakers else None
            names = tell_apart([speaker.name for speaker in speakers])
        except RuntimeError as error:
            raise InputError(
                "Windows does not say which outputs there are.", "Try again in a moment."
            ) from error
        return default_first(
            InputDevice(speaker.id, name, speaker.id == default, sounds_wireless(name))
            for speaker, name in zip(speakers, names, strict=True)
        )

    def why_none(self) -> InputError:
        """Why none was found and what to do about it."""
        return no_output()

    def source(self, key: str | None, name: str) -> SoundSource:
        """What delivers the sound of one; of the default one without a key."""
        return Loopback(key, name)


class Loopback:
    """What one output plays; silence while it plays nothing. To be opened once.

    Args:
        key: the output's id; None for the default one.
        name: what to call it where it is not there any more.
    """

    live = True
    warning: str | None = None
    duration: float | None = None

    def __init__(self, key: str | None, name: str = "") -> None:
        self._key = key
        self._name = name
        self._closed = False
        # An output must not be let go of while the other thread reads from it.
        self._reading = threading.Lock()
        self._recorder: Any = None

    def open(self) -> AudioFormat:
        """Start recording.

        Raises:
            InputError: there is no such output, or it can't be opened.
        """
        library = _library()
        try:
            key = self._key or library.default_speaker().id
            output = library.get_microphone(key, include_loopback=True)
            self._name = output.name
            recorder = output.recorder(RATE, blocksize=_BLOCK)
            with self._reading:
                self._recorder = recorder.__enter__()
        except (RuntimeError, IndexError, AssertionError) as error:
            raise InputError(f"“{self._name or 'The output'}” can't be heard.", _ANOTHER) from error
        return AudioFormat(RATE, output.channels)

    def read(self) -> Block | None:
        """Wait for the next 40 ms; None once closed.

        Raises:
            DeviceLostError: the output was unplugged.
        """
        with self._reading:
            if self._closed or self._recorder is None:
                self._let_go()
                return None
            try:
                samples = self._recorder.record(_BLOCK)
                return Block(samples, at=time.monotonic())
            except RuntimeError as error:
                raise DeviceLostError(f"“{self._name}” stopped delivering sound.", _ANOTHER) from error

    def close(self) -> None:
        """Stop recording and let go of the output. May be called twice."""
        self._closed = True
        # If reading takes too long, it will let go by itself.
        if self._reading.acquire(timeout=_PATIENCE):
            self._let_go()
            self._reading.release()

    def _let_go(self) -> None:
        recorder, self._recorder = self._recorder, None
        if recorder is not None:
            recorder.__exit__(None, None, None)


def _library() -> ModuleType:
    # Loads Windows' own libraries, which the first paint must not wait for.
    import soundcard

    library: ModuleType = soundcard
    return library
