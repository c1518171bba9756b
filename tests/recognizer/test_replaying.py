"""The last seconds of the user's lane, played to the user while no lane hears anything."""

from __future__ import annotations

import asyncio
import gc
import threading
import weakref

import numpy as np
import pytest

from app.audio.base import Block
from app.audio.replay import KEPT_SECONDS, Replay
from app.domain.audio import SPEECH_RATE, AudioFormat, AudioFrame, ReplayStage
from app.domain.errors import DeviceLostError, PlaybackError
from app.domain.request import (
    LANE_ME,
    LANE_THEM,
    LaneSource,
    MeetingSource,
    MicrophoneSource,
    SampleSource,
    SessionPlan,
    SystemSource,
)
from app.recognizer import replaying
from app.recognizer.news import ReplayChanged
from app.recognizer.service import CaptionService
from app.recognizer.status import Failed, Idle
from tests.fakes.engine import CountingEngine
from tests.fakes.sound import FakeSource
from tests.recognizer.captioned import Captioned

BEFORE, AFTER = ReplayStage.BEFORE, ReplayStage.AFTER
RATE = 48_000
MIC = SessionPlan(MicrophoneSource(), "counting")
MEETING = SessionPlan(MeetingSource(MicrophoneSource(), SystemSource()), "counting", cancel_echo=False)


class Stereo(FakeSource):
    """The left channel says 0.5, the right one 0.3; at 48 kHz."""

    def open(self) -> AudioFormat:
        super().open()
        return AudioFormat(RATE, 2)

    def _block(self, length: int) -> Block:
        return Block(np.tile(np.array([[0.5, 0.3]], np.float32), (3 * length, 1)))


class Speakers:
    """Plays until a test lets it end, or it is told to.

    Attributes:
        fails: what there is instead of sound.
    """

    def __init__(self) -> None:
        self.played: list[AudioFrame] = []
        self.threads: list[int] = []
        self.stopped = 0
        self.done = threading.Event()
        self.fails: Exception | None = None

    def __call__(self, sound: AudioFrame, over: threading.Event) -> None:
        self.threads.append(threading.get_ident())
        if self.fails is not None:
            raise self.fails
        self.played.append(sound)
        while not self.done.is_set():
            if over.wait(0.005):
                self.stopped += 1
                return


class Room(Captioned):
    def __init__(self, **sources: FakeSource) -> None:
        self.sources = sources or {LANE_ME: Stereo()}
        self.engines: list[CountingEngine] = []
        self.speakers = Speakers()
        super().__init__(CaptionService(self._open, self._engine, play=self.speakers))

    def _open(self, spec: LaneSource) -> FakeSource:
        return self.sources[spec.lane]

    def _engine(self, name: str, request: object) -> CountingEngine:
        self.engines.append(CountingEngine())
        return self.engines[-1]

    @property
    def told(self) -> list[ReplayStage | None]:
        return [one.playing for one in self.news if isinstance(one, ReplayChanged)]

    @property
    def problems(self) -> list[str]:
        found = [one.problem for one in self.news if isinstance(one, ReplayChanged)]
        return [str(problem) for problem in found if problem is not None]

    async def ready(self, plan: SessionPlan = MIC) -> None:
        self.service.start(plan)
        await self.until(lambda: self.service.replayable)

    async def playing(self, stage: ReplayStage) -> None:
        before = len(self.speakers.played)
        self.service.replay(stage)
        await self.until(lambda: len(self.speakers.played) > before)

    async def heard(self, silent: bool, engine: int = 0) -> None:
        """Wait until what the engine hears is silence, or is not."""
        heard = self.engines[engine].heard
        await self.until(lambda: (heard[-1] == 0) is silent)

    async def finish(self) -> None:
        self.service.finish()
        await self.until(lambda: not self.service.busy)


def test_both_stages_are_played_each_at_its_rate_off_the_loop() -> None:
    room = Room()

    async def story() -> None:
        assert not room.service.replayable
        await room.ready()
        await room.playing(BEFORE)
        await room.playing(AFTER)
        room.speakers.done.set()
        await room.until(lambda: room.told[-1] is None)
        await room.finish()

    room.run(story)
    before, after = room.speakers.played
    assert (before.rate, after.rate) == (RATE, SPEECH_RATE)
    for sound in (before, after):
        assert 1.5 < len(sound.samples) / sound.rate <= KEPT_SECONDS
        assert np.allclose(sound.samples[sound.rate // 2 : -sound.rate // 10], 0.4, atol=0.01)
    # The same seconds, so that they can be compared.
    assert abs(len(before.samples) / before.rate - len(after.samples) / after.rate) < 0.1
    assert room.told == [BEFORE, AFTER, None]
    assert threading.get_ident() not in room.speakers.threads


def test_while_it_plays_nothing_is_heard_and_then_it_is_again() -> None:
    room = Room()

    async def story() -> None:
        await room.ready()
        await room.heard(silent=False)
        await room.playing(BEFORE)
        await room.heard(silent=True)
        elapsed = room.service.elapsed
        await room.until(lambda: room.service.elapsed > elapsed + 0.5)
        room.service.replay(None)
        await room.until(lambda: room.told[-1] is None)
        await room.heard(silent=False)
        await room.finish()

    room.run(story)
    assert room.speakers.stopped == 1
    assert room.told == [BEFORE, None]


def test_in_a_meeting_no_lane_hears_it_and_the_microphone_is_what_is_played() -> None:
    room = Room(**{LANE_ME: Stereo(), LANE_THEM: FakeSource()})

    async def story() -> None:
        await room.ready(MEETING)
        for engine in (0, 1):
            await room.heard(silent=False, engine=engine)
        await room.playing(BEFORE)
        for engine in (0, 1):
            await room.heard(silent=True, engine=engine)
        room.service.replay(None)
        for engine in (0, 1):
            await room.heard(silent=False, engine=engine)
        await room.finish()

    room.run(story)
    assert room.speakers.played[0].rate == RATE


def test_a_lane_that_was_muted_stays_so() -> None:
    room = Room()

    async def story() -> None:
        await room.ready()
        room.service.mute(LANE_ME, True)
        await room.heard(silent=True)
        await room.playing(BEFORE)
        room.service.replay(None)
        await room.until(lambda: room.told[-1] is None)
        await asyncio.sleep(0.5)
        assert room.engines[0].heard[-1] == 0
        await room.finish()

    room.run(story)


def test_what_was_not_meant_to_be_heard_is_not_remembered() -> None:
    room = Room()

    async def story() -> None:
        await room.ready()
        room.service.pause()
        elapsed = room.service.elapsed
        await room.until(lambda: room.service.elapsed > elapsed + KEPT_SECONDS)
        await room.playing(BEFORE)
        room.service.replay(None)
        await room.finish()

    room.run(story)
    assert room.speakers.played[0].samples.min() > 0.39


@pytest.mark.parametrize("ends", ["finish", "cancel"])
def test_the_end_of_captioning_ends_it_and_leaves_nothing_to_hear(ends: str) -> None:
    room = Room()

    async def story() -> None:
        await room.ready()
        remembered = [weakref.ref(one) for one in gc.get_objects() if isinstance(one, Replay)]
        await room.playing(AFTER)
        getattr(room.service, ends)()
        await room.until(lambda: not room.service.busy)
        assert not room.service.replayable
        room.service.replay(AFTER)
        await room.until(lambda: room.speakers.stopped == 1)
        gc.collect()
        assert [one for one in remembered if one() is not None] == []
        # And the next time it works as before.
        room.sources[LANE_ME] = Stereo()
        await room.ready()
        await room.playing(AFTER)
        await room.finish()

    room.run(story)
    assert isinstance(room.service.status, Idle)
    assert room.told == [AFTER, None, AFTER, None]


def test_it_ends_with_a_source_that_fails() -> None:
    room = Room(**{LANE_ME: FakeSource(4.0, fails=DeviceLostError("Unplugged."))})

    async def story() -> None:
        room.service.start(MIC)
        await room.until(lambda: isinstance(room.service.status, Failed))
        assert not room.service.replayable

    room.run(story)
    assert room.speakers.played == []


def test_asked_for_and_taken_back_at_once_nothing_is_heard() -> None:
    room = Room()

    async def story() -> None:
        await room.ready()
        room.service.replay(BEFORE)
        room.service.replay(None)
        await asyncio.sleep(0.05)
        await room.heard(silent=False)
        room.service.replay(BEFORE)
        room.service.finish()
        await room.until(lambda: not room.service.busy)

    room.run(story)
    assert room.speakers.played == []


@pytest.mark.parametrize(
    ("fails", "says"),
    [
        (PlaybackError("There is no output.", "Connect one."), "There is no output. Connect one."),
        (ZeroDivisionError(), "It could not be played because of a mistake in Surtitle."),
    ],
)
def test_what_can_not_be_played_is_said_and_captions_go_on(fails: Exception, says: str) -> None:
    room = Room()
    room.speakers.fails = fails

    async def story() -> None:
        await room.ready()
        room.service.replay(BEFORE)
        await room.until(lambda: bool(room.problems))
        await room.heard(silent=False)
        room.speakers.fails = None
        await room.playing(BEFORE)
        await room.finish()

    room.run(story)
    assert room.problems == [says]


def test_an_output_that_hangs_does_not_keep_the_lanes_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    # What is heard is two seconds long at least.
    monkeypatch.setattr(replaying, "PATIENCE_SECONDS", -replaying.READY_SECONDS + 0.1)
    room = Room()
    released = threading.Event()

    def hang(sound: AudioFrame, over: threading.Event) -> None:
        released.wait(30)

    room.replace(CaptionService(room._open, room._engine, play=hang))

    async def story() -> None:
        await room.ready()
        room.service.replay(BEFORE)
        await room.heard(silent=True)
        await room.until(lambda: bool(room.problems))
        await room.heard(silent=False)
        await room.finish()
        released.set()

    room.run(story)
    assert room.problems[0].startswith("The output takes no sound.")
    assert room.told == [BEFORE, None]


def test_of_a_recording_nothing_is_remembered() -> None:
    room = Room(**{LANE_ME: FakeSource(10, live=False)})

    async def story() -> None:
        room.service.start(SessionPlan(SampleSource(), "counting"))
        possible = False
        while room.service.busy:
            possible = possible or room.service.replayable
            await asyncio.sleep(0.001)
        assert not possible

    room.run(story)
