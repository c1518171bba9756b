"""What the sound server of Linux announces: devices, the default one, and who records what."""

from __future__ import annotations

import math
import os
import re
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from app.audio.portaudio import STREAM_MARK
from app.audio.pulse import BETWEEN_LOOKS, pactl, tool_environment

_DEVICES = re.compile(rb"'(?:new|remove)' on (?:source|sink) #|'change' on server\b")
_STREAMS = re.compile(rb"'change' on source-output #")
_SETTLED = 1.0
"""Seconds after which the tool surely listens to what the server announces."""
_AGAIN = 1.0
"""Seconds until a server that went is asked for once more."""


class Watch(Protocol):
    """Notices that the devices are others than before, sooner or later."""

    def changed(self) -> bool:
        """Whether something happened since this was asked last; takes no time."""

    def close(self) -> None:
        """Stop watching. May be called twice."""


class Announcements:
    """One run of the server's tool that prints what happens. Needs no thread.

    Args:
        streams: whether streams that are moved count, too.
    """

    def __init__(self, streams: bool = False) -> None:
        self._wanted = (_DEVICES, _STREAMS) if streams else (_DEVICES,)
        self._process = subprocess.Popen(
            ["pactl", "subscribe"],  # noqa: S607 - it lies where the distribution puts it
            env=tool_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._rest = b""
        self.ended = False
        os.set_blocking(self.fileno(), False)

    def fileno(self) -> int:
        """What becomes readable when something was announced."""
        assert self._process.stdout is not None
        return self._process.stdout.fileno()

    def heard(self) -> bool:
        """Whether something of interest was announced; sets `ended` once the server is gone."""
        lines = self._rest
        with suppress(BlockingIOError):
            while not self.ended:
                news = os.read(self.fileno(), 65536)
                lines += news
                self.ended = not news
        self._rest = lines[lines.rfind(b"\n") + 1 :]
        return any(pattern.search(lines) for pattern in self._wanted)

    def close(self) -> None:
        """End the tool. May be called twice."""
        self._process.kill()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()


class ServerWatch:
    """Watches the sound server, also one that is restarted; may tell of it a tenth of a second later."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._closed = False
        self._announcements: Announcements | None = None
        self._begin_at = -math.inf
        self._settles_at = math.inf
        self._look_at = -math.inf
        self._begin()

    def changed(self) -> bool:
        """Whether devices came or went, or streams were moved, since this was asked last."""
        with self._guard:
            return not self._closed and self._changed(time.monotonic())

    def close(self) -> None:
        """Stop watching. May be called twice."""
        with self._guard:
            self._closed = True
            if self._announcements is not None:
                self._announcements.close()

    def _changed(self, now: float) -> bool:
        if self._announcements is None:
            if now >= self._begin_at:
                self._begin()
            return False
        if now < self._look_at:
            return False
        self._look_at = now + BETWEEN_LOOKS
        heard = self._announcements.heard()
        if self._announcements.ended:
            self._announcements.close()
            self._announcements, self._begin_at = None, now + _AGAIN
            return True
        if now >= self._settles_at:
            # Something may have happened before the tool had begun to listen.
            self._settles_at = math.inf
            return True
        return heard

    def _begin(self) -> None:
        # Without the tool nothing is announced, and nothing is listed either.
        with suppress(OSError):
            self._announcements = Announcements(streams=True)
        now = time.monotonic()
        self._begin_at, self._settles_at = now + _AGAIN, now + _SETTLED


class LateWatch:
    """Watches the sound server from when there is one; `served` says so, and takes no time."""

    def __init__(self, served: Callable[[], bool]) -> None:
        self._served = served
        self._guard = threading.Lock()
        self._closed = False
        self._watch: ServerWatch | None = None

    def changed(self) -> bool:
        """Whether devices came or went, or streams were moved, since this was asked last."""
        with self._guard:
            if self._watch is None and not self._closed and self._served():
                self._watch = ServerWatch()
            return self._watch is not None and self._watch.changed()

    def close(self) -> None:
        """Stop watching. May be called twice."""
        with self._guard:
            self._closed = True
            if self._watch is not None:
                self._watch.close()


def recorded_source(mark: str) -> int | None:
    """Number of the source that the stream with this mark records; None where nobody knows."""
    try:
        return parse_recordings(pactl("list", "source-outputs")).get(mark)
    except (OSError, subprocess.SubprocessError):
        return None


def parse_recordings(listing: str) -> dict[str, int]:
    """Which source each of our streams records, by its mark, from what `pactl list source-outputs` says."""
    recordings = {}
    for text in re.split(r"^Source Output #", listing, flags=re.MULTILINE)[1:]:
        source = re.search(r"^\tSource: (\d+)$", text, re.MULTILINE)
        mark = re.search(rf'^\t\t{re.escape(STREAM_MARK)} = "(.*)"$', text, re.MULTILINE)
        if source and mark:
            recordings[mark[1]] = int(source[1])
    return recordings
