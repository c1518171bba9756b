"""What becomes of a meeting where a source, an engine or a line fails."""

from __future__ import annotations

from itertools import pairwise

from app.domain.errors import DeviceLostError, InputError
from app.domain.events import Disconnected
from app.domain.request import (
    LANE_ME,
    LANE_THEM,
)
from app.engines.base import Emit, FrameSource
from app.recognizer.captioning import UNHEARD
from app.recognizer.news import (
    LaneFailed,
    Progress,
)
from app.recognizer.status import (
    Failed,
    Idle,
    Reconnecting,
    Reduced,
)
from tests.fakes.engine import CountingEngine
from tests.fakes.sound import FakeSource
from tests.recognizer.room import BOTH, MEETING, Room


def test_a_lane_that_fails_leaves_the_other_alone() -> None:
    gone = DeviceLostError("“Headset” stopped delivering sound.", "Plug it in.")
    room = Room(FakeSource(1.5, fails=gone), FakeSource())

    async def story() -> None:
        await room.until(lambda: bool(room.of(LaneFailed)))
        count = len(room.segments(LANE_THEM))
        await room.has(LANE_THEM, count + 2)
        assert room.service.status == Reduced(LANE_ME, gone.problem)

    room.caption(MEETING, story)
    assert [(news.lane, news.error) for news in room.of(LaneFailed)] == [(LANE_ME, gone)]
    assert [one.text for one in room.segments(LANE_ME)] == ["second 0", "second 1"]
    assert isinstance(room.service.status, Idle)
    progress = room.of(Progress)
    assert all(a.heard <= b.heard for a, b in pairwise(progress))


def test_a_lane_that_can_not_be_opened_leaves_the_other_alone() -> None:
    nothing = InputError("System sound can't be heard: there is no output.")
    room = Room(FakeSource(), FakeSource(0, fails=nothing))

    async def story() -> None:
        await room.has(LANE_ME, 1)

    room.caption(MEETING, story)
    assert [news.lane for news in room.of(LaneFailed)] == [LANE_THEM]
    assert isinstance(room.service.status, Idle)


def test_when_both_lanes_fail_captioning_failed() -> None:
    # The other one has so much to say that it is the last, however busy this computer is.
    room = Room(FakeSource(0, fails=InputError("No microphone.")), FakeSource(60, fails=InputError("Gone.")))

    room.caption_all(MEETING)
    assert [news.lane for news in room.of(LaneFailed)] == [LANE_ME]
    status = room.service.status
    assert isinstance(status, Failed)
    assert status.error.problem == "Gone."


def test_a_defect_on_one_lane_leaves_the_other_alone() -> None:
    class Broken(CountingEngine):
        async def run(self, frames: FrameSource, emit: Emit) -> None:
            await frames.read()
            raise ZeroDivisionError

    room = Room(FakeSource(), FakeSource(), me=Broken())

    async def story() -> None:
        await room.has(LANE_THEM, 2)

    room.caption(MEETING, story)
    assert [news.lane for news in room.of(LaneFailed)] == [LANE_ME]
    assert isinstance(room.service.status, Idle)


def test_what_was_cut_short_is_marked_on_its_lane() -> None:
    class Stuck(CountingEngine):
        async def run(self, frames: FrameSource, emit: Emit) -> None:
            while await frames.read() is not None:
                pass

    room = Room(FakeSource(), FakeSource(), me=Stuck(), them=Stuck())

    async def story() -> None:
        room.service.start(MEETING)
        await room.until(lambda: room.service.elapsed > 2)
        room.service.cancel()
        await room.ended()

    room.run(story)
    assert {gap.lane for gap in room.gaps} == set(BOTH)
    assert {gap.reason for gap in room.gaps} == {UNHEARD}


def test_a_line_that_is_down_on_one_lane_is_down() -> None:
    class Away(CountingEngine):
        async def run(self, frames: FrameSource, emit: Emit) -> None:
            emit(Disconnected("The service is away."))
            while await frames.read() is not None:
                pass

    room = Room(FakeSource(), FakeSource(), them=Away())

    async def story() -> None:
        await room.has(LANE_ME, 1)
        assert room.service.status == Reconnecting("The service is away.")

    room.caption(MEETING, story)
