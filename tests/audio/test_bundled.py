from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from app.audio import bundled
from app.audio.bundled import package_folder, sample_path
from app.domain.errors import InputError


def test_the_sample_is_there() -> None:
    assert sample_path().stat().st_size > 1_000_000


def test_the_sample_is_found_without_loading_the_engine() -> None:
    code = """
import sys
from app.audio.bundled import sample_path
sample_path()
sys.exit("moonshine_voice" in sys.modules)
"""
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=30).returncode == 0


def test_a_frozen_program_looks_into_itself(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assets = tmp_path / "moonshine_voice" / "assets"
    assets.mkdir(parents=True)
    (assets / "two_cities.wav").touch()
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert sample_path() == assets / "two_cities.wav"


def test_a_missing_sample_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundled, "package_folder", lambda name: None)
    with pytest.raises(InputError, match="sample recording is missing"):
        sample_path()


def test_a_package_that_is_not_installed_has_no_folder() -> None:
    assert package_folder("surely_not_installed") is None
