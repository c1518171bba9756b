from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import bootstrap
import pytest
import steps

from tests.harness import require

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("verb", ["run", "test", "lint", "bench", "soak", "build"])
def test_make_is_a_short_face(verb: str) -> None:
    require("make")
    # The tests may have been started by make, which would hand its own options down.
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    command = ["make", "--dry-run", verb, "ARGS=--listen sample"]

    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=True)

    assert done.stdout.split()[1:] == ["packaging/bootstrap.py", verb, "--listen", "sample"]


def test_help_names_every_verb() -> None:
    script = ROOT / "packaging" / "bootstrap.py"

    done = subprocess.run([sys.executable, script, "--help"], capture_output=True, text=True, check=True)

    assert all(f"  {verb} " in done.stdout for verb in steps.VERBS)


@pytest.fixture
def old_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))


@pytest.mark.usefixtures("old_python")
def test_an_old_python_hands_over_to_the_newest_one_that_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[list[str]] = []
    there = {"python3.11": "/bin/python3.11", "python3.12": "/bin/python3.12"}
    monkeypatch.setattr("shutil.which", there.get)
    monkeypatch.setattr("subprocess.call", lambda command: calls.append(command) or 7)
    monkeypatch.setattr(sys, "argv", ["bootstrap.py", "run"])

    assert bootstrap.main() == 7
    assert calls == [["/bin/python3.12", "bootstrap.py", "run"]]


@pytest.mark.usefixtures("old_python")
def test_an_old_python_alone_is_told_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)

    assert bootstrap.main() == 1
    assert "3.11, 3.12 or 3.13, and this is 3.9" in capsys.readouterr().err


def test_the_supported_pythons_are_those_of_the_project() -> None:
    import tomllib

    from packaging.specifiers import SpecifierSet

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    allowed = SpecifierSet(project["requires-python"])

    minors = [(3, minor) for minor in range(8, 20) if f"3.{minor}.0" in allowed]
    assert minors == list(bootstrap.SUPPORTED)
