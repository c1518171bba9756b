"""A simulator for callers without an event loop: in a thread, or in a process of its own."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

from tests.harness.program import ROOT
from tests.simulator.server import Simulator

if TYPE_CHECKING:
    from tests.simulator.hearing import Recognition

PATIENCE = 10.0
"""Seconds in which a simulator starts or ends."""


@contextmanager
def running(recognition: Recognition | None = None, **options: Any) -> Iterator[Simulator]:
    """A simulator in a thread of its own, gone at the end; arguments as for `Simulator`."""
    simulator = Simulator(recognition, **options)
    started = threading.Event()
    failure: list[BaseException] = []
    stops: list[Callable[[], object]] = []

    async def live() -> None:
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        async with simulator:
            stops.append(lambda: loop.call_soon_threadsafe(stop.set))
            started.set()
            await stop.wait()

    def run() -> None:
        try:
            asyncio.run(live())
        except BaseException as error:  # noqa: BLE001  # raised again in the caller's thread
            failure.append(error)
            started.set()

    thread = threading.Thread(target=run, name="simulator")
    thread.start()
    try:
        assert started.wait(PATIENCE)
        if not failure:
            yield simulator
    finally:
        for stop in stops:
            stop()
        thread.join(PATIENCE)
    if failure:
        raise failure[0]


class Process:
    """A simulator in a process of its own, for `with`.

    Args:
        arguments: of the command line.
    """

    def __init__(self, *arguments: str) -> None:
        self._arguments = arguments
        self.url = ""

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "tests.simulator", "--port", "0", *self._arguments]
        self._process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.url = self._process.stdout.readline().removeprefix("listening on ").strip()
        if not self.url:
            self.__exit__()
            raise RuntimeError("the simulator did not start")
        return self

    def __exit__(self, *error: object) -> None:
        self._process.terminate()
        try:
            self._process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()

    def state(self) -> dict[str, Any]:
        """Counts, violations, sessions and hotword lists so far."""
        with urllib.request.urlopen(f"{self._http}/state", timeout=PATIENCE) as answer:
            return dict(json.load(answer))

    def inject(self, *faults: str) -> None:
        """Let something go wrong from now on."""
        body = " ".join(faults).encode()
        urllib.request.urlopen(f"{self._http}/faults", data=body, timeout=PATIENCE).close()

    @property
    def _http(self) -> str:
        return self.url.replace("ws://", "http://") + "/simulator"
