"""What each verb does: `run`, `test`, `lint`, `bench`, `soak`, `build`, `setup`, `lock`."""

from __future__ import annotations

import argparse
import importlib.util
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import system_packages as system
from environment import Environment
from system_packages import Need, SetupError, needs, note

ROOT = Path(__file__).resolve().parent.parent

CHECKS = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy", "--strict", "app"),
    ("lint-imports",),
)

# Most tests wait, for processes or a network, so that two cores have time for three. Those that hear real
# sound as it comes (the group "sound") come one after the other: two of them would be late.
SIDE_BY_SIDE = ("-n", "3", "--dist", "loadgroup")


def has_display(platform: str, environ: Mapping[str, str]) -> bool:
    """Whether a window can open."""
    if platform != "linux":
        return True
    return any(environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def python_needs(version: tuple[int, int], base: str, *, has_ensurepip: bool) -> tuple[Need, ...]:
    """What Debian keeps apart from its Python, and a virtual environment can't do without."""
    if has_ensurepip or base != "/usr":
        return ()
    return needs("python{}.{}-venv|python3-venv".format(*version))


def shared_python_needs(version: tuple[int, int], base: str) -> tuple[Need, ...]:
    """The library that a frozen program carries its interpreter in."""
    name = "libpython{}.{}".format(*version)
    return needs(f"{name}|{name}t64") if base == "/usr" else ()


def prepare(environment: Environment, lock: str, wanted: Sequence[Need] = ()) -> None:
    """Install the system packages and the lock."""
    if system.Debian.present():
        if not environment.is_fresh(lock):
            has_ensurepip = importlib.util.find_spec("ensurepip") is not None
            python = python_needs(sys.version_info[:2], sys.base_prefix, has_ensurepip=has_ensurepip)
            wanted = (*python, *wanted)
        system.provide(wanted, system.Debian(), system.root_prefix_here)
    environment.ensure(lock)


def start(program: Path, *arguments: str) -> int:
    """Become the program, where the platform can; its exit status otherwise."""
    words = [str(program), *arguments]
    if sys.platform == "win32":
        return subprocess.call(words)
    return os.execv(words[0], words)


def run(environment: Environment, arguments: Sequence[str]) -> int:
    """Open the window, or caption the sample recording where no window can open."""
    windowed = has_display(sys.platform, os.environ)
    window = system.WINDOW + system.FONTS
    if not windowed:
        window = tuple(Need(need.packages, essential=False) for need in window)
    prepare(environment, "runtime", window + system.SOUND)
    if windowed or arguments:
        return start(environment.python, "-m", "app", *arguments)
    note(
        "There is no display here, so the window can't open. Captioning the sample recording instead; "
        "the captions are also written to captions.srt."
    )
    return start(environment.python, "-m", "app", "transcribe", "sample", "-o", "captions.srt")


def test(environment: Environment, arguments: Sequence[str]) -> int:
    """Run the tests, some at a time."""
    prepare(environment, "dev", system.WINDOW + system.FONTS + system.SOUND + system.TESTS)
    return start(environment.python, "-m", "pytest", *SIDE_BY_SIDE, *arguments)


def lint(environment: Environment, arguments: Sequence[str]) -> int:
    """Check style, types and the walls between the packages."""
    prepare(environment, "dev")
    results = [subprocess.call([str(environment.tool(name)), *rest]) for name, *rest in CHECKS]
    return int(any(results))


def bench(environment: Environment, arguments: Sequence[str]) -> int:
    """Measure, each figure beside its yardstick."""
    prepare(environment, "dev", system.WINDOW + system.FONTS + system.SOUND + system.TESTS)
    return start(environment.python, "-m", "tests.benchmarks", *arguments)


def soak(environment: Environment, arguments: Sequence[str]) -> int:
    """Prove that nothing is lost: long sessions over a bad network, with microphones that go."""
    prepare(environment, "dev", system.WINDOW + system.FONTS + system.SOUND + system.TESTS)
    return start(environment.python, "-m", "tests.soak", *arguments)


def build(environment: Environment, arguments: Sequence[str]) -> int:
    """Freeze the program into dist/surtitle."""
    shared = shared_python_needs(sys.version_info[:2], sys.base_prefix)
    prepare(environment, "dev", system.WINDOW + system.SOUND + system.FREEZING + shared)
    quietly = ("--noconfirm", "--clean", "--log-level", "WARN")
    return start(environment.python, "-m", "PyInstaller", *quietly, *arguments, "build.spec")


def setup(environment: Environment, arguments: Sequence[str]) -> int:
    """Make everything ready for `run`, and start nothing."""
    prepare(environment, "runtime", system.WINDOW + system.FONTS + system.SOUND)
    note("Surtitle is ready.")
    return 0


def lock(environment: Environment, arguments: Sequence[str]) -> int:
    """Write the locks anew from pyproject.toml."""
    return subprocess.call([sys.executable, str(ROOT / "packaging" / "lock.py"), *arguments])


VERBS = {verb.__name__: verb for verb in (run, test, lint, bench, soak, build, setup, lock)}


def main(arguments: Sequence[str]) -> int:
    """Do what the command line asks for; the exit status."""
    described = "\n".join(f"  {name:6} {verb.__doc__}" for name, verb in VERBS.items())
    parser = argparse.ArgumentParser(
        prog="bootstrap.py",
        description=f"Set Surtitle up, then:\n\n{described}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("verb", choices=VERBS, metavar="verb")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help="handed on to what is started")
    chosen = parser.parse_args(arguments)
    try:
        return VERBS[chosen.verb](Environment(ROOT), chosen.arguments)
    except SetupError as error:
        note(str(error))
        return 1
