"""A service's words of what is being said: the window beside the least that hears, or records, and sends.

Window and client that records hear the same microphone of the same sound server at the same time, through the
same library. The client that hears is handed the same sound as a card's library would, without any server of
sound. All are told the same. The clients show nothing; the window paints a transcript and an overlay at each
word. Work is that of the whole process, while it sends sound.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from app.audio.bundled import sample_path
from tests.benchmarks.rows import Row
from tests.benchmarks.service import RUNS, SCRIPT, SECONDS
from tests.benchmarks.service_clients import KEY
from tests.benchmarks.side_by_side import share_of_core, side_by_side
from tests.harness import display
from tests.harness.pulse import PulseServer
from tests.simulator import Scripted
from tests.simulator.running import running

CLIENTS = ("hears", "records", "window")


def run() -> list[Row]:
    """All side by side, several times; needs PulseAudio and no display."""
    with tempfile.TemporaryDirectory() as folder, PulseServer() as server:
        turns = [_turn(server, Path(folder)) for _ in range(RUNS)]
    return [
        _share_row(turns, "hears", "client that hears"),
        _share_row(turns, "records", "client that records"),
        _share_row(turns, "window", "window"),
        Row("service, live: window to client that hears", _ratio(turns, "hears"), "x", 1.5),
        Row("service, live: window to client that records", _ratio(turns, "records"), "x", 1.5),
    ]


def _share_row(turns: Sequence[dict[str, float]], kind: str, name: str) -> Row:
    return Row(f"service, live: {name}", 100 * statistics.median(turn[kind] for turn in turns), "% of a core")


def _ratio(turns: Sequence[dict[str, float]], other: str) -> float:
    return statistics.median(turn["window"] / turn[other] for turn in turns)


def _turn(server: PulseServer, folder: Path) -> dict[str, float]:
    """All hear the sample once; the share of a core of each."""
    talk = server.play(sample_path())
    try:
        return side_by_side(CLIENTS, partial(_share, server, folder))
    finally:
        talk.terminate()
        talk.wait()


def _share(server: PulseServer, folder: Path, kind: str, begin: Callable[[], object]) -> float:
    """Start one of them, with a service of its own; its share of a core until it is stopped."""
    env = {**os.environ, **server.env, "QT_QPA_PLATFORM": "offscreen", "DASHSCOPE_API_KEY": KEY}
    with running(Scripted(SCRIPT)) as sim, display.running(_command(kind, sim.url, folder), env) as client:
        return share_of_core(client.pid, sim, SECONDS, begin)


def _command(kind: str, url: str, folder: Path) -> list[str]:
    if kind != "window":
        client = [
            sys.executable,
            "-m",
            "tests.benchmarks.service_clients",
            "live" if kind == "hears" else "card",
        ]
        return [*client, url, str(sample_path()), str(folder / f"{kind}.json")]
    window = [sys.executable, "-m", "app", "--listen", "mic", "--profile-dir", str(folder)]
    return [*window, "--engine", "qwen-asr", "--endpoint", url]
