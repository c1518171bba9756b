"""A DashScope that runs on loopback, and the self-hosted servers beside it.

    async with Simulator(Counting(), faults=["drop@5#1"]) as sim:
        ...  # a client of sim.url
    assert not sim.violations

`python -m tests.simulator --port 0` is the same in a process of its own.
"""

from tests.simulator.ears import SCRIPT, Counting, Scripted
from tests.simulator.faults import ERRORS, Fault, FaultKind
from tests.simulator.hearing import Sentence
from tests.simulator.options import Options, Variant
from tests.simulator.record import Frame, SessionRecord, Violation
from tests.simulator.running import Process, running
from tests.simulator.server import Simulator
from tests.simulator.speech import Speech

__all__ = [
    "ERRORS",
    "SCRIPT",
    "Counting",
    "Fault",
    "FaultKind",
    "Frame",
    "Options",
    "Process",
    "Scripted",
    "Sentence",
    "SessionRecord",
    "Simulator",
    "Speech",
    "Variant",
    "Violation",
    "running",
]
