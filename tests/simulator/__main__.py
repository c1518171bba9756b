"""`python -m tests.simulator`: a simulator for programs and people."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from tests.simulator.ears import Counting, Scripted
from tests.simulator.faults import ERRORS, Fault, FaultKind
from tests.simulator.hearing import Recognition
from tests.simulator.options import Variant
from tests.simulator.server import Simulator
from tests.simulator.speech import Speech

RECOGNITIONS: Final[dict[str, type[Recognition]]] = {
    "scripted": Scripted,
    "counting": Counting,
    "speech": Speech,
}
FAULTS: Final = f"""\
A fault is KIND[=VALUE][@SECONDS][#CONNECTION[-[LAST]]], such as drop@2.5#1 or error=Arrearage.
Kinds: {", ".join(FaultKind)}.
Codes for error: {", ".join(ERRORS)}.
"""


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="tests.simulator",
        description=__doc__,
        epilog=FAULTS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--recognize", choices=RECOGNITIONS, default="scripted")
    parser.add_argument("--fault", type=Fault.parse, action="append", default=[], metavar="FAULT")
    parser.add_argument("--variant", type=Variant, action="append", default=[], choices=list(Variant))
    parser.add_argument("--key", action="append", default=[], help="let in these keys only")
    parser.add_argument("--denied-key", action="append", default=[], help="answer 403 to this key")
    parser.add_argument("--workspace", action="append", help="the workspaces there are")
    parser.add_argument("--starvation", type=float, default=23.0, help="seconds without sound (23)")
    parser.add_argument("--silence-limit", type=float, default=60.0, help="silence without heartbeat (60)")
    parser.add_argument("--idle", type=float, default=60.0, help="seconds without a task (60)")
    parser.add_argument("--starts-per-second", type=int, default=20)
    parser.add_argument("--log", type=Path, help="every message as a line of JSON")
    return parser.parse_args()


async def main(given: argparse.Namespace) -> None:
    """Serve until told to stop; then say what was counted."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    with ExitStack() as files:
        log = None if given.log is None else files.enter_context(given.log.open("w", encoding="utf-8"))
        simulator = Simulator(
            RECOGNITIONS[given.recognize](),
            faults=given.fault,
            port=given.port,
            log=log,
            keys=frozenset(given.key),
            denied_keys=frozenset(given.denied_key),
            workspaces=None if given.workspace is None else frozenset(given.workspace),
            starvation=given.starvation,
            silence_limit=given.silence_limit,
            idle=given.idle,
            starts_per_second=given.starts_per_second,
            variants=frozenset(given.variant),
        )
        async with simulator:
            print(f"listening on {simulator.url}", flush=True)  # noqa: T201  # callers read it
            await stop.wait()
    json.dump(dict(simulator.counts), sys.stderr)
    sys.stderr.write("\n")


if __name__ == "__main__":
    asyncio.run(main(arguments()))
