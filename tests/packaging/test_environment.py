from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest
from environment import Environment, Stamp
from system_packages import SetupError


class FakePython:
    """Does what `venv` and `pip` would do to the folder, and remembers what was asked."""

    def __init__(self, root: Path, version: str = "{}.{}.1".format(*sys.version_info[:2])) -> None:
        self.folder = root / ".venv"
        self.version = version
        self.calls: list[str] = []
        self.pip_works = True

    @property
    def packages(self) -> Path:
        if sys.platform == "win32":
            return self.folder / "Lib" / "site-packages"
        return self.folder / "lib" / "python3" / "site-packages"

    def __call__(self, command: list[str]) -> int:
        if "venv" in command:
            self.calls.append("make")
            shutil.rmtree(self.folder, ignore_errors=True)
            python = Environment(self.folder.parent).python
            for folder in (python.parent, self.packages):
                folder.mkdir(parents=True)
            python.touch()
            (self.folder / "pyvenv.cfg").write_text(f"version = {self.version}\n")
        elif "-r" in command:
            self.calls.append(Path(command[-1]).stem)
            (self.packages / "numpy").mkdir(exist_ok=True)
            return 0 if self.pip_works else 1
        elif "-e" in command:
            self.calls.append("project")
        return 0


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "packaging").mkdir()
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    for lock in ("requirements.txt", "requirements-dev.txt"):
        (tmp_path / "packaging" / lock).write_text(f"# {lock}\n")
    return tmp_path


@pytest.fixture
def python(project: Path) -> FakePython:
    return FakePython(project)


@pytest.fixture
def environment(project: Path, python: FakePython) -> Environment:
    return Environment(project, python)


def test_the_first_time_it_is_made_and_filled(environment: Environment, python: FakePython) -> None:
    environment.ensure("runtime")

    assert python.calls == ["make", "requirements", "project"]


def test_the_second_time_nothing_is_started(environment: Environment, python: FakePython) -> None:
    environment.ensure("runtime")
    python.calls.clear()

    environment.ensure("runtime")

    assert python.calls == []


def test_what_developers_need_covers_what_the_program_needs(
    environment: Environment, python: FakePython
) -> None:
    environment.ensure("dev")
    python.calls.clear()

    environment.ensure("runtime")

    assert python.calls == []


def test_what_the_program_needs_does_not_cover_what_developers_need(
    environment: Environment, python: FakePython
) -> None:
    environment.ensure("runtime")
    python.calls.clear()

    environment.ensure("dev")

    assert python.calls == ["requirements-dev", "project"]


def test_a_changed_lock_is_installed_over_the_old_one(
    environment: Environment, python: FakePython, project: Path
) -> None:
    environment.ensure("runtime")
    python.calls.clear()
    (project / "packaging" / "requirements.txt").write_text("# newer\n")

    environment.ensure("runtime")

    assert python.calls == ["requirements", "project"]


def lose_interpreter(python: FakePython) -> None:
    Environment(python.folder.parent).python.unlink()


def lose_package(python: FakePython) -> None:
    shutil.rmtree(python.packages / "numpy")


def lose_settings(python: FakePython) -> None:
    (python.folder / "pyvenv.cfg").unlink()
    (python.folder / "surtitle-setup.json").unlink()


def lose_everything_inside(python: FakePython) -> None:
    shutil.rmtree(python.folder)
    python.folder.mkdir()


@pytest.mark.parametrize("harm", [lose_interpreter, lose_package, lose_settings, lose_everything_inside])
def test_a_broken_one_is_made_anew(environment: Environment, python: FakePython, harm) -> None:  # type: ignore[no-untyped-def]
    environment.ensure("runtime")
    python.calls.clear()
    harm(python)

    environment.ensure("runtime")

    assert python.calls == ["make", "requirements", "project"]


def test_one_whose_installation_was_cut_short_is_made_anew(
    environment: Environment, python: FakePython
) -> None:
    python.pip_works = False
    with pytest.raises(SetupError, match="could not be installed"):
        environment.ensure("runtime")
    python.calls.clear()
    python.pip_works = True

    environment.ensure("runtime")

    assert python.calls == ["make", "requirements", "project"]


def test_one_of_another_python_is_made_anew(project: Path) -> None:
    older = FakePython(project, "3.9.2")
    older(["-m", "venv"])
    python = FakePython(project)

    Environment(project, python).ensure("runtime")

    assert python.calls[0] == "make"


def test_one_that_somebody_made_by_hand_is_filled_and_kept(
    environment: Environment, python: FakePython
) -> None:
    python(["-m", "venv"])
    python.calls.clear()

    environment.ensure("runtime")

    assert python.calls == ["requirements", "project"]


def test_one_that_moved_is_installed_again(environment: Environment, project: Path, tmp_path: Path) -> None:
    environment.ensure("runtime")
    moved = tmp_path / "elsewhere"
    shutil.copytree(project, moved, ignore=shutil.ignore_patterns("elsewhere"))

    assert not Environment(moved).is_fresh("runtime")


@pytest.mark.parametrize("text", ["", "nonsense", "[]", json.dumps({"unknown": 1})])
def test_a_stamp_that_can_not_be_read_counts_as_none(tmp_path: Path, text: str) -> None:
    file = tmp_path / "stamp.json"
    file.write_text(text)

    assert Stamp.read(file) == Stamp()
