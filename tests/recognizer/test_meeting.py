"""Two lanes on one clock: neither waits for, hears, or falls with the other."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from itertools import cycle, pairwise
from pathlib import Path

import numpy as np
import pytest

from app.audio.base import Block
from app.domain.audio import SPEECH_RATE
from app.domain.errors import DeviceLostError, InputError
from app.domain.events import Disconnected
from app.domain.request import (
    LANE_ME,
    LANE_THEM,
    MANUAL_PAUSE,
    Cut,
    LaneSource,
    MeetingSource,
    RecognitionRequest,
    SessionPlan,
)
from app.domain.segment import Segment
from app.engines.base import Emit, FrameSource
from app.recognizer.captioning import UNHEARD
from app.recognizer.news import (
    CaptionChanged,
    LaneFailed,
    LaneMuted,
    LanesBegan,
    LevelChanged,
    Progress,
)
from app.recognizer.service import CaptionService
from app.recognizer.status import (
    Connecting,
    Failed,
    Finishing,
    Idle,
    Listening,
    Paused,
    Reconnecting,
    Reduced,
)
from app.recognizer.trace import Trace
from tests.fakes.engine import CountingEngine
from tests.fakes.sound import FakeSource
from tests.recognizer.captioned import Captioned

MEETING = SessionPlan(MeetingSource(), "counting", cancel_echo=False)
BOTH = (LANE_ME, LANE_THEM)


class StampedSource(FakeSource):
    """Its sound came at moments that the test knows, and was handed over late, but not always."""

    def __init__(self, began: float) -> None:
        super().__init__()
        self._now = began
        self._late = cycle((0.2, 0.05, 0.0, 0.3))

    def read(self) -> Block | None:
        block = super().read()
        if block is None:
            return None
        self._now += len(block.samples) / SPEECH_RATE
        return replace(block, at=self._now + next(self._late))


class Listener(CountingEngine):
    """Says nothing, and keeps what it hears."""

    def __init__(self) -> None:
        super().__init__()
        self.frames: list[np.ndarray] = []

    async def run(self, frames: FrameSource, emit: Emit) -> None:
        while (frame := await frames.read()) is not None:
            self.frames.append(frame.samples)

    @property
    def silence(self) -> float:
        """Seconds before the first sound."""
        heard = np.concatenate(self.frames)
        return int(np.flatnonzero(np.abs(heard) > 0.1)[0]) / SPEECH_RATE


class Room(Captioned):
    """A service with two sources and an engine for each lane."""

    def __init__(self, me: FakeSource, them: FakeSource, /, **engines: CountingEngine) -> None:
        self.sources = {LANE_ME: me, LANE_THEM: them}
        self._engines = engines
        self.engines: list[CountingEngine] = []
        self.requests: list[RecognitionRequest] = []
        super().__init__(CaptionService(self._open, self._make))

    def _open(self, spec: LaneSource) -> FakeSource:
        return self.sources[spec.lane]

    def _make(self, name: str, request: RecognitionRequest) -> CountingEngine:
        lane = ("me", "them")[len(self.engines) % 2]
        self.requests.append(request)
        self.engines.append(self._engines.get(lane) or CountingEngine())
        return self.engines[-1]

    def segments(self, lane: str) -> list[Segment]:
        entries = self.service.transcript.entries
        return [entry for entry in entries if isinstance(entry, Segment) and entry.lane == lane]

    async def has(self, lane: str, count: int) -> None:
        await self.until(lambda: len(self.segments(lane)) >= count)


def test_both_lanes_are_captioned_in_the_order_of_time() -> None:
    room = Room(FakeSource(), FakeSource())

    async def story() -> None:
        await room.has(LANE_ME, 2)
        await room.has(LANE_THEM, 2)

    room.caption(MEETING, story)
    entries = room.service.transcript.entries
    assert [entry.start for entry in entries] == sorted(entry.start for entry in entries)
    for lane in BOTH:
        assert [one.text for one in room.segments(lane)][:2] == ["second 0", "second 1"]
    assert room.news[0] == LanesBegan(BOTH)
    kinds = [type(status) for status in room.statuses]
    assert kinds == [Connecting, Listening, Finishing, Idle]
    assert all(source.closed for source in room.sources.values())
    assert {news.lane for news in room.of(LevelChanged)} == set(BOTH)
    assert {news.caption.lane for news in room.of(CaptionChanged)} == set(BOTH)


def test_what_came_at_one_moment_has_one_time_whoever_was_heard_first() -> None:
    me, them = Listener(), Listener()
    soon = time.monotonic() + 1.0
    room = Room(StampedSource(soon + 0.4), StampedSource(soon), me=me, them=them)

    async def story() -> None:
        await room.until(lambda: bool(me.frames and them.frames))

    room.caption(MEETING, story)
    # Give or take the few samples that a resampler could smear.
    assert abs(me.silence - them.silence - 0.4) < 0.001
    assert them.silence < 1.0


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
    room = Room(FakeSource(0, fails=InputError("No microphone.")), FakeSource(0.5, fails=InputError("Gone.")))

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


def test_mute_silences_one_lane_and_its_clock_goes_on() -> None:
    room = Room(FakeSource(), FakeSource())

    async def story() -> None:
        await room.has(LANE_ME, 1)
        room.service.mute(LANE_ME, True)
        heard = len(room.engines[0].heard), len(room.engines[1].heard)
        await room.has(LANE_ME, 4)
        await room.has(LANE_THEM, 4)
        silenced = room.engines[0].heard[heard[0] + 3 :]
        assert silenced
        assert max(silenced) == 0.0
        assert min(room.engines[1].heard) > 0.4
        room.service.mute(LANE_ME, False)
        await room.until(lambda: room.engines[0].heard[-1] > 0.4)

    room.caption(MEETING, story)
    assert room.of(LaneMuted) == [LaneMuted(LANE_ME, True), LaneMuted(LANE_ME, False)]


def test_a_pause_silences_both() -> None:
    room = Room(FakeSource(), FakeSource())

    async def story() -> None:
        await room.has(LANE_ME, 1)
        await room.has(LANE_THEM, 1)
        room.service.pause()
        assert isinstance(room.service.status, Paused)
        await room.until(lambda: all(engine.heard[-1] == 0.0 for engine in room.engines))
        room.service.resume()
        assert isinstance(room.service.status, Listening)
        await room.until(lambda: all(engine.heard[-1] > 0.4 for engine in room.engines))

    room.caption(MEETING, story)


def test_push_to_talk_holds_back_the_user_alone() -> None:
    request = RecognitionRequest(cut=Cut.MANUAL)
    room = Room(FakeSource(), FakeSource())

    async def story() -> None:
        await room.has(LANE_THEM, 2)
        assert max(room.engines[0].heard) == 0.0
        room.service.talk(True)
        await room.until(lambda: room.engines[0].heard[-1] > 0.4)

    room.caption(replace(MEETING, request=request, push_to_talk=True), story)
    assert min(room.engines[1].heard) > 0.4
    assert [one.commit_pause for one in room.requests] == [None, MANUAL_PAUSE]


def test_the_next_meeting_goes_on_where_the_longer_lane_ended() -> None:
    room = Room(FakeSource(1.5, fails=DeviceLostError("Gone.")), FakeSource())

    async def story() -> None:
        room.service.start(MEETING)
        await room.has(LANE_THEM, 4)
        room.service.finish()
        await room.ended()
        ended = room.service.elapsed
        assert ended >= 4
        room.sources = {LANE_ME: FakeSource(), LANE_THEM: FakeSource()}
        room.service.start(MEETING)
        await room.until(lambda: bool(room.segments(LANE_ME)) and room.segments(LANE_ME)[-1].start >= ended)
        room.service.finish()
        await room.ended()

    room.run(story)
    for lane in BOTH:
        said = room.segments(lane)
        assert len({one.id for one in said}) == len(said)
        assert all(a.end <= b.start for a, b in pairwise(said))


def test_the_end_of_the_program_ends_both() -> None:
    room = Room(FakeSource(), FakeSource())

    async def story() -> None:
        room.service.start(MEETING)
        await room.has(LANE_ME, 1)
        room.service.cancel()
        await room.ended()

    room.run(story)
    assert all(source.closed for source in room.sources.values())


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


def test_the_trace_says_which_lane(tmp_path: Path) -> None:
    room = Room(FakeSource(lost=800), FakeSource())
    trace = Trace(tmp_path / "trace", pytest.fail)
    room.replace(CaptionService(room._open, room._make, trace))

    async def story() -> None:
        await room.has(LANE_ME, 1)
        await room.has(LANE_THEM, 1)

    room.caption(MEETING, story)
    trace.close()
    rows = [json.loads(line) for line in (tmp_path / "trace").read_text().splitlines()]
    for kind in ("audio", "event"):
        assert {row["lane"] for row in rows if row["kind"] == kind} == set(BOTH)
    assert [row["lane"] for row in rows if row.get("event") == "gap"] == [LANE_ME]


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
