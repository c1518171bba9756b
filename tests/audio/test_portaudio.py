"""Which device a stream is opened on, as the sound server's library is told."""

from __future__ import annotations

import ctypes
import os
import sys
from types import ModuleType

import pytest

from app.audio import portaudio
from app.audio.portaudio import PortAudio, Stream

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no sound server is told of anything there")


def in_libraries() -> bytes | None:
    get = ctypes.CDLL(None).getenv
    get.restype = ctypes.c_char_p
    value: bytes | None = get(b"PULSE_SOURCE")
    return value


class Idle:
    """A stream that does nothing."""

    def start(self) -> None: ...

    def write(self, data: object) -> bool:
        return False

    def abort(self, ignore_errors: bool = True) -> None: ...

    def close(self, ignore_errors: bool = True) -> None: ...


@pytest.mark.parametrize("before", [None, "theirs"])
def test_libraries_are_told_while_other_threads_find_their_environment_unchanged(
    monkeypatch: pytest.MonkeyPatch, before: str | None
) -> None:
    if before is None:
        monkeypatch.delenv("PULSE_SOURCE", raising=False)
    else:
        monkeypatch.setenv("PULSE_SOURCE", before)
    monkeypatch.setattr(portaudio, "_library", lambda: ModuleType("sounddevice"))
    seen, usual = [], dict(os.environ)

    def create(_: ModuleType) -> Stream:
        seen.append((in_libraries(), dict(os.environ)))
        return Idle()

    PortAudio().open(create, None, "ours", "a mark")
    PortAudio().open(create, None, None, "a mark")
    theirs = None if before is None else before.encode()
    assert seen == [(b"ours", usual), (theirs, usual)]
    assert in_libraries() == theirs
