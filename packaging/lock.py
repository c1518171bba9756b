"""Write the locks anew from pyproject.toml: every package at one version, with the hashes of its files.

    python packaging/bootstrap.py lock [--upgrade]

The locks hold for Linux, Windows and macOS and for every Python that Surtitle runs on. They name no index:
pip fetches from wherever it is set up to fetch from, and the hashes say whether it got the right thing.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUNTIME = "packaging/requirements.txt"
DEV = "packaging/requirements-dev.txt"
# The resolver is needed for this alone, so it is not part of any lock.
RESOLVER = "uv>=0.8,<1"


def compile_command(python: str, out: str, *options: str) -> list[str]:
    """What writes one lock."""
    everywhere = ["--universal", "--python-version", "3.11", "--fork-strategy", "fewest"]
    content = ["--generate-hashes", "--no-header", "--extra", "denoise", "--group", "install"]
    where = ["pyproject.toml", "-o", out]
    return [python, "-m", "uv", "pip", "compile", "-q", *everywhere, *content, *options, *where]


def main(options: list[str]) -> None:
    """Write the runtime lock, then the one for developers, which holds everything of the first."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = str(Path(folder) / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python"))
        subprocess.run([python, "-m", "pip", "install", "-q", RESOLVER], check=True)
        for command in (
            compile_command(python, RUNTIME, *options),
            compile_command(python, DEV, "--group", "dev", "--constraint", RUNTIME, *options),
        ):
            subprocess.run(command, check=True, cwd=ROOT)


if __name__ == "__main__":
    main(sys.argv[1:])
