"""The whole program in a meeting: what the others say comes out of the speakers, the user talks here."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import jiwer
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.audio.bundled import sample_path
from app.audio.media_file import MediaFile
from app.desktop import Desktop
from app.domain.request import LANE_ME, LANE_THEM
from app.domain.segment import Segment
from app.export.formats import export
from app.recognizer.news import CaptionChanged, News
from app.recognizer.status import Idle, Listening
from app.ui.controls import Button
from app.ui.notice import NoticeStrip
from tests.audio.sounds import write_wav
from tests.harness import require
from tests.harness.desktop import run_desktop, until
from tests.harness.program import run
from tests.harness.pulse import SPEAKERS, PulseServer
from tests.outside.test_desktop import words

pytestmark = pytest.mark.xdist_group("sound")

THEIRS = (
    "it was the best of times it was the worst of times it was the age of wisdom it was the age of "
    "foolishness it was the epoch of belief it was the epoch of incredulity"
)
OURS = "ever tried ever failed no matter try again fail again fail better"


@pytest.fixture(scope="module")
def pulse() -> Iterator[PulseServer]:
    require("pulseaudio", "pactl", "paplay")
    with PulseServer() as server:
        yield server


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    """The first 13 s of the sample."""
    source = MediaFile(sample_path())
    rate = source.open().rate
    block = source.read()
    sound = []
    while block is not None:
        sound.extend(block.samples[:, 0])
        block = source.read() if len(sound) < 13 * rate else None
    source.close()
    import numpy as np

    return write_wav(tmp_path / "theirs.wav", np.array(sound[: 13 * rate], np.float32), rate)


@pytest.fixture
def ours() -> Path:
    """Another speaker, who comes with the engine too."""
    return sample_path().with_name("beckett.wav")


def said(desktop: Desktop, lane: str) -> str:
    entries = desktop.service.transcript.entries
    return words(" ".join(one.text for one in entries if isinstance(one, Segment) and one.lane == lane))


def errors(said: str, reference: str) -> float:
    return jiwer.wer(reference, said) if said else 1.0


async def recording(pulse: PulseServer, desktop: Desktop, streams: int) -> None:
    """Wait until the program hears, on so many lanes."""
    await until(lambda: isinstance(desktop.service.status, Listening) and desktop.service.elapsed > 0.2)
    await until(lambda: clients(pulse) == streams, 20)


def clients(pulse: PulseServer) -> int:
    """How many programs record; the virtual microphone itself is a module."""
    return pulse.pactl("list", "short", "source-outputs").count("protocol-native.c")


async def played(*players) -> None:
    await until(lambda: all(player.poll() is not None for player in players), 40)


async def talk(pulse: PulseServer, desktop: Desktop, theirs: Path, ours: Path) -> None:
    """The others begin, and the user talks at the same time."""
    shown = asyncio.Event()

    def see(news: News) -> None:
        if isinstance(news, CaptionChanged) and news.caption.lane == LANE_THEM:
            shown.set()

    unsubscribe = desktop.service.subscribe(see)
    player = pulse.play(theirs, SPEAKERS)
    # In the first moments of their sound nobody can know yet that the microphone hears no echo of it. On a
    # busy computer, it begins late.
    await asyncio.wait_for(shown.wait(), 10)
    unsubscribe()
    await played(player, pulse.play(ours))


async def stop(desktop: Desktop) -> None:
    desktop.window.commands.start_or_stop()
    await until(lambda: isinstance(desktop.service.status, Idle))


def test_what_the_computer_plays_is_captioned(
    qapp: QApplication, pulse: PulseServer, theirs: Path, tmp_path: Path
) -> None:
    async def story(desktop: Desktop) -> None:
        await recording(pulse, desktop, 1)
        await played(pulse.play(theirs, SPEAKERS))
        await until(lambda: bool(said(desktop, LANE_THEM)))
        await stop(desktop)
        assert errors(said(desktop, LANE_THEM), THEIRS) < 0.2
        assert said(desktop, LANE_ME) == ""

    run_desktop(qapp, tmp_path / "p", story, "--listen", "system")


def test_a_meeting_tells_me_and_them_apart(
    qapp: QApplication, pulse: PulseServer, theirs: Path, ours: Path, tmp_path: Path
) -> None:
    async def story(desktop: Desktop) -> None:
        await recording(pulse, desktop, 2)
        await talk(pulse, desktop, theirs, ours)
        await until(lambda: bool(said(desktop, LANE_THEM)) and bool(said(desktop, LANE_ME)))
        await stop(desktop)
        assert errors(said(desktop, LANE_THEM), THEIRS) < 0.2
        assert errors(said(desktop, LANE_ME), OURS) < 0.35
        starts = [entry.start for entry in desktop.service.transcript.entries]
        assert starts == sorted(starts)
        export(desktop._record(), tmp_path / "a.json")

    run_desktop(qapp, tmp_path / "p", story, "--listen", "meeting")
    segments = json.loads((tmp_path / "a.json").read_text())["segments"]
    assert {one["lane"] for one in segments} == {"Me", "Them"}
    for lane in ("Me", "Them"):
        mine = [one for one in segments if one["lane"] == lane]
        assert all(a["end"] <= b["start"] for a, b in pairwise(mine))


def test_a_muted_lane_is_not_captioned(
    qapp: QApplication, pulse: PulseServer, theirs: Path, ours: Path, tmp_path: Path
) -> None:
    async def story(desktop: Desktop) -> None:
        await recording(pulse, desktop, 2)
        mute = next(one for one in desktop.window.findChildren(Button) if one.accessibleName() == "Mute Me")
        QTest.mouseClick(mute, Qt.MouseButton.LeftButton)
        assert mute.accessibleName() == "Unmute Me"
        await talk(pulse, desktop, theirs, ours)
        await until(lambda: bool(said(desktop, LANE_THEM)))
        await stop(desktop)
        assert said(desktop, LANE_ME) == ""
        assert errors(said(desktop, LANE_THEM), THEIRS) < 0.2

    run_desktop(qapp, tmp_path / "p", story, "--listen", "meeting")


def test_an_output_that_goes_is_followed_by_the_next_and_leaves_the_microphone(
    qapp: QApplication, pulse: PulseServer, theirs: Path, ours: Path, tmp_path: Path
) -> None:
    number = pulse.add_output("headset", "Headset")
    pulse.pactl("set-default-sink", "headset")

    def unplug() -> None:
        pulse.pactl("set-default-sink", SPEAKERS)
        pulse.unload(number)

    async def story(desktop: Desktop) -> None:
        await recording(pulse, desktop, 2)
        strip = desktop.window.findChild(NoticeStrip)
        assert isinstance(strip, NoticeStrip)
        await asyncio.to_thread(unplug)
        await until(lambda: strip.notice is not None and "“Test Speakers”" in strip.notice.text, 20)
        await talk(pulse, desktop, theirs, ours)
        await until(lambda: bool(said(desktop, LANE_ME)) and bool(said(desktop, LANE_THEM)))
        await stop(desktop)
        assert errors(said(desktop, LANE_ME), OURS) < 0.35
        assert errors(said(desktop, LANE_THEM), THEIRS) < 0.2

    run_desktop(qapp, tmp_path / "p", story, "--listen", "meeting")


def test_outputs_are_among_the_devices(pulse: PulseServer, tmp_path: Path) -> None:
    result = run("devices", "--json", profile=tmp_path, env=dict(os.environ))
    rows = {(row["kind"], row["name"]): row for row in json.loads(result.stdout)}
    assert rows["microphone", "Test Microphone"]["default"]
    assert rows["output", "Test Speakers"]["default"]
    plain = run("devices", profile=tmp_path, env=dict(os.environ)).stdout.splitlines()
    assert plain[0] == "Test Microphone  (default)"
    assert "Test Speakers  (output, default)" in plain
