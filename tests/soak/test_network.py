"""A short session over a line that loses, delays and reorders packets, and goes dark."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.harness import require
from tests.harness.program import ROOT
from tests.soak.network import obstacle

SECONDS, SEED = 20, 38


def test_every_second_comes_once_over_a_line_as_bad_as_can_be() -> None:
    require("unshare", "ip")
    if problem := obstacle():
        # No fault of the setup, so no failure on CI either.
        pytest.skip(problem)
    command = [sys.executable, "-m", "tests.soak.network", "--sessions=1", f"--seconds={SECONDS}"]
    done = subprocess.run([*command, f"--seed={SEED}"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " lost" in done.stdout
    assert " overtaken" in done.stdout
