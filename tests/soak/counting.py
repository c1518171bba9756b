"""Long sessions over a bad network: `python -m tests.soak.counting [--minutes 30] [--faults 200] [--seed N]`.

Each line is one session; the seed replays it. Ends with status 1 where a second was lost, doubled or moved.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import time

from tests.soak.faults import draw
from tests.soak.session import Outcome, hurried, session

SESSIONS = (
    ("fun-asr", False),
    ("qwen-asr", False),
    ("qwen-asr", True),
    ("qwen-omni", False),
    ("qwen-omni", True),
)


def main() -> int:
    """Run one session for each service and way to end sentences."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak.counting", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0, help="of sound in each session")
    parser.add_argument("--faults", type=int, default=200, help="connections that something happens to")
    parser.add_argument("--seed", type=int, default=random.randrange(10_000), help="of the faults")
    parser.add_argument("--pace", type=float, default=40.0, help="seconds of sound in a second")
    wanted = parser.parse_args()
    seconds = round(wanted.minutes * 60)
    whole = True
    for number, (engine, manual) in enumerate(SESSIONS):
        seed = wanted.seed + number
        faults = draw(wanted.faults, seconds, seed)
        began = time.monotonic()
        with hurried():
            calm, rough = (
                asyncio.run(session(engine, manual=manual, seconds=seconds, faults=some, pace=wanted.pace))
                for some in ((), faults)
            )
        problem = _problem(rough, calm, seconds)
        whole = whole and not problem
        print(
            f"{engine:10} {'manual' if manual else 'vad':6} seed {seed:5}: {problem or 'whole'}; "
            f"{rough.interrupted} interruptions, {time.monotonic() - began:.0f} s",
            flush=True,
        )
    return 0 if whole else 1


def _problem(rough: Outcome, calm: Outcome, seconds: int) -> str:
    """What is wrong with a session; empty where nothing is."""
    everything = list(range(seconds))
    if calm.numbers != everything or calm.interrupted:
        return f"no yardstick: undisturbed, {calm.interrupted} interruptions, {len(calm.numbers)} seconds"
    if rough.numbers != everything:
        missing = sorted(set(everything) - set(rough.numbers))
        doubled = sorted({one for one in rough.numbers if rough.numbers.count(one) > 1})
        return f"missing {missing[:9]}, doubled {doubled[:9]}"
    if len(rough.times) != len(calm.times):
        return f"{len(rough.times)} captions instead of {len(calm.times)}"
    if rough.furthest(calm) > 0.1:
        return f"moved by {rough.furthest(calm):.2f} s"
    return rough.jumps[0] if rough.jumps else ""


if __name__ == "__main__":
    sys.exit(main())
