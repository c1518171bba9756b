"""What a command prints where."""

from __future__ import annotations

import io
import os
import subprocess
import sys

import pytest

from app.domain.errors import OutputError
from app.terminal import Terminal
from tests.harness.program import ROOT


class Tty(io.StringIO):
    """Standard error that somebody looks at."""

    def isatty(self) -> bool:
        return True


class Broken(io.StringIO):
    """Standard output that takes nothing."""

    def __init__(self, error: OSError) -> None:
        super().__init__()
        self._error = error

    def write(self, text: str) -> int:
        raise self._error


def looked_at(monkeypatch: pytest.MonkeyPatch) -> Tty:
    # Not a fixture: pytest puts a standard error of its own in place before each test.
    tty = Tty()
    monkeypatch.setattr(sys, "stderr", tty)
    return tty


def terminal(*, quiet: bool = False, failures: list[OutputError] | None = None) -> Terminal:
    return Terminal(quiet=quiet, failed=([] if failures is None else failures).append)


def test_captions_and_remarks_keep_apart(capsys: pytest.CaptureFixture[str]) -> None:
    one = terminal()
    one.remark("The file is damaged.")
    one.draw(30.0, 60.0)
    one.caption("hello")
    # Nobody looks at standard error, so there is no bar in it.
    assert capsys.readouterr() == ("hello\n", "surtitle: The file is damaged.\n")


def test_who_wants_quiet_gets_captions_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tty = looked_at(monkeypatch)
    one = terminal(quiet=True)
    one.remark("The file is damaged.")
    one.draw(30.0, 60.0)
    one.caption("hello")
    assert (capsys.readouterr().out, tty.getvalue()) == ("hello\n", "")


@pytest.mark.parametrize(
    ("recognized", "total", "line"),
    [
        (30.0, 60.0, "[###############...............]  50%  0:30 of 1:00"),
        (61.0, 60.0, f"[{'#' * 30}] 100%  1:01 of 1:00"),
        (3725.0, None, "1:02:05"),
    ],
)
def test_the_bar_says_how_far_it_is(
    monkeypatch: pytest.MonkeyPatch, recognized: float, total: float | None, line: str
) -> None:
    tty = looked_at(monkeypatch)
    terminal().draw(recognized, total)
    assert tty.getvalue() == f"\r{line}"


def test_the_bar_makes_room_for_what_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    tty = looked_at(monkeypatch)
    one = terminal()
    one.draw(5.0, None)
    one.remark("Trying again.")
    one.clear_bar()
    assert tty.getvalue() == "\r0:05\r    \rsurtitle: Trying again.\n"


def test_captions_that_can_not_be_printed_are_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    failures: list[OutputError] = []
    one = terminal(failures=failures)
    monkeypatch.setattr(sys, "stdout", Broken(OSError(28, "No space left on device")))
    one.caption("hello")
    with sys.stdout:
        one.caption("again")
    assert ["the disk is full" in str(error) for error in failures] == [True]


def test_a_reader_who_has_gone_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    failures: list[OutputError] = []
    monkeypatch.setattr(sys, "stdout", Broken(BrokenPipeError()))
    terminal(failures=failures).caption("hello")
    sys.stdout.close()
    assert failures == []


def test_what_the_encoding_does_not_know_is_printed_all_the_same() -> None:
    code = "from app.streams import ensure_streams; ensure_streams(); print('最好')"
    env = {**os.environ, "PYTHONIOENCODING": "latin-1"}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, check=True)
    assert done.stdout.decode().strip() == "\\u6700\\u597d"


def test_remarks_that_nobody_takes_cost_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Broken(BrokenPipeError()))
    terminal().remark("The line broke.")
