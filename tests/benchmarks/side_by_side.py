"""Several clients of a service at the same time: what the computer does beside is no advantage of any."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

import psutil

if TYPE_CHECKING:
    from tests.simulator import Simulator

T = TypeVar("T")
PATIENCE = 60.0
"""Seconds in which each does the next it has to do."""


def side_by_side(kinds: Sequence[str], run: Callable[[str, Callable[[], object]], T]) -> dict[str, T]:
    """Run all kinds at the same time, each in a thread; what comes of each.

    Args:
        run: takes a kind, and what to call at the beginning: it returns once all have called it.
    """
    begin = threading.Barrier(len(kinds), timeout=PATIENCE)

    def one(kind: str) -> T:
        try:
            return run(kind, begin.wait)
        except BaseException:
            # Nobody need wait for this one.
            begin.abort()
            raise

    with ThreadPoolExecutor(len(kinds)) as pool:
        futures = {kind: pool.submit(one, kind) for kind in kinds}
    for future in futures.values():
        error = future.exception()
        if error is not None and not isinstance(error, threading.BrokenBarrierError):
            raise error
    return {kind: future.result() for kind, future in futures.items()}


def share_of_core(pid: int, sim: Simulator, seconds: float, begin: Callable[[], object]) -> float:
    """How much of a core a client takes while it sends so many seconds of sound, but for the first and last.

    Raises:
        TimeoutError: by the time that all could begin, most of it was over for this one.
    """
    wait_for(lambda: sim.sessions and sim.sessions[0].audio >= 1.0, "the first sound")
    begin()
    if sim.sessions[0].audio > seconds / 2:
        raise TimeoutError("the clients were too far apart")
    began, work = time.monotonic(), _work(pid)
    wait_for(lambda: sim.sessions[0].audio >= seconds - 1.0, "the last sound")
    return (_work(pid) - work) / (time.monotonic() - began)


def wait_for(condition: Callable[[], object], what: str) -> None:
    """Wait until the condition is true.

    Raises:
        TimeoutError: it was not in time.
    """
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"{what} did not come within {PATIENCE:.0f} s")
        time.sleep(0.02)


def _work(pid: int) -> float:
    """Seconds of the processor so far, of all threads, in the program and in the system."""
    if sys.platform == "linux":
        # Every process has a clock there, at this number. The usual way counts in hundredths of a second,
        # ten of which are all that the bare client takes.
        return time.clock_gettime(~pid << 3 | 2)
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)
