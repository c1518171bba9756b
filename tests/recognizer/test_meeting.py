"""Two lanes on one clock: neither waits for, hears, or falls with the other."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import replace
from itertools import cycle, pairwise
from pathlib import Path

import numpy as np
import pytest

from app.audio.base import Block
from app.domain.audio import SPEECH_RATE
from app.domain.errors import DeviceLostError
from app.domain.events import Final
from app.domain.request import (
    LANE_ME,
    LANE_THEM,
    MANUAL_PAUSE,
    Cut,
    MicrophoneSource,
    RecognitionRequest,
    SessionPlan,
)
from app.engines.base import Emit, FrameSource
from app.recognizer.news import (
    CaptionChanged,
    LaneMuted,
    LanesBegan,
    LevelChanged,
)
from app.recognizer.service import CaptionService
from app.recognizer.status import (
    Connecting,
    Finishing,
    Idle,
    Listening,
    Paused,
)
from app.recognizer.trace import Trace
from tests.fakes.engine import CountingEngine
from tests.fakes.sound import FakeSource
from tests.recognizer.room import BOTH, MEETING, Room


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


class Speaker(CountingEngine):
    """Says its sentences, three seconds each, as soon as it hears anything and may speak."""

    def __init__(self, *sentences: str) -> None:
        super().__init__()
        self.may_speak = asyncio.Event()
        self.sentences = sentences

    async def run(self, frames: FrameSource, emit: Emit) -> None:
        frame = await frames.read()
        assert frame is not None
        await self.may_speak.wait()
        for number, sentence in enumerate(self.sentences):
            start = frame.start_seconds + 3.0 * number
            emit(Final(number + 1, start, start + 2.5, sentence))
        while await frames.read() is not None:
            pass


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


def test_a_lane_stays_muted_in_what_is_begun_anew() -> None:
    room = Room(FakeSource(), FakeSource())

    async def story() -> None:
        room.service.start(MEETING)
        await room.has(LANE_ME, 1)
        room.service.mute(LANE_ME, True)
        room.service.finish()
        await room.ended()
        for plan in (MEETING, SessionPlan(MicrophoneSource(), "counting")):
            room.sources = {LANE_ME: FakeSource(), LANE_THEM: FakeSource()}
            begun = len(room.engines)
            room.service.start(plan)
            await room.until(
                lambda begun=begun: len(room.engines) > begun and len(room.engines[begun].heard) > 9
            )
            assert max(room.engines[begun].heard) == 0.0
            room.service.finish()
            await room.ended()
        assert min(room.engines[3].heard) > 0.4

    room.run(story)
    assert room.of(LaneMuted) == [LaneMuted(LANE_ME, True)] * 3


def test_a_lane_that_may_be_heard_again_is_heard_from_the_next_start_on() -> None:
    room = Room(FakeSource(), FakeSource())

    async def story() -> None:
        room.service.mute(LANE_THEM, True)
        room.service.mute(LANE_THEM, False)
        room.service.start(MEETING)
        await room.has(LANE_THEM, 1)
        room.service.finish()
        await room.ended()

    room.run(story)
    assert min(room.engines[1].heard) > 0.4


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


def test_an_echo_is_not_written_twice_whoever_is_recognized_first() -> None:
    played, said, corrected = (
        "the report goes out on Friday evening",
        "I would rather have it a week earlier",
        "then let us move all of it to May",
    )
    me, them = Speaker(played, said, corrected), Speaker(played, "so it is", corrected)
    room = Room(FakeSource(), FakeSource(), me=me, them=them)

    async def story() -> None:
        me.may_speak.set()
        await room.has(LANE_ME, 3)
        room.service.transcript.rewrite(2, 1, [f"{corrected}!"])
        them.may_speak.set()
        await room.has(LANE_THEM, 3)

    room.caption(replace(MEETING, cancel_echo=True), story)
    assert [one.text for one in room.segments(LANE_ME)] == [said, f"{corrected}!"]
    assert [one.text for one in room.segments(LANE_THEM)] == [played, "so it is", corrected]


def test_after_another_start_only_the_echo_is_taken_back() -> None:
    first, played = "let us begin with the minutes of last week", "the report goes out on Friday evening"
    me, them = Speaker(first), Speaker("good morning to all of you")
    room = Room(FakeSource(), FakeSource(), me=me, them=them)
    plan = replace(MEETING, cancel_echo=True)

    async def story() -> None:
        room.service.start(plan)
        me.may_speak.set()
        them.may_speak.set()
        await room.has(LANE_ME, 1)
        await room.has(LANE_THEM, 1)
        room.service.finish()
        await room.ended()
        me.sentences = them.sentences = (played,)
        them.may_speak.clear()
        room.sources = {lane: FakeSource() for lane in BOTH}
        room.service.start(plan)
        await room.has(LANE_ME, 2)
        them.may_speak.set()
        await room.has(LANE_THEM, 2)
        room.service.finish()
        await room.ended()

    room.run(story)
    assert [one.text for one in room.segments(LANE_ME)] == [first]
    assert [one.text for one in room.segments(LANE_THEM)] == ["good morning to all of you", played]
