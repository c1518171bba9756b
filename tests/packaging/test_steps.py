from __future__ import annotations

from pathlib import Path

import pytest
import steps
from environment import Environment
from system_packages import Need, SetupError


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """What was started, by its arguments; nothing is installed and nothing runs."""
    calls: list[tuple[str, ...]] = []
    monkeypatch.setattr(steps, "prepare", lambda *_: None)
    monkeypatch.setattr(steps, "start", lambda _, *arguments: calls.append(arguments) or 0)
    return calls


@pytest.mark.parametrize(
    ("platform", "environ", "expected"),
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ""}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("linux", {"QT_QPA_PLATFORM": "offscreen"}, True),
        ("darwin", {}, True),
        ("win32", {}, True),
    ],
)
def test_where_a_window_can_open(platform: str, environ: dict[str, str], expected: bool) -> None:
    assert steps.has_display(platform, environ) is expected


def test_without_a_display_the_sample_is_captioned_and_that_is_said(
    started: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(steps, "has_display", lambda *_: False)

    status = steps.run(Environment(Path()), [])

    assert status == 0
    assert started == [("-m", "app", "transcribe", "sample", "-o", "captions.srt")]
    assert "no display" in capsys.readouterr().err


def test_with_a_display_the_window_opens_with_the_given_arguments(
    started: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps, "has_display", lambda *_: True)

    steps.run(Environment(Path()), ["--listen", "sample"])

    assert started == [("-m", "app", "--listen", "sample")]


def test_what_is_asked_of_pytest_outweighs_its_two_processes(started: list[tuple[str, ...]]) -> None:
    steps.test(Environment(Path()), ["-n", "0", "tests/ui"])

    assert started == [("-m", "pytest", *steps.SIDE_BY_SIDE, "-n", "0", "tests/ui")]


def test_what_stops_the_setup_is_said_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(*_: object) -> None:
        raise SetupError("Do this first.")

    monkeypatch.setattr(steps, "prepare", stop)

    assert steps.main(["setup"]) == 1
    assert capsys.readouterr().err == "Do this first.\n"


def test_debian_python_needs_its_venv_package() -> None:
    assert steps.python_needs((3, 11), "/usr", has_ensurepip=False) == (
        Need(("python3.11-venv", "python3-venv")),
    )


def test_a_python_that_can_make_environments_needs_nothing() -> None:
    assert steps.python_needs((3, 11), "/usr", has_ensurepip=True) == ()
