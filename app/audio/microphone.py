"""A microphone, through PortAudio."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from types import ModuleType
from typing import TYPE_CHECKING

from app.audio.base import Block
from app.audio.devices import Opening, find_input
from app.audio.loss import LossMeter
from app.audio.portaudio import PORTAUDIO, RelistedError, Stream
from app.audio.pulse import SourceWatch
from app.audio.ring import Ring
from app.audio.server_watch import recorded_source
from app.domain.audio import AudioFormat
from app.domain.errors import DeviceLostError, InputError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from sounddevice import CallbackFlags

_BLOCK_SECONDS = 0.05
"""Long enough to wake up rarely, short enough not to be noticed as a delay."""
_KEPT_SECONDS = 5.0
"""How late a reader may be before sound is given up."""
_FIRST_PATIENCE = 10.0
"""A wireless headset takes seconds to become a microphone."""
_PATIENCE = 3.0
"""No device pauses this long between two blocks."""
_TRIES = 3
"""How often a device is looked for that others move about in the list; they do so in a moment."""
_GLANCE = 0.2
"""Seconds of waiting after which it is time to see whether the microphone is still there."""
_BUSY = -9985
"""PortAudio's paDeviceUnavailable."""
_BAD_RATE = -9997
"""PortAudio's paInvalidSampleRate."""
_HOST_ERROR = -9999
"""PortAudio's paUnanticipatedHostError."""
_EXCLUSIVE = -2004287478
"""Windows' AUDCLNT_E_DEVICE_IN_USE (0x8889000A)."""
_FORBIDDEN = -2147024891
"""Windows' E_ACCESSDENIED (0x80070005): the privacy settings keep programs from the microphone."""


class Microphone:
    """One microphone's sound, at its own rate and with its own channels. To be opened once.

    Args:
        device: key of the microphone (`audio.devices`); None for the system's default one.
        name: what to call it where it is not there any more.
        find: says how to record from it; for what is recorded as a microphone is, and is none.
        kind: what that is.
    """

    live = True
    warning: str | None = None
    duration: float | None = None

    def __init__(
        self,
        device: str | None = None,
        name: str = "",
        find: Callable[[str | None, str], Opening] | None = None,
        kind: str = "microphone",
    ) -> None:
        self._find = find or find_input
        self._kind = kind
        self._key = device
        self._name = name
        self._patience = _FIRST_PATIENCE
        self._guard = threading.Lock()
        self._closed = False
        self._ring = Ring(0)
        self._stream: Stream | None = None
        self._watch: SourceWatch | None = None
        self._opening: Opening | None = None
        self._mark = f"{os.getpid()}-{id(self)}"

    def open(self) -> AudioFormat:
        """Start recording.

        Raises:
            InputError: there is no such microphone, or it can't be opened.
        """
        for _ in range(_TRIES - 1):
            with suppress(RelistedError):
                return self._open()
        try:
            return self._open()
        except RelistedError as error:
            raise explain(self._name, error, self._kind) from error

    def _open(self) -> AudioFormat:
        opening = self._find(self._key, self._name)
        self._name = opening.device.name
        if opening.format.rate <= 0 or opening.format.channels <= 0:
            raise InputError(
                f"“{self._name}” reports a sample rate of {opening.format.rate} Hz, so it can't be recorded.",
                f"Plug it in again, or choose another {self._kind}.",
            )
        self._ring = Ring(round(_KEPT_SECONDS * opening.format.rate))
        stream = self._start(opening, LossMeter(opening.format.rate))
        watch = SourceWatch(opening.source) if opening.source else None
        with self._guard:
            self._stream, self._watch, self._opening = stream, watch, opening
        if self._closed:
            self.close()
        return opening.format

    def read(self) -> Block | None:
        """Wait for the next 50 ms; None once closed and all that was recorded before has been read.

        Raises:
            DeviceLostError: the microphone was unplugged or stopped delivering.
        """
        block = self._next()
        if self._closed:
            return block
        if block is None or self._gone():
            raise DeviceLostError(
                f"“{self._name}” stopped delivering sound.",
                f"Check that it is plugged in, or choose another {self._kind}.",
            )
        self._patience = _PATIENCE
        return block

    def _next(self) -> Block | None:
        """Wait for a block; None where there is none to be waited for any more."""
        ring, until = self._ring, time.monotonic() + self._patience
        while True:
            block = ring.get(_GLANCE)
            if block is not None or ring.over or time.monotonic() >= until:
                return block
            # PipeWire takes a stream whose microphone went to another one late, or not at all.
            if self._gone():
                return None

    def _gone(self) -> bool:
        watch = self._watch
        return watch is not None and watch.gone()

    def strayed(self) -> bool:
        """Whether the sound server took us to another microphone than the one that was opened."""
        source = self._opening.source if self._opening else None
        recorded = recorded_source(self._mark) if source else None
        return source is not None and recorded is not None and recorded != source.index

    def close(self) -> None:
        """Stop recording and let go of the microphone."""
        self._closed = True
        self._ring.close()
        with self._guard:
            stream, self._stream = self._stream, None
            watch, self._watch = self._watch, None
        if stream is not None:
            PORTAUDIO.close(stream)
        if watch is not None:
            watch.close()

    def _start(self, opening: Opening, meter: LossMeter) -> Stream:
        def hear(data: NDArray[np.float32], frames: int, _when: object, status: CallbackFlags) -> None:
            now = time.monotonic()
            lost = meter.lost(now, frames, status.input_overflow)
            # The device writes the next block over this one.
            self._ring.put(data.copy(), lost, now)

        def create(sounddevice: ModuleType) -> Stream:
            stream: Stream = sounddevice.InputStream(
                device=opening.entry.index,
                samplerate=opening.format.rate,
                channels=opening.format.channels,
                blocksize=round(_BLOCK_SECONDS * opening.format.rate),
                dtype="float32",
                callback=hear,
                finished_callback=self._ring.close,
            )
            return stream

        try:
            source = opening.source.name if opening.source else None
            return PORTAUDIO.open(create, opening.entry, source, self._mark)
        except (InputError, RelistedError):
            raise
        except Exception as error:  # the library's own class can't be named without importing it
            raise explain(self._name, error, self._kind) from error


def explain(
    name: str, error: Exception, kind: str = "microphone", platform: str = sys.platform
) -> InputError:
    """Say what PortAudio's refusal means for a person."""
    code = error.args[1] if len(error.args) > 1 else None
    # Where PortAudio passes on what the system said: its sound system, the system's number, its words.
    host = error.args[2] if len(error.args) > 2 else None
    system_code = host[1] if isinstance(host, tuple) and len(host) > 1 else None
    if code == _BUSY or system_code == _EXCLUSIVE:
        return InputError(
            f"“{name}” is in use by another program.", f"Close that program, or choose another {kind}."
        )
    if system_code == _FORBIDDEN or (platform == "darwin" and code == _HOST_ERROR):
        return InputError(f"Programs may not use “{name}”.", permission_advice(platform))
    if code == _BAD_RATE:
        return InputError(
            f"“{name}” changed its sample rate while it was being opened.",
            f"Try again, or choose another {kind}.",
        )
    return InputError(
        f"“{name}” can't be opened.",
        f"Check that it is plugged in and that programs may use the {kind}, then try again.",
    )


def permission_advice(platform: str = sys.platform) -> str:
    """Where programs are allowed to use the microphone."""
    if platform == "darwin":
        return (
            "Allow Surtitle in System Settings, Privacy & Security, Microphone; then start the program again."
        )
    if platform == "win32":
        return (
            "Allow it in Settings, Privacy & security, Microphone: “Let desktop apps access your microphone”."
        )
    return "Allow it in the privacy settings of your desktop, then try again."
