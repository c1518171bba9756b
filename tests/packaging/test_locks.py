from __future__ import annotations

import re
import tomllib
from itertools import product
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
RUNTIME = ROOT / "packaging" / "requirements.txt"
DEV = ROOT / "packaging" / "requirements-dev.txt"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PLATFORMS = [
    {"sys_platform": platform, "python_version": python, "python_full_version": f"{python}.5"}
    for platform, python in product(("linux", "win32", "darwin"), ("3.11", "3.12", "3.13"))
]


def entries(lock: Path) -> list[tuple[Requirement, int]]:
    """Each pinned package, and how many hashes it has."""
    text = lock.read_text("utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    return [(Requirement(line.split("--hash")[0]), line.count("--hash=sha256:")) for line in lines]


def pins(lock: Path, platform: dict[str, str]) -> dict[str, str]:
    """What pip installs there: name and version."""
    return {
        canonicalize_name(entry.name): str(entry.specifier).removeprefix("==")
        for entry, _ in entries(lock)
        if entry.marker is None or entry.marker.evaluate(platform)
    }


def declared(group: str) -> list[Requirement]:
    if group == "runtime":
        project = PROJECT["project"]
        texts = [*project["dependencies"], *project["optional-dependencies"]["denoise"]]
    else:
        texts = PROJECT["dependency-groups"][group]
    return [Requirement(text) for text in texts]


@pytest.mark.parametrize("lock", [RUNTIME, DEV], ids=lambda lock: lock.name)
def test_no_address_is_named(lock: Path) -> None:
    text = lock.read_text("utf-8")

    assert not re.search(r"://|--(extra-)?index|--find-links|--trusted-host| @ ", text)


@pytest.mark.parametrize("lock", [RUNTIME, DEV], ids=lambda lock: lock.name)
def test_every_package_is_pinned_and_hashed(lock: Path) -> None:
    for entry, hashes in entries(lock):
        assert [clause.operator for clause in entry.specifier] == ["=="], entry
        assert hashes > 0, entry


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda p: f"{p['sys_platform']}-{p['python_version']}")
@pytest.mark.parametrize(
    ("lock", "group"), [(RUNTIME, "runtime"), (RUNTIME, "install"), (DEV, "dev")], ids=lambda g: str(g)[-12:]
)
def test_the_lock_meets_what_the_project_declares(lock: Path, group: str, platform: dict[str, str]) -> None:
    pinned = pins(lock, platform)
    wanted = [one for one in declared(group) if one.marker is None or one.marker.evaluate(platform)]
    for requirement in wanted:
        assert pinned.get(canonicalize_name(requirement.name), "") in requirement.specifier, requirement


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda p: f"{p['sys_platform']}-{p['python_version']}")
def test_the_lock_for_developers_holds_the_other_one_unchanged(platform: dict[str, str]) -> None:
    assert pins(RUNTIME, platform).items() <= pins(DEV, platform).items()


def test_the_build_backend_is_in_the_lock() -> None:
    backend = [Requirement(text) for text in PROJECT["build-system"]["requires"]]
    pinned = pins(RUNTIME, PLATFORMS[0])

    assert all(pinned[canonicalize_name(part.name)] in part.specifier for part in backend)
