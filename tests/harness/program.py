"""The program as a user starts it: another process, its own profile folder."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from app.sessions.journal import SUFFIX, read_journal

ROOT = Path(__file__).parents[2]


def start(
    *arguments: str | Path,
    profile: Path,
    env: Mapping[str, str] | None = None,
    stdin: int = subprocess.DEVNULL,
    stdout: int | IO[str] = subprocess.PIPE,
) -> subprocess.Popen[str]:
    """Start the program with everything it keeps under `profile`."""
    words: Sequence[str | Path] = [*arguments, "--profile-dir", profile]
    return subprocess.Popen(
        [sys.executable, "-m", "app", *map(str, words)],
        cwd=ROOT,
        env={**os.environ, **(env or {})},
        stdin=stdin,
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(
    *arguments: str | Path, profile: Path, env: Mapping[str, str] | None = None, timeout: float = 90
) -> subprocess.CompletedProcess[str]:
    """Run the program to its end."""
    process = start(*arguments, profile=profile, env=env)
    try:
        out, err = process.communicate(timeout=timeout)
    finally:
        process.kill()
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def kept_words(sessions: Path) -> str:
    """What a running program has kept of its session so far: nobody else may go on with it meanwhile."""
    kept = [read_journal(path) for path in sessions.glob(f"*{SUFFIX}")]
    return " ".join(getattr(entry, "text", "") for one in kept if one for entry in one.entries)
