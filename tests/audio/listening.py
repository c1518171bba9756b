"""An ear at the test speakers."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

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
    process = subprocess.Popen([*command, "--latency-msec=20"], env=pulse.env, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.read(2)
    yield ear
    # What has just been played is still on its way.
    time.sleep(0.3)
    process.terminate()
    recorded, _ = process.communicate(timeout=5)
    ear.heard = np.frombuffer(recorded[: len(recorded) // 2 * 2], "<i2").astype(np.float32) / 32768
