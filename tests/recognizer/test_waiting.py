"""With a real sound server: sessions that begin with nothing to hear, until there is something."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import TypeAlias

import pytest

from app.audio import microphones as microphones_module
from app.audio import system_sound as system_sound_module
from app.audio.sources import open_source
from app.domain.errors import InputError
from app.domain.request import (
    LANE_ME,
    LANE_THEM,
    MeetingSource,
    MicrophoneSource,
    SessionPlan,
    SourceSpec,
    SystemSource,
)
from app.recognizer.news import CaptionChanged, LaneTrouble
from app.recognizer.service import CaptionService
from app.recognizer.status import Failed, Idle, Listening, Waiting
from tests.fakes.engine import CountingEngine
from tests.harness.pulse import PulseServer
from tests.recognizer.captioned import Captioned, Story

pytestmark = pytest.mark.xdist_group("sound")

Plug: TypeAlias = Callable[[PulseServer], object]


class Wait(Captioned):
    """A service that hears real devices."""

    def __init__(self) -> None:
        super().__init__(CaptionService(open_source, lambda name, request: CountingEngine()))

    @property
    def troubles(self) -> set[str]:
        """Lanes that have no device."""
        lanes = {one.lane: one.sentence for one in self.news if isinstance(one, LaneTrouble)}
        return {lane for lane, sentence in lanes.items() if sentence}

    def hear(self, source: SourceSpec, story: Story) -> None:
        """Hear a source while `story` happens."""
        self.caption(SessionPlan(source, "counting"), story)


@pytest.fixture
def bare() -> Iterator[PulseServer]:
    """A sound server that has neither microphones nor outputs."""
    with PulseServer() as server:
        for number in ("3", "2", "1"):
            server.unload(number)
        yield server


def plug_microphone(server: PulseServer) -> None:
    server.add_microphone("usb", "Headset")


def plug_output(server: PulseServer) -> None:
    server.add_output("hdmi", "Screen")


def plug_both(server: PulseServer) -> None:
    plug_output(server)
    plug_microphone(server)


MEETING = MeetingSource(MicrophoneSource(), SystemSource())


@pytest.mark.parametrize(
    ("source", "plug", "lanes"),
    [
        (MicrophoneSource(), plug_microphone, {LANE_ME}),
        (SystemSource(), plug_output, {LANE_THEM}),
        (MEETING, plug_both, {LANE_ME, LANE_THEM}),
    ],
    ids=["microphone", "system sound", "meeting"],
)
def test_captions_begin_once_there_is_something_to_hear(
    bare: PulseServer, source: SourceSpec, plug: Plug, lanes: set[str]
) -> None:
    wait = Wait()
    service = wait.service
    took = 0.0
    marked = lanes if len(lanes) > 1 else {""}

    async def story() -> None:
        nonlocal took
        await wait.until(lambda: wait.troubles == lanes and isinstance(service.status, Waiting))
        assert service.status.lane == ""
        await wait.until(lambda: service.elapsed > 0.5)
        await asyncio.to_thread(plug, bare)
        took = await wait.until(lambda: wait.troubles == set() and isinstance(service.status, Listening))
        began = service.elapsed
        await wait.until(lambda: len(wait.gaps) == len(marked))
        await wait.until(lambda: service.elapsed > began + 0.5)

    wait.hear(source, story)
    assert isinstance(service.status, Idle)
    # Far less than that, on a machine that has nothing else to do.
    assert took < 5
    for lane in marked:
        first = next(gap for gap in wait.gaps if gap.lane == lane)
        assert first.start == 0.0
        assert first.end > 0.4
        assert "found" in first.reason or "no output" in first.reason
    assert {one.caption.lane for one in wait.news if isinstance(one, CaptionChanged)} == lanes


@pytest.mark.parametrize(
    ("taken", "lane", "plug"),
    [("3", LANE_ME, plug_microphone), ("1", LANE_THEM, plug_output)],
    ids=["microphone", "system sound"],
)
def test_in_a_meeting_one_lane_waits_while_the_other_is_heard(taken: str, lane: str, plug: Plug) -> None:
    wait = Wait()
    service = wait.service
    with PulseServer() as server:
        server.unload(taken)
        if lane == LANE_THEM:
            # What the microphone is fed through is an output, too.
            server.unload("2")
            server.load("module-pipe-source", "source_name=ear", f"file={server.folder}/ear")

        async def story() -> None:
            await wait.until(lambda: wait.troubles == {lane} and isinstance(service.status, Waiting))
            assert service.status.lane == lane
            await asyncio.to_thread(plug, server)
            await wait.until(lambda: isinstance(service.status, Listening))
            await wait.until(lambda: bool(wait.gaps))

        wait.hear(MEETING, story)
    assert [(gap.lane, gap.start) for gap in wait.gaps] == [(lane, 0.0)]


def test_a_session_that_never_heard_anything_ends_as_any_other(bare: PulseServer) -> None:
    wait = Wait()

    async def story() -> None:
        await wait.until(lambda: wait.service.elapsed > 1.5)

    wait.hear(MicrophoneSource("usb", "Headset"), story)
    assert isinstance(wait.service.status, Idle)
    (gap,) = wait.gaps
    assert (gap.start, gap.reason) == (0.0, "No microphone was found.")
    assert gap.end == pytest.approx(wait.service.elapsed, abs=0.1)


@pytest.mark.parametrize("source", [MicrophoneSource(), SystemSource()])
def test_without_the_sound_library_waiting_is_of_no_use(
    bare: PulseServer, monkeypatch: pytest.MonkeyPatch, source: SourceSpec
) -> None:
    missing = InputError("The sound library PortAudio is missing on this computer.", "Install it.")
    for module in (microphones_module, system_sound_module):
        monkeypatch.setattr(module, "library_problem", lambda: missing)
    wait = Wait()

    async def story() -> None:
        await wait.until(lambda: isinstance(wait.service.status, Failed))

    wait.hear(source, story)
    assert isinstance(wait.service.status, Failed)
    assert wait.service.status.error is missing
