"""The whole program: a person starts, reads, edits, exports, closes."""

from __future__ import annotations

import asyncio
import random
import re
import signal
import subprocess
import threading
import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication

from app.audio.bundled import sample_path
from app.audio.portaudio import PORTAUDIO
from app.audio.sources import open_source
from app.desktop import Desktop
from app.domain.request import MicrophoneSource, SessionPlan
from app.domain.segment import Segment
from app.engines.catalogue import Catalogue
from app.export.formats import export
from app.recognizer.service import CaptionService
from app.recognizer.status import Idle, Listening
from app.sessions.journal import last_session
from app.ui.notice import NoticeStrip
from tests.harness import require
from tests.harness.desktop import run_desktop, until
from tests.harness.program import start
from tests.harness.pulse import PulseServer

pytestmark = pytest.mark.xdist_group("sound")

CYCLES = 100
OPENING = "it was the best of times it was the worst of times"


def words(text: str) -> str:
    return " ".join(re.findall(r"[a-z']+", text.lower()))


@pytest.fixture(scope="module")
def pulse() -> PulseServer:
    require("pulseaudio", "pactl", "paplay")
    with PulseServer() as server:
        yield server


def test_an_edit_made_while_captions_arrive_is_in_the_subtitles(qapp: QApplication, tmp_path: Path) -> None:
    async def story(desktop: Desktop) -> None:
        view, service = desktop.window.transcript_view, desktop.service
        await until(lambda: len(service.transcript) >= 2)
        cursor = view.textCursor()
        cursor.movePosition(QTextCursor.MoveOperation.Start)
        cursor.movePosition(QTextCursor.MoveOperation.EndOfWord, QTextCursor.MoveMode.KeepAnchor)
        view.setTextCursor(cursor)
        for letter in "Truly it":
            QTest.keyClicks(view, letter)
            await asyncio.sleep(0.05)
        place = view.textCursor().position()
        count = len(service.transcript)
        await until(lambda: not service.busy)
        assert len(service.transcript) > count
        assert view.textCursor().position() == place
        export(service.record(), tmp_path / "a.srt")

    assert run_desktop(qapp, tmp_path / "profile", story, "--listen", "sample")
    assert "Truly it was the best of times" in (tmp_path / "a.srt").read_text().replace("\n", " ")


def test_what_was_captioned_is_offered_at_the_next_start(qapp: QApplication, tmp_path: Path) -> None:
    async def first(desktop: Desktop) -> None:
        await until(lambda: len(desktop.service.transcript) >= 2)

    run_desktop(qapp, tmp_path, first, "--listen", "sample")
    kept = last_session(tmp_path / "sessions")
    assert kept is not None
    assert words(" ".join(e.text for e in kept.entries if isinstance(e, Segment))).startswith(OPENING)

    async def second(desktop: Desktop) -> None:
        def offered() -> list[QAbstractButton]:
            buttons = desktop.window.findChildren(QAbstractButton)
            return [button for button in buttons if "last session" in button.text() and button.isVisible()]

        await until(lambda: bool(offered()))
        QTest.mouseClick(offered()[0], Qt.MouseButton.LeftButton)
        assert desktop.service.transcript.entries == kept.entries
        assert words(desktop.window.transcript_view.toPlainText()).startswith(OPENING)
        desktop.window.transcript_view.add_note()
        QTest.keyClicks(desktop.window.transcript_view, "Mine")
        desktop.window._parts.exporting.write(tmp_path / "a.txt")
        await until(lambda: (tmp_path / "a.txt").exists() and not desktop.window._parts.tally.unsaved)

    run_desktop(qapp, tmp_path, second)
    again = last_session(tmp_path / "sessions")
    assert again is not None
    assert (again.path, again.title, again.created) == (kept.path, "Sample", kept.created)
    assert len(again.entries) == len(kept.entries) + 1
    assert again.exported


def test_what_can_not_be_written_is_told_of_and_captions_go_on(qapp: QApplication, tmp_path: Path) -> None:
    told: list[str] = []
    (tmp_path / "sessions").touch()

    async def story(desktop: Desktop) -> None:
        strip = desktop.window.findChild(NoticeStrip)
        assert isinstance(strip, NoticeStrip)
        strip.tell = lambda notice: told.append(notice.text)  # type: ignore[method-assign]
        await until(lambda: len(desktop.service.transcript) >= 2)

    run_desktop(qapp, tmp_path, story, "--listen", "sample", "--trace", "/dev/full")
    assert [text.split(f" {tmp_path}")[0].split(":")[0] for text in told] == [
        "The trace can't be written to /dev/full",
        "The session can't be kept in",
    ]


def test_a_line_of_ones_own_stands_at_the_time_it_was_written(qapp: QApplication, tmp_path: Path) -> None:
    async def story(desktop: Desktop) -> None:
        service, view = desktop.service, desktop.window.transcript_view
        await until(lambda: service.elapsed > 3)
        view.add_note()
        QTest.keyClicks(view, "Ask about the seasons")
        service.finish()
        await until(lambda: not service.busy)
        note = next(e for e in service.transcript.entries if isinstance(e, Segment) and e.lane == "Note")
        assert note.text == "Ask about the seasons"
        assert note.start >= 3
        export(service.record(), tmp_path / "a.srt")

    run_desktop(qapp, tmp_path / "p", story, "--listen", "sample")
    assert "Ask about the seasons" in (tmp_path / "a.srt").read_text()


def test_a_microphone_is_captioned(qapp: QApplication, pulse: PulseServer, tmp_path: Path) -> None:
    async def story(desktop: Desktop) -> None:
        service = desktop.service
        await until(lambda: isinstance(service.status, Listening))
        player = pulse.play(sample_path())
        try:
            await until(lambda: len(service.transcript) >= 1, 40)
        finally:
            player.kill()
            player.wait()
        desktop.window.commands.start_or_stop()
        await until(lambda: isinstance(service.status, Idle))
        assert words(desktop.window.transcript_view.toPlainText()).startswith(OPENING)

    run_desktop(qapp, tmp_path, story, "--listen", "mic")


def test_a_hundred_starts_and_stops_leave_nothing(pulse: PulseServer) -> None:
    catalogue = Catalogue()
    service = CaptionService(open_source, catalogue.engine)
    plan = SessionPlan(MicrophoneSource(), "moonshine")
    chance = random.Random(7)

    async def main() -> int:
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(service.run())
            await asyncio.sleep(0)
            for _ in range(CYCLES):
                service.start(plan)
                await asyncio.sleep(chance.choice((0.0, 0.01, 0.05, 0.1)))
                chance.choice((service.finish, service.cancel))()
                await until(lambda: not service.busy or isinstance(service.status, Listening))
                service.cancel()
                await until(lambda: not service.busy)
            service.close()
            await running
        return len(asyncio.all_tasks())

    before, recordings = threading.active_count(), pulse.pactl("list", "short", "source-outputs")
    assert asyncio.run(main()) == 1
    catalogue.close()
    assert threading.active_count() == before
    assert PORTAUDIO._open == 0
    assert pulse.pactl("list", "short", "source-outputs") == recordings


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--language", "zh"), "Embedded (English) does not understand the language 'zh'."),
        (("--cut", "manual"), "Embedded (English) ends sentences by itself; --cut manual changes nothing."),
    ],
)
def test_what_the_command_line_asks_in_vain_is_said(
    qapp: QApplication, tmp_path: Path, words: tuple[str, ...], told: str
) -> None:
    async def story(desktop: Desktop) -> None:
        strip = desktop.window.findChild(NoticeStrip)
        assert isinstance(strip, NoticeStrip)
        await until(lambda: strip.notice is not None and told in strip.notice.text)

    run_desktop(qapp, tmp_path / "p", story, *words)


@pytest.mark.parametrize("moment", [0.0, 0.15, 0.5, 1.2, 2.5])
def test_closing_at_any_moment_ends_the_program(moment: float, tmp_path: Path) -> None:
    env = {"QT_QPA_PLATFORM": "offscreen"}
    trace = tmp_path / "trace"
    process = start("--listen", "sample", "--trace", trace, profile=tmp_path / "p", env=env)
    deadline = time.monotonic() + 20
    while not trace.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(moment + 0.5)
    process.send_signal(signal.SIGTERM)
    try:
        _, err = process.communicate(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    assert process.returncode == 0
    assert "Traceback" not in err
    assert not (tmp_path / "p" / "logs" / "surtitle.log").exists()
