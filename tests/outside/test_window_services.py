"""The window, started from outside with a service on this computer that really recognizes."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.engines.services import SERVICES
from app.folders import Folders
from app.settings import Settings
from app.settings_store import SettingsStore
from tests.harness.program import kept_words, start
from tests.outside.talk import ENVIRONMENT, OPENING, words, write_talk
from tests.simulator import Process

# One process: what they share is costly.
pytestmark = pytest.mark.xdist_group("window services")

PATIENCE = 60.0
"""Seconds for the first sentences; a tenth of that does where nobody else is at work."""


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sound") / "talk.wav"
    write_talk(path)
    return path


@pytest.fixture(scope="module")
def listening() -> Iterator[Process]:
    with Process("--recognize", "speech") as process:
        yield process


def captioned(
    recording: Path | str, engine: str, url: str, *more: str, profile: Path, until: str, patience: float
) -> str:
    """What the window has captioned as soon as these words are there; it is closed then."""
    # However late a service is on a busy computer, nobody stands in for it here.
    SettingsStore(Folders.below(profile).settings).save(Settings(stand_in=False))
    program = start(
        *("--listen", recording, "--engine", engine, "--endpoint", url, *more),
        profile=profile,
        env={**ENVIRONMENT, "QT_QPA_PLATFORM": "offscreen"},
    )
    try:
        end = time.monotonic() + patience
        while until not in (heard := words(kept_words(profile / "sessions"))) and time.monotonic() < end:
            assert program.poll() is None, program.communicate()
            time.sleep(0.1)
        program.send_signal(signal.SIGTERM)
        _, told = program.communicate(timeout=20)
    finally:
        program.kill()
    assert program.returncode == 0, told
    assert "Traceback" not in told
    return heard


@pytest.mark.parametrize(
    ("engine", "more"),
    [
        *(pytest.param(row.id, (), id=row.id) for row in SERVICES),
        pytest.param("fun-asr", ("--model", "paraformer-realtime-v2"), id="paraformer"),
    ],
)
def test_the_window_captions_what_was_said(
    engine: str, more: tuple[str, ...], talk: Path, listening: Process, tmp_path: Path
) -> None:
    before = len(listening.state()["sessions"])
    heard = captioned(talk, engine, listening.url, *more, profile=tmp_path, until=OPENING, patience=PATIENCE)
    assert heard.startswith(OPENING)
    state = listening.state()
    assert not state["violations"]
    # The words are the service's, and not those of the embedded recognizer.
    said = " ".join(text for session in state["sessions"][before:] for text in session["transcripts"])
    assert OPENING in words(said)
