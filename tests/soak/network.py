"""`python -m tests.soak.network`: sessions over a network that loses, delays, reorders and goes dark.

Real TCP, in a network namespace of its own. Each line is one session; the seed replays its weather.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from itertools import cycle
from typing import Final

from tests.harness.program import ROOT
from tests.harness.wire import FAR, NEAR, Weather, Wire
from tests.soak.session import hurried, session

PACE: Final = 10.0
"""Seconds of sound in a second: weather must have time to change."""
KINDS: Final = (
    Weather(1.0, delay=0.02),
    Weather(2.5, loss=1.0),
    Weather(1.5, delay=0.05, jitter=0.1),
    Weather(1.0, delay=0.02, moves=True),
    Weather(1.5, delay=0.02, jitter=0.03, loss=0.1),
    Weather(1.5, delay=0.3, jitter=0.3, loss=0.03),
    Weather(1.0, loss=0.5),
)
"""Fair, dark, out of order, another network, losses, far away, and storm."""
SESSIONS: Final = (("fun-asr", False), ("qwen-asr", False), ("qwen-asr", True))


def alone() -> list[str]:
    """What to put before a command so that it is root in a network namespace of its own."""
    rights = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    return ["unshare", *rights, "--net"]


def obstacle() -> str:
    """Why there can be no such network on this machine; empty where there can."""
    probe = [*alone(), "ip", "tuntap", "add", "dev", "probe0", "mode", "tun"]
    try:
        tried = subprocess.run(probe, capture_output=True, text=True, check=False)
    except FileNotFoundError as missing:
        return f"needs {missing.filename}"
    return f"nobody may have a network of their own here: {tried.stderr.strip()}" if tried.returncode else ""


def forecast(seed: int, seconds: float) -> Iterator[Weather]:
    """Each kind of weather in turn, in an order of its own, for about so long."""
    kinds = list(KINDS)
    random.Random(seed).shuffle(kinds)
    for weather in cycle(kinds):
        if seconds <= 0:
            return
        seconds -= weather.seconds
        yield weather


def main() -> int:
    """Run the sessions, in a namespace of their own."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak.network", description=__doc__)
    parser.add_argument("--seconds", type=int, default=300, help="of sound in each session")
    parser.add_argument("--seed", type=int, default=random.randrange(10_000), help="of the weather")
    parser.add_argument("--sessions", type=int, default=len(SESSIONS), help="how many of them")
    parser.add_argument("--inside", action="store_true", help="this is the namespace already")
    wanted = parser.parse_args()
    if not wanted.inside:
        if problem := obstacle():
            print(f"network: left out; {problem}", flush=True)
            return 0
        here = [sys.executable, "-m", "tests.soak.network", *sys.argv[1:]]
        return subprocess.call([*alone(), *here, f"--seed={wanted.seed}", "--inside"], cwd=ROOT)
    results = [
        _run(engine, manual, wanted.seconds, wanted.seed + number)
        for number, (engine, manual) in enumerate(SESSIONS[: wanted.sessions])
    ]
    return 0 if all(results) else 1


def _run(engine: str, manual: bool, seconds: int, seed: int) -> bool:
    # Fair again once all sound has been sent for the first time.
    with hurried(), Wire(forecast(seed, seconds / PACE), seed) as wire:
        rough = asyncio.run(
            session(engine, manual=manual, seconds=seconds, faults=(), pace=PACE, listens=NEAR, reached=FAR)
        )
    whole = rough.numbers == list(range(seconds))
    cut = "manual" if manual else "vad"
    counts = ", ".join(f"{number} {name}" for name, number in sorted(wire.counts.items()))
    print(
        f"{engine:10} {cut:6} seed {seed:5}: {'whole' if whole else rough.numbers}; "
        f"{rough.interrupted} interruptions; packets: {counts}",
        flush=True,
    )
    return whole


if __name__ == "__main__":
    sys.exit(main())
