"""The front door: which words lead where."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from app.__main__ import main
from app.arguments import parse
from app.cli import exit_status
from app.domain.errors import (
    AccessError,
    CaptionError,
    DeviceLostError,
    EngineError,
    InputError,
    OutputError,
    ServiceError,
    UsageError,
)
from app.domain.request import Denoise, Pace


def test_without_a_command_the_window_is_meant() -> None:
    arguments = parse(["--listen", "talk.wav", "--denoise", "rnnoise"])
    assert arguments.command is None
    assert arguments.listen == "talk.wav"
    assert arguments.denoise is Denoise.RNNOISE


def test_transcribe_takes_several_outputs() -> None:
    arguments = parse(["transcribe", "sample", "-o", "a.srt", "-o", "b.json", "--pace", "realtime"])
    assert (arguments.command, arguments.input, arguments.pace) == ("transcribe", "sample", Pace.REALTIME)
    assert arguments.outputs == (Path("a.srt"), Path("b.json"))


def test_what_stands_before_a_command_counts_for_it() -> None:
    before = parse(["--profile-dir", "p", "--engine", "fun-asr", "--trace", "t", "transcribe", "sample"])
    behind = parse(["transcribe", "sample", "--profile-dir", "p", "--engine", "fun-asr", "--trace", "t"])
    assert before == behind
    assert before.engine == "fun-asr"
    assert parse(["--profile-dir", "p", "devices"]).profile == Path("p")


def test_behind_a_command_it_counts_more() -> None:
    arguments = parse(["--engine", "fun-asr", "transcribe", "sample", "--engine", "vllm"])
    assert arguments.engine == "vllm"


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (CaptionError, 1),
        (UsageError, 2),
        (InputError, 3),
        (DeviceLostError, 3),
        (AccessError, 4),
        (ServiceError, 5),
        (EngineError, 5),
        (OutputError, 6),
    ],
)
def test_exit_statuses_scripts_count_on(kind: type[CaptionError], status: int) -> None:
    assert exit_status(kind("x")) == status


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("none.wav", "There is no recording"), ("folder", "is a folder"), ("empty.wav", "is empty")],
)
def test_what_is_no_recording_is_told_before_a_window_opens(
    name: str, sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "empty.wav").touch()
    assert main(["--profile-dir", str(tmp_path / "p"), "--listen", str(tmp_path / name)]) == 3
    assert sentence in capsys.readouterr().err


def test_a_defect_is_a_sentence_and_the_details_are_in_the_log(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> int:
        raise ZeroDivisionError("the details")

    monkeypatch.setattr("app.cli.devices", broken)
    assert main(["devices", "--profile-dir", str(tmp_path)]) == 1
    shown = capsys.readouterr().err
    assert "Traceback" not in shown
    assert "stopped by a mistake of its own" in shown
    assert "the details" in (tmp_path / "logs" / "surtitle.log").read_text()


def test_without_standard_streams_the_exit_status_still_tells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    try:
        assert main(["transcribe", str(tmp_path / "nowhere.wav"), "--profile-dir", str(tmp_path)]) == 3
    finally:
        sys.stdout.close()
        sys.stderr.close()


def test_a_file_that_its_folder_will_not_let_be_replaced_is_told_before_anything_is_heard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.srt").write_text("old")
    # To who runs as root everything is allowed, so another answers in the place of the system.
    allowed = os.access
    monkeypatch.setattr(os, "access", lambda place, mode: Path(place) != tmp_path and allowed(place, mode))
    words = ["transcribe", str(tmp_path / "none.wav"), "-o", str(tmp_path / "a.srt")]
    assert main([*words, "--profile-dir", str(tmp_path / "p")]) == 6
    assert "you may not write there" in capsys.readouterr().err
