"""A service's words of what is being said: the window beside the least that records and sends.

Both hear the same microphone of the same sound server, through the same library, and are told the same by the
same server. The client shows nothing; the window paints a transcript and an overlay at each word. Work is
that of the whole process, while it sends sound.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from app.audio.bundled import sample_path
from tests.benchmarks.rows import Row
from tests.benchmarks.service import PATIENCE, RUNS, SCRIPT, share_of_core
from tests.benchmarks.service_clients import KEY
from tests.harness.program import ROOT
from tests.harness.pulse import PulseServer
from tests.simulator import Scripted, Simulator
from tests.simulator.running import running


def run() -> list[Row]:
    """Both in turns; needs PulseAudio and no display."""
    clients, windows = [], []
    with tempfile.TemporaryDirectory() as folder, PulseServer() as server, running(Scripted(SCRIPT)) as sim:
        profile = ["--profile-dir", folder, "--engine", "qwen-asr", "--endpoint", sim.url]
        window = [sys.executable, "-m", "app", "--listen", "mic", *profile]
        client = [sys.executable, "-m", "tests.benchmarks.service_clients", "card", sim.url]
        client += [str(sample_path()), str(Path(folder) / "log.json")]
        for _ in range(RUNS):
            clients.append(_share(sim, server, client))
            windows.append(_share(sim, server, window))
    alone, whole = statistics.median(clients), statistics.median(windows)
    return [
        Row("service, live: client that records", 100 * alone, "% of a core"),
        Row("service, live: window", 100 * whole, "% of a core"),
        Row("service, live: window to client that records", whole / alone, "x", 1.5),
    ]


def _share(sim: Simulator, server: PulseServer, command: list[str]) -> float:
    """Start a client and have it hear the sample; its share of a core until it is stopped."""
    env = {**os.environ, **server.env, "QT_QPA_PLATFORM": "offscreen", "DASHSCOPE_API_KEY": KEY}
    session, talk = len(sim.sessions), server.play(sample_path())
    client = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL)
    try:
        return share_of_core(sim, session, client.pid)
    finally:
        for process in (client, talk):
            process.terminate()
            process.wait(PATIENCE)
