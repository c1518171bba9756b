"""A service's words on the overlay: what the program adds to a bare web socket, in time and in work.

All clients send the same sound at the same pace in the same packets, and are told the same, at the same
time: what the computer does beside is no advantage of any. Each part of the program stands beside the least
that does the same: the engine, which is handed its sound, beside a bare client, which is handed it too; the
program, which hears, beside a client that hears as a sound card's library lets it. None of these clients
shows anything: whatever the window does beside hearing and talking to the service counts against it, a
transcript and two windows that are painted at each word. Work is that of the whole process, from its first
second of sound, once all are as far, to its last; starting up and loading are no part of it for anybody.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import time
import wave
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from app.audio.bundled import sample_path
from app.domain.request import Pace
from app.folders import Folders
from app.settings import Settings
from app.settings_store import SettingsStore
from tests.benchmarks.rows import Row
from tests.benchmarks.service_clients import KEY, words_of
from tests.benchmarks.side_by_side import share_of_core, side_by_side, wait_for
from tests.harness import display
from tests.simulator import Scripted, Sentence, Simulator
from tests.simulator.running import running

SECONDS = 20
RUNS = 5
CLIENTS = ("bare", "live", "engine", "transcribe", "window", "traced")
"""The last one is the window again: writing down when it painted is work that it does not do otherwise."""
TEXT = (
    "It was the best of times, it was the worst of times, it was the age of wisdom, it was the age of "
    "foolishness, it was the epoch of belief."
)
SCRIPT = [Sentence(f"{n}. {TEXT}", 5.0 * n + 0.3, 5.0 * n + 4.7) for n in range(SECONDS // 5)]


@dataclass(frozen=True)
class Run:
    """One client's turn.

    Attributes:
        share: of one core, while it sent sound.
        sent: when the server sent which words.
        log: where a client wrote down what it made of them.
    """

    share: float
    sent: list[tuple[float, str]]
    log: Path

    @property
    def received(self) -> list[float]:
        """Milliseconds from each message of the server until the bare client had read it."""
        moments = json.loads(self.log.read_text())
        return [1000 * (moment - at) for (at, _), moment in zip(self.sent, moments, strict=True)]

    @property
    def painted(self) -> list[float]:
        """Milliseconds from each message of the server until the window had painted it."""
        moments = [json.loads(line) for line in self.log.read_text("utf-8").splitlines()]
        return [1000 * (moment - at) for at, moment in _painted(self.sent, moments)]


def run() -> list[Row]:
    """All clients side by side, several times; needs no display."""
    with tempfile.TemporaryDirectory() as folder:
        turns = [_turn(Path(folder) / str(number)) for number in range(RUNS)]
        received = statistics.median(delay for turn in turns for delay in turn["bare"].received)
        added = [delay - received for turn in turns for delay in turn["traced"].painted]
    return [
        Row("service: bare client, sent to received, median", received, "ms"),
        Row("service: window, added until painted, median", statistics.median(added), "ms", 15.0),
        Row("service: window, added until painted, p95", statistics.quantiles(added, n=20)[18], "ms", 40.0),
        _share(turns, "bare", "bare client"),
        _share(turns, "engine", "engine"),
        _share(turns, "live", "client that hears"),
        _share(turns, "transcribe", "transcribe"),
        _share(turns, "window", "window"),
        Row("service: engine to bare client", _ratio(turns, "engine", "bare"), "x", 1.5),
        Row("service: transcribe to client that hears", _ratio(turns, "transcribe", "live"), "x", 1.5),
        Row("service: window to client that hears", _ratio(turns, "window", "live"), "x", 1.5),
        # No goal: that client hears nothing. For whoever wants to know what the rest costs.
        Row("service: transcribe to bare client", _ratio(turns, "transcribe", "bare"), "x"),
        Row("service: window to bare client", _ratio(turns, "window", "bare"), "x"),
    ]


def _share(turns: Sequence[dict[str, Run]], kind: str, name: str) -> Row:
    return Row(f"service: {name}", 100 * statistics.median(turn[kind].share for turn in turns), "% of a core")


def _ratio(turns: Sequence[dict[str, Run]], one: str, other: str) -> float:
    return statistics.median(turn[one].share / turn[other].share for turn in turns)


def _turn(folder: Path) -> dict[str, Run]:
    """All clients once."""
    folder.mkdir()
    return side_by_side(CLIENTS, partial(_run, _talk(folder / "talk.wav")))


def _run(talk: Path, kind: str, begin: Callable[[], object]) -> Run:
    """One client, with a server of its own."""
    log = talk.with_name(f"{kind}.log")
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "DASHSCOPE_API_KEY": KEY}
    with running(Scripted(SCRIPT)) as sim, display.running(_command(kind, sim.url, talk, log), env) as client:
        share = share_of_core(client.pid, sim, SECONDS, begin)
        wait_for(lambda: sim.sessions[0].finished, "the end of the session")
        # What was sent last is still to be painted.
        time.sleep(0.5)
        return Run(share, list(_words(sim)), log)


def _command(kind: str, url: str, talk: Path, log: Path) -> list[str]:
    if kind in ("bare", "live", "engine"):
        return [sys.executable, "-m", "tests.benchmarks.service_clients", kind, url, str(talk), str(log)]
    profile = talk.with_name(f"{kind}.profile")
    # The window plays recordings as fast as it can, unless it is told otherwise.
    SettingsStore(Folders.below(profile).settings).save(Settings(pace=Pace.REALTIME))
    what = {
        "transcribe": ["transcribe", str(talk), "--pace", "realtime", "--quiet"],
        "window": ["--listen", str(talk)],
        "traced": ["--listen", str(talk), "--trace", str(log)],
    }[kind]
    service = ["--engine", "qwen-asr", "--endpoint", url]
    return [sys.executable, "-m", "app", *what, "--profile-dir", str(profile), *service]


def _talk(path: Path) -> Path:
    """The beginning of the sample, as a sound card would have heard it."""
    with wave.open(str(sample_path())) as source, wave.open(str(path), "wb") as target:
        target.setparams(source.getparams())
        target.writeframes(source.readframes(SECONDS * source.getframerate()))
    return path


def _words(sim: Simulator) -> Iterator[tuple[float, str]]:
    """When the server sent which words."""
    for frame in sim.log:
        if frame.direction == "s>c" and (text := words_of(frame.content)) is not None:
            yield frame.at, text


def _painted(
    sent: Sequence[tuple[float, str]], moments: Sequence[dict[str, Any]]
) -> Iterator[tuple[float, float]]:
    """For each message that changed the overlay: when it was sent, and when that was painted."""
    left = iter(sent)
    at: float | None = None
    for moment in moments:
        if moment["kind"] == "event" and "text" in moment:
            at = next((when for when, text in left if text.strip() == moment["text"]), None)
        elif moment["kind"] == "painted" and at is not None:
            yield at, moment["t"]
            at = None
