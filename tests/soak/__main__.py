"""`python -m tests.soak [NAME ...]`: all long proofs that nothing is lost, or those named.

Each prints its seed; `python -m tests.soak.NAME --seed N` replays it. Ends with status 1 where one failed.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

from tests.harness.program import ROOT

PROOFS = ("standing_in", "speech", "meeting", "network", "counting", "devices")
"""The longest comes last."""


def main(names: Sequence[str]) -> int:
    """Run one proof after the other, whatever becomes of them."""
    failed = [name for name in names or PROOFS if _run(name)]
    print(f"FAILED: {', '.join(failed)}" if failed else "Nothing was lost.", flush=True)
    return 1 if failed else 0


def _run(name: str) -> int:
    print(f"--- {name}", flush=True)
    return subprocess.call([sys.executable, "-m", f"tests.soak.{name}"], cwd=ROOT)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
