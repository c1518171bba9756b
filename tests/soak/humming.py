"""Microphones that hum, each as loud as no other, so that it can be told which one is heard."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from app.recognizer.news import LaneTrouble, LevelChanged, News, Remark
from app.recognizer.service import CaptionService
from tests.audio.sounds import hum, write_wav
from tests.harness.pulse import MICROPHONE, PulseServer

WANTED: Final = "head"
LOUD: Final = {MICROPHONE: 0.1, WANTED: 0.3, "web": 0.6}
"""How loud each microphone hums, so that it can be told which one is heard: root mean square."""


def hums(folder: Path) -> None:
    """Write what each microphone hums."""
    for key, loud in LOUD.items():
        # A tone's root mean square is its height by the root of two.
        write_wav(folder / f"{key}.wav", hum(60.0, 16_000, loud=loud * 2**0.5), 16_000)


@dataclass(slots=True)
class Room:
    """A server with microphones that hum.

    Attributes:
        plugged: those that are there.
        default: the one that the system prefers, while it is there.
    """

    server: PulseServer
    folder: Path
    plugged: set[str] = field(default_factory=set)
    default: str = MICROPHONE
    hums: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def plug(self, key: str) -> None:
        """Plug a microphone in, unless the server brought it."""
        if key not in self.server.sources():
            self.server.add_microphone(key, key.title())
        self.plugged.add(key)
        feed = "micfeed" if key == MICROPHONE and f"{key}feed" not in self._sinks() else f"{key}feed"
        again = f'while paplay -d {feed} "{self.folder}/{key}.wav"; do :; done'
        self.hums[key] = subprocess.Popen(
            ["sh", "-c", again], env=self.server.env, stderr=subprocess.DEVNULL, start_new_session=True
        )

    def unplug(self, key: str) -> None:
        """Pull a microphone out."""
        self._hush(key)
        self.plugged.discard(key)
        self.server.unplug(key)

    def prefer(self, key: str) -> None:
        """Let the system prefer a microphone."""
        self.default = key
        self.server.pactl("set-default-source", key)

    def crash(self) -> None:
        """Kill the server."""
        self.server.kill()
        for key in list(self.hums):
            self._hush(key)
        self.plugged.clear()

    def close(self) -> None:
        """Hush all of it."""
        for key in list(self.hums):
            self._hush(key)

    def expected(self) -> set[str]:
        """Which microphones may be the one that is heard."""
        if WANTED in self.plugged:
            return {WANTED}
        return set(self.plugged)

    def _hush(self, key: str) -> None:
        hum = self.hums.pop(key, None)
        if hum is not None:
            with suppress(ProcessLookupError):
                # It leads a group of its own: itself and the player that it started.
                os.killpg(hum.pid, signal.SIGKILL)
            hum.wait()

    def _sinks(self) -> str:
        return self.server.pactl("list", "short", "sinks")


class Ear:
    """Listens to the service as the window does."""

    def __init__(self, service: CaptionService) -> None:
        self.service = service
        self.heard = ""
        self.heard_at = 0.0
        self.sentences: list[str] = []
        service.subscribe(self._take)

    def _take(self, news: News) -> None:
        now = time.monotonic()
        match news:
            case LevelChanged(_, level):
                self._level(level.rms, now)
            case Remark(sentence) | LaneTrouble(_, sentence):
                self.sentences.append(sentence)
            case _:
                pass

    def _level(self, rms: float, now: float) -> None:
        if rms < 0.02:
            self.heard = ""
            return
        self.heard_at = now
        self.heard = min(LOUD, key=lambda key: abs(LOUD[key] - rms))

    async def until(self, condition: Callable[[], bool], seconds: float) -> float:
        """Wait; the seconds it took, infinite where it did not come to that."""
        began = time.monotonic()
        while not condition():
            if time.monotonic() > began + seconds:
                return float("inf")
            await asyncio.sleep(0.02)
        return time.monotonic() - began
