"""Set Surtitle up, then run, test, check, measure or freeze it.

    python packaging/bootstrap.py run [arguments for the program]

This file needs Python's standard library alone. It looks for what is missing on the machine, installs it,
keeps the Python packages in `.venv`, and starts what was asked for. `make run` is the same thing, shorter.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

SUPPORTED = ((3, 11), (3, 12), (3, 13))


def newer_python() -> str | None:
    """Another interpreter on this machine that Surtitle runs on, the newest first."""
    for major, minor in reversed(SUPPORTED):
        found = shutil.which(f"python{major}.{minor}")
        if found:
            return found
    return None


def main() -> int:
    """Go on under a Python that Surtitle runs on, or say which one to install."""
    if sys.version_info[:2] in SUPPORTED:
        import steps  # not at the top: an older Python may be unable to read it

        return steps.main(sys.argv[1:])
    found = newer_python()
    if found:
        return subprocess.call([found, *sys.argv])
    print(
        "Surtitle needs Python 3.11, 3.12 or 3.13, and this is {}.{}. Install one of them and try again,\n"
        "for instance with: sudo apt-get install python3.11 python3.11-venv".format(*sys.version_info[:2]),
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        os._exit(130)
