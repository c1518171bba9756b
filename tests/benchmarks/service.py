"""A service's words on the overlay: what the program adds to a bare web socket, in time and in work.

All clients send the same sound at the same pace in the same packets to the same server, and are told the
same. Each part of the program stands beside the least that does the same: the engine, which is handed its
sound, beside a bare client, which is handed it too; the program, which hears, beside a client that hears as a
sound card's library lets it. None of these clients shows anything: whatever the window does beside hearing
and talking to the service counts against it, a transcript and two windows that are painted at each word. Work
is that of the whole process, from the first second of sound to the last; starting up and loading are no part
of it for anybody.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import wave
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from app.audio.bundled import sample_path
from app.domain.request import Pace
from app.folders import Folders
from app.settings import Settings
from app.settings_store import SettingsStore
from tests.benchmarks.rows import Row
from tests.benchmarks.service_clients import KEY, words_of
from tests.harness.program import ROOT
from tests.simulator import Scripted, Sentence, Simulator
from tests.simulator.running import running

SECONDS = 20
RUNS = 3
PATIENCE = 60.0
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
        delays: milliseconds from each message of the server to what the client made of it.
    """

    share: float
    delays: list[float] = field(default_factory=list)


def run() -> list[Row]:
    """Each client in turns, all hearing the same; needs no display."""
    with tempfile.TemporaryDirectory() as folder, running(Scripted(SCRIPT)) as sim:
        talk = _talk(Path(folder) / "talk.wav")
        # The window plays recordings as fast as it can, unless it is told otherwise.
        SettingsStore(Folders.below(_profile(talk)).settings).save(Settings(pace=Pace.REALTIME))
        bare, live, engines, headless, windows, traced = [], [], [], [], [], []
        for _ in range(RUNS):
            bare.append(_bare(sim, talk))
            live.append(_live(sim, talk))
            engines.append(_engine(sim, talk))
            headless.append(_headless(sim, talk))
            windows.append(_window(sim, talk))
            traced.append(_traced(sim, talk))
    received = statistics.median(delay for one in bare for delay in one.delays)
    added = [delay - received for one in traced for delay in one.delays]
    handed, hearing, alone, lean, whole = (
        statistics.median(one.share for one in runs) for runs in (bare, live, engines, headless, windows)
    )
    return [
        Row("service: bare client, sent to received, median", received, "ms"),
        Row("service: window, added until painted, median", statistics.median(added), "ms", 15.0),
        Row("service: window, added until painted, p95", statistics.quantiles(added, n=20)[18], "ms", 40.0),
        Row("service: bare client", 100 * handed, "% of a core"),
        Row("service: engine", 100 * alone, "% of a core"),
        Row("service: client that hears", 100 * hearing, "% of a core"),
        Row("service: transcribe", 100 * lean, "% of a core"),
        Row("service: window", 100 * whole, "% of a core"),
        Row("service: engine to bare client", alone / handed, "x", 1.5),
        Row("service: transcribe to client that hears", lean / hearing, "x", 1.5),
        Row("service: window to client that hears", whole / hearing, "x", 1.5),
    ]


def _talk(path: Path) -> Path:
    """The beginning of the sample, as a sound card would have heard it."""
    with wave.open(str(sample_path())) as source, wave.open(str(path), "wb") as target:
        target.setparams(source.getparams())
        target.writeframes(source.readframes(SECONDS * source.getframerate()))
    return path


def _bare(sim: Simulator, talk: Path) -> Run:
    log = talk.with_suffix(".json")
    share, sent = _heard(sim, _alone("bare", sim, talk, log))
    received = json.loads(log.read_text())
    pairs = zip(sent, received, strict=True)
    return Run(share, [1000 * (received_at - sent_at) for (sent_at, _), received_at in pairs])


def _live(sim: Simulator, talk: Path) -> Run:
    share, _ = _heard(sim, _alone("live", sim, talk, talk.with_suffix(".json")))
    return Run(share)


def _engine(sim: Simulator, talk: Path) -> Run:
    share, _ = _heard(sim, _alone("engine", sim, talk, talk.with_suffix(".json")))
    return Run(share)


def _alone(kind: str, sim: Simulator, talk: Path, log: Path) -> list[str]:
    return [sys.executable, "-m", "tests.benchmarks.service_clients", kind, sim.url, str(talk), str(log)]


def _headless(sim: Simulator, talk: Path) -> Run:
    share, _ = _heard(sim, _program(sim, talk, "transcribe", talk, "--pace", "realtime", "--quiet"))
    return Run(share)


def _window(sim: Simulator, talk: Path) -> Run:
    share, _ = _heard(sim, _program(sim, talk, "--listen", talk))
    return Run(share)


def _traced(sim: Simulator, talk: Path) -> Run:
    """The window again: writing down when it painted is work that it does not do otherwise."""
    trace = talk.with_suffix(".trace")
    share, sent = _heard(sim, _program(sim, talk, "--listen", talk, "--trace", trace))
    moments = [json.loads(line) for line in trace.read_text("utf-8").splitlines()]
    return Run(share, [1000 * (painted - at) for at, painted in _painted(sent, moments)])


def _profile(talk: Path) -> Path:
    return talk.parent / "profile"


def _program(sim: Simulator, talk: Path, *arguments: str | Path) -> list[str]:
    profile = ["--profile-dir", str(_profile(talk))]
    service = ["--engine", "qwen-asr", "--endpoint", sim.url]
    return [sys.executable, "-m", "app", *map(str, arguments), *profile, *service]


def _heard(sim: Simulator, command: Sequence[str]) -> tuple[float, list[tuple[float, str]]]:
    """Start a client; its share of a core while it sends sound, and when which words were sent to it."""
    sessions, messages = len(sim.sessions), len(sim.log)
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "DASHSCOPE_API_KEY": KEY}
    client = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL)
    try:
        share = share_of_core(sim, sessions, client.pid)
        _wait(lambda: sim.sessions[sessions].finished)
        # What was sent last is still to be painted.
        time.sleep(0.5)
    finally:
        client.terminate()
        client.wait(PATIENCE)
    return share, list(_words(sim, messages))


def share_of_core(sim: Simulator, session: int, pid: int) -> float:
    """How much of a core the process takes while it sends sound in that session, which is to come."""
    _wait(lambda: len(sim.sessions) > session and sim.sessions[session].audio >= 1.0)
    began, work = time.monotonic(), _work(pid)
    _wait(lambda: sim.sessions[session].audio >= SECONDS - 1.0)
    return (_work(pid) - work) / (time.monotonic() - began)


def _work(pid: int) -> float:
    """Seconds of the processor so far, of all threads, in the program and in the system."""
    if sys.platform == "linux":
        # Every process has a clock there, at this number. The usual way counts in hundredths of a second,
        # ten of which are all that the bare client takes.
        return time.clock_gettime(~pid << 3 | 2)
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


def _wait(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("the client did not do its part")
        time.sleep(0.02)


def _words(sim: Simulator, first: int) -> Iterator[tuple[float, str]]:
    """When the server sent which words."""
    for frame in sim.log[first:]:
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
