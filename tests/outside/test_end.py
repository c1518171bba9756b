"""The end of the program, while something is asked that does not answer."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.harness.program import start
from tests.harness.pulse import PulseServer
from tests.outside.talk import write_talk

LAMED = """
import os, pathlib, socket, time

def look_up(*_, **__):
    pathlib.Path(os.environ["ASKED"]).touch()
    time.sleep(120)

socket.getaddrinfo = look_up
"""
"""Runs before the program: a resolver that takes two minutes."""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("hotwords", [False, True], ids=["session", "hotwords"])
def test_a_transcription_ends_at_once_whatever_the_resolver_does(
    number: signal.Signals, hotwords: bool, tmp_path: Path
) -> None:
    write_talk(tmp_path / "talk.wav")
    words = tmp_path / "words.txt"
    words.write_text("Surtitle\n")
    more = ("--hotwords", words) if hotwords else ()
    assert _ended("transcribe", tmp_path / "talk.wav", *more, number=number, folder=tmp_path) == 130


def test_the_window_ends_at_once_whatever_the_resolver_does(tmp_path: Path) -> None:
    assert _ended("--listen", "sample", number=signal.SIGTERM, folder=tmp_path) == 0


def _wait(condition: Callable[[], bool], program: subprocess.Popen[str]) -> None:
    end = time.monotonic() + 60
    while not condition() and time.monotonic() < end:
        assert program.poll() is None, program.communicate()
        time.sleep(0.02)


def _ended(*arguments: str | Path, number: signal.Signals, folder: Path) -> int:
    """The exit status of a program that was told to end while it looked up its service."""
    (folder / "lamed").mkdir()
    (folder / "lamed" / "sitecustomize.py").write_text(LAMED)
    asked = folder / "asked"
    program = start(
        *arguments,
        *("--engine", "fun-asr"),
        profile=folder / "profile",
        env={
            "PYTHONPATH": str(folder / "lamed"),
            "ASKED": str(asked),
            "QT_QPA_PLATFORM": "offscreen",
            "DASHSCOPE_API_KEY": "sk-0123456789abcdef",
            **dict.fromkeys(("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"), ""),
        },
    )
    try:
        _wait(asked.exists, program)
        program.send_signal(number)
        _, told = program.communicate(timeout=20)
    finally:
        program.kill()
    assert "Traceback" not in told
    return program.returncode


@pytest.mark.xdist_group("sound")
def test_the_window_ends_though_the_sound_server_hangs(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    with PulseServer() as pulse:
        env = {**pulse.env, "QT_QPA_PLATFORM": "offscreen"}
        program = start("--listen", "mic", "--trace", trace, profile=tmp_path / "profile", env=env)
        try:
            _wait(lambda: trace.exists() and '"audio"' in trace.read_text(), program)
            with pulse.halted():
                # Long enough for the lane to give the device up, which waits for the server.
                time.sleep(5)
                program.send_signal(signal.SIGTERM)
                began = time.monotonic()
                _, told = program.communicate(timeout=20)
                assert time.monotonic() - began < 5
        finally:
            program.kill()
    assert program.returncode == 0
    assert "Traceback" not in told
