"""Raw sound on standard input: s16le, mono, 16 kHz."""

from __future__ import annotations

import os
import select
import sys
import threading
from contextlib import suppress
from typing import BinaryIO

from app.audio.base import Block
from app.domain.audio import SPEECH_RATE, AudioFormat, from_pcm
from app.domain.errors import InputError

_MOST = SPEECH_RATE * 2
"""Bytes a second; no block is longer."""


class PcmStream:
    """Sound that another program pipes in. To be opened once.

    Args:
        stream: where it comes from; standard input when left out.
    """

    # The pipe holds the other program back.
    live = False
    duration: float | None = None
    warning: str | None = None

    def __init__(self, stream: BinaryIO | None = None) -> None:
        # There is none at all where the program was started without one.
        self._stream = stream or (sys.stdin.buffer if sys.stdin else None)
        self._odd = b""
        self._heard = False
        self._closed = False
        self._reading = threading.Lock()
        self._alarm: tuple[int, int] | None = None

    def open(self) -> AudioFormat:
        """Take standard input as it is.

        Raises:
            InputError: nothing is piped in.
        """
        if self._stream is None or self._stream.isatty():
            raise InputError("No sound is piped in.", "Pipe s16le sound, 16 kHz and mono, into the program.")
        # Windows can't wait for a pipe and an alarm at once; there, `read` ends when the pipe does.
        self._alarm = os.pipe() if os.name == "posix" and _has_descriptor(self._stream) else None
        return AudioFormat(SPEECH_RATE, 1)

    def read(self) -> Block | None:
        """Wait for what comes next, at most a second of it.

        Raises:
            InputError: nothing came at all, or the pipe broke.
        """
        # Not at the top: who lists the sources needs no arithmetic yet.

        data = self._odd
        while len(data) < 2:
            more = self._receive()
            if not more:
                self._expect_heard()
                return None
            data += more
        self._heard = True
        even = len(data) - len(data) % 2
        self._odd = data[even:]
        samples = from_pcm(data[:even])
        return Block(samples.reshape(-1, 1))

    def close(self) -> None:
        """Stop reading. Standard input itself is left alone."""
        self._closed = True
        if self._alarm is None:
            return
        with suppress(OSError):
            os.write(self._alarm[1], b"!")
        with self._reading:
            alarm, self._alarm = self._alarm, None
            for end in alarm or ():
                os.close(end)

    def _receive(self) -> bytes:
        with self._reading:
            if self._closed or self._stream is None:
                return b""
            try:
                if self._alarm is None:
                    return self._stream.read(_MOST)
                select.select([self._stream, self._alarm[0]], [], [])
                return b"" if self._closed else os.read(self._stream.fileno(), _MOST)
            except OSError as error:
                raise InputError("The sound piped in broke off.", "The captions so far are kept.") from error

    def _expect_heard(self) -> None:
        if not self._heard and not self._closed:
            raise InputError("No sound came through the pipe.", "Check the program that sends it.")


def _has_descriptor(stream: BinaryIO) -> bool:
    try:
        stream.fileno()
    except OSError:
        return False
    return True
