"""An ear at the test speakers."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from tests.audio.listener import wait_until
from tests.harness.pulse import SPEAKERS, PulseServer

RATE = 16_000


class Ear:
    """What was heard, once it is over: shape (n,), at 16 kHz."""

    def __init__(self) -> None:
        self.heard = np.empty(0, np.float32)


@contextmanager
def listening(pulse: PulseServer) -> Iterator[Ear]:
    """Hear what the speakers play meanwhile."""
    ear = Ear()
    command = ["parec", "-d", f"{SPEAKERS}.monitor", "--format=s16le", "--channels=1", f"--rate={RATE}"]
    # A pipe that nobody reads meanwhile would be full in two seconds.
    with tempfile.TemporaryFile() as tape:
        process = subprocess.Popen([*command, "--latency-msec=20"], env=pulse.env, stdout=tape)
        wait_until(lambda: os.fstat(tape.fileno()).st_size > 0)
        yield ear
        # What has just been played is still on its way.
        time.sleep(0.3)
        process.terminate()
        process.wait(timeout=5)
        tape.seek(0)
        recorded = tape.read()
    ear.heard = np.frombuffer(recorded[: len(recorded) // 2 * 2], "<i2").astype(np.float32) / 32768
