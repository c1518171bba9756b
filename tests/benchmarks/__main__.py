"""`python -m tests.benchmarks [NAME ...]`: every speed goal, beside its yardstick."""

from __future__ import annotations

import importlib
import sys

from tests.benchmarks.rows import Row

NAMES = (
    "startup",
    "overlay",
    "transcript",
    "export",
    "window",
    "service",
    "service_live",
    "recognition",
    "chain",
    "meeting",
    "denoise",
    "echo",
    "outage",
)


def main(names: list[str]) -> int:
    """Run the named benchmarks, or all; 1 where a goal is missed."""
    missed = 0
    for name in names or NAMES:
        for row in importlib.import_module(f"tests.benchmarks.{name}").run():
            missed += _show(Row(*row))
    return 1 if missed else 0


def _show(row: Row) -> bool:
    goal = "" if row.goal is None else f"goal {row.goal:g}  {'held' if row.held else 'MISSED'}"
    sys.stdout.write(f"{row.name:58} {row.value:10.3f} {row.unit:12} {goal}\n")
    sys.stdout.flush()
    return row.held is False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
