"""Microphones that come and go: `python -m tests.soak.devices [--minutes M] [--events N] [--seed N]`.

A session runs against a real sound server (`--server`), while at random moments microphones are pulled out
and plugged in, the default one changes, and the server is killed and started again. Ends with status 1 where
captions did not go on with the right microphone in time, where a gap was not marked, or where the clock went
wrong.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from app.audio.sources import open_source
from app.domain.events import Gap
from app.domain.request import MicrophoneSource, SessionPlan
from app.recognizer.service import CaptionService
from app.recognizer.status import Failed, Idle, Listening, Waiting
from tests.fakes.engine import CountingEngine
from tests.harness.pipewire import PipeWireServer
from tests.harness.pulse import MICROPHONE, PulseServer
from tests.soak.humming import LOUD, WANTED, Ear, Room, hums

SERVERS: Final = {"pulseaudio": PulseServer, "pipewire": PipeWireServer}
LIMIT: Final = 10.0
"""Seconds until the right microphone must be heard: far more than it takes, for machines that are busy."""
SAYS: Final = 5.0
"""Seconds until the service says whether it hears anything."""
_RESTARTED: Final = "server restarted"
_ALL_OUT: Final = "all pulled out"
_INTERRUPTIONS: Final = (_RESTARTED, _ALL_OUT)
"""These take away the microphone that is heard, even where it is heard again afterwards."""
ASTRAY: Final = 0.1
"""Seconds by which the session's clock may be off at the end: 50 ms, and a block that it may be late."""


@dataclass(slots=True)
class Report:
    """What came of it.

    Attributes:
        took: seconds until the right microphone was heard, for each event.
        faults: what went wrong.
    """

    took: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


class Story:
    """The events, one after the other."""

    def __init__(self, room: Room, ear: Ear, chance: random.Random, report: Report) -> None:
        self._room = room
        self._ear = ear
        self._chance = chance
        self._report = report

    async def happen(self, number: int) -> None:
        """One event, and what must come of it."""
        room, ear = self._room, self._ear
        before, moment = ear.heard, ear.service.elapsed
        title, act = self._draw()
        await asyncio.to_thread(act)
        after, expected, took = ear.service.elapsed, room.expected(), 0.0
        if expected:
            took = await self._heard(expected)
            self._report.took.append(took)
        print(
            f"{number:3} {moment:8.2f} {title:20} {before or '-':8} -> {ear.heard or '-':8} {took:5.2f} s",
            flush=True,
        )
        if took == float("inf"):
            self._fault(number, f"{title}: {ear.heard or 'nothing'} is heard, not {expected}")
        gone = before and (before not in room.plugged or title in _INTERRUPTIONS)
        if gone and expected and not await self._marked(moment - 1.0, after + 3.0):
            self._fault(number, f"{title}: no gap between {moment:.2f} and {after:.2f}")
        right = Listening if expected else Waiting
        if await ear.until(lambda: isinstance(ear.service.status, right), SAYS) == float("inf"):
            self._fault(number, f"{title}: the service is {ear.service.status}")

    async def _heard(self, expected: set[str]) -> float:
        ear, asked = self._ear, time.monotonic()
        return await ear.until(lambda: ear.heard in expected and ear.heard_at > asked, LIMIT)

    def _draw(self) -> tuple[str, Callable[[], None]]:
        room, chance = self._room, self._chance
        missing = [key for key in LOUD if key not in room.plugged]
        acts: list[tuple[str, Callable[[], None]]] = [(_RESTARTED, self._restart)]
        acts += [(f"{key} plugged in", partial(room.plug, key)) for key in missing] * 3
        acts += [(f"{key} pulled out", partial(room.unplug, key)) for key in sorted(room.plugged)] * 2
        acts += [(f"{key} preferred", partial(room.prefer, key)) for key in sorted(room.plugged)]
        if len(room.plugged) > 1:
            acts.append((_ALL_OUT, self._all_out))
        return chance.choice(acts)

    def _all_out(self) -> None:
        for key in sorted(self._room.plugged):
            self._room.unplug(key)
        time.sleep(self._chance.uniform(0.5, 3.0))
        self._room.plug(self._chance.choice(sorted(LOUD)))

    def _restart(self) -> None:
        wanted = WANTED in self._room.plugged
        self._room.crash()
        time.sleep(self._chance.uniform(0.2, 3.0))
        self._room.server.start_again()
        # The server brings one of its own.
        self._room.plug(MICROPHONE)
        if wanted:
            self._room.plug(WANTED)

    async def _marked(self, start: float, end: float) -> bool:
        def marked() -> bool:
            entries = self._ear.service.transcript.entries
            return any(isinstance(one, Gap) and one.start < end and one.end > start for one in entries)

        return await self._ear.until(marked, 2.0) < float("inf")

    def _fault(self, number: int, what: str) -> None:
        self._report.faults.append(f"event {number}: {what}")


async def session(server: PulseServer, folder: Path, minutes: float, events: int, seed: int) -> Report:
    """Caption while microphones come and go."""
    report, chance = Report(), random.Random(seed)
    room = Room(server, folder)
    for key in LOUD:
        room.plug(key)
    service = CaptionService(open_source, lambda name, request: CountingEngine(), sound=folder)
    ear = Ear(service)
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(service.run())
            await asyncio.sleep(0)
            service.start(SessionPlan(MicrophoneSource(WANTED, WANTED.title()), "counting"))
            await ear.until(lambda: ear.heard == WANTED, LIMIT)
            began, ahead = time.monotonic(), await _ahead(service)
            story = Story(room, ear, chance, report)
            for number in range(1, events + 1):
                due = began + minutes * 60 * number / (events + 1)
                await asyncio.sleep(max(0.2, due - time.monotonic() + chance.uniform(-1.0, 1.0)))
                await story.happen(number)
            await _end(room, ear, report, began, ahead)
            service.close()
    finally:
        room.close()
    return report


async def _ahead(service: CaptionService) -> float:
    """How far the session's clock is from the wall's: closest right after a block, and blocks are 50 ms."""
    ahead = []
    for _ in range(50):
        await asyncio.sleep(0.02)
        ahead.append(service.elapsed - time.monotonic())
    return max(ahead)


async def _end(room: Room, ear: Ear, report: Report, began: float, ahead: float) -> None:
    service = ear.service
    if not room.plugged:
        await asyncio.to_thread(room.plug, MICROPHONE)
    await ear.until(lambda: bool(ear.heard), LIMIT)
    off = await _ahead(service) - ahead
    if abs(off) > ASTRAY:
        report.faults.append(f"the clock is off by {off:.3f} s")
    lasted = time.monotonic() - began
    service.finish()
    if await ear.until(lambda: isinstance(service.status, Idle | Failed), LIMIT) == float("inf"):
        report.faults.append("the session did not end")
    gaps = [gap.end - gap.start for gap in service.transcript.entries if isinstance(gap, Gap)]
    print(f"{len(gaps)} gaps, {sum(gaps):.1f} s in all; clock {off * 1000:+.0f} ms after {lasted:.0f} s")


def main() -> int:
    """Run it, and say how it went."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak.devices", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--events", type=int, default=50)
    parser.add_argument("--seed", type=int, default=random.randrange(10_000))
    parser.add_argument("--server", choices=sorted(SERVERS), default="pulseaudio")
    wanted = parser.parse_args()
    if shutil.which(wanted.server) is None:
        print(f"devices: left out; needs {wanted.server}", flush=True)
        return 0
    print(f"devices: {wanted.server}, seed {wanted.seed}", flush=True)
    with tempfile.TemporaryDirectory() as folder, SERVERS[wanted.server]() as server:
        hums(Path(folder))
        report = asyncio.run(session(server, Path(folder), wanted.minutes, wanted.events, wanted.seed))
    took = sorted(report.took)
    half, last = took[len(took) // 2], took[-1]
    print(f"{len(took)} times heard again: half within {half:.2f} s, all within {last:.2f} s")
    for fault in report.faults:
        print(f"FAULT: {fault}")
    return 1 if report.faults else 0


if __name__ == "__main__":
    sys.exit(main())
