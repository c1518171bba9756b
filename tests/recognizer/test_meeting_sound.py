"""Two lanes from a real sound server: one clock, whatever their devices need to begin."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import numpy as np
import pytest

from app.audio.sources import open_source
from app.domain.audio import SPEECH_RATE, ReplayStage
from app.domain.request import (
    LANE_ME,
    LANE_THEM,
    MeetingSource,
    MicrophoneSource,
    SessionPlan,
    SystemSource,
)
from app.engines.base import Emit, FrameSource
from app.recognizer.news import LaneFailed, News, Remark, ReplayChanged
from app.recognizer.service import CaptionService
from tests.audio.listening import listening
from tests.audio.sounds import chatter, write_wav
from tests.harness.pulse import MICROPHONE_NAME, SPEAKERS, PulseServer

pytestmark = pytest.mark.xdist_group("sound")


class Tape:
    """Keeps what it hears."""

    def __init__(self) -> None:
        self.start = -1
        self.pieces: list[np.ndarray] = []

    async def run(self, frames: FrameSource, emit: Emit) -> None:
        while (frame := await frames.read()) is not None:
            if self.start < 0:
                self.start = frame.start
            self.pieces.append(frame.samples)

    @property
    def sound(self) -> np.ndarray:
        return np.concatenate(self.pieces) if self.pieces else np.empty(0, np.float32)


class Hall:
    """A service that keeps what both lanes hear."""

    def __init__(self, *, slow: float = 0.0) -> None:
        self.tapes = [Tape(), Tape()]
        self.news: list[News] = []
        waiting = list(self.tapes)
        self._slow = slow
        self.service = CaptionService(self._open, lambda name, request: waiting.pop(0))
        self.service.subscribe(self.news.append)

    def _open(self, spec):
        source = open_source(spec)
        if spec.lane == LANE_ME and self._slow:
            opening = source.open

            def late():
                time.sleep(self._slow)
                return opening()

            source.open = late
        return source

    @property
    def remarks(self) -> list[str]:
        return [one.sentence for one in self.news if isinstance(one, Remark)]

    @property
    def replayed(self) -> list[ReplayStage | None]:
        return [one.playing for one in self.news if isinstance(one, ReplayChanged)]

    async def until(self, condition) -> None:
        async with asyncio.timeout(20):
            while not condition():
                await asyncio.sleep(0.02)


def lag(one: np.ndarray, other: np.ndarray) -> float:
    """Seconds by which `other` is later."""
    size = 2 * max(len(one), len(other))
    likeness = np.fft.irfft(np.fft.rfft(other, size) * np.conj(np.fft.rfft(one, size)), size)
    place = int(likeness.argmax())
    return (place - size if place > size // 2 else place) / SPEECH_RATE


def rms(samples: np.ndarray) -> float:
    return float(np.sqrt(np.mean(samples**2)))


@pytest.mark.parametrize("slow", [0.0, 1.0])
def test_what_sounds_at_one_moment_has_one_time_on_both_lanes(tmp_path: Path, slow: float) -> None:
    """The microphone hears the speakers and nothing else, so both lanes carry the same sound."""
    with PulseServer() as server:
        server.load("module-remap-source", "source_name=ear", f"master={SPEAKERS}.monitor")
        hall = Hall(slow=slow)
        plan = SessionPlan(MeetingSource(MicrophoneSource("ear"), SystemSource()), "tape", cancel_echo=False)
        voice = write_wav(tmp_path / "voice.wav", chatter(3))

        async def main() -> None:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(hall.service.run())
                await asyncio.sleep(0)
                hall.service.start(plan)
                await hall.until(lambda: all(tape.pieces for tape in hall.tapes))
                player = server.play(voice, SPEAKERS)
                await hall.until(lambda: player.poll() is not None)
                hall.service.finish()
                await hall.until(lambda: not hall.service.busy)
                hall.service.close()

        asyncio.run(main())
    me, them = (tape.sound for tape in hall.tapes)
    assert [tape.start for tape in hall.tapes] == [0, 0]
    assert min(np.abs(me).max(), np.abs(them).max()) > 0.1
    assert abs(lag(me, them)) < 0.05


def test_what_the_speakers_play_is_taken_out_of_the_microphone(tmp_path: Path) -> None:
    """The microphone hears the speakers and nothing else, so next to nothing is left, muted or not."""
    with PulseServer() as server:
        server.load("module-remap-source", "source_name=ear", f"master={SPEAKERS}.monitor")
        hall = Hall()
        plan = SessionPlan(MeetingSource(MicrophoneSource("ear"), SystemSource()), "tape")
        voice = write_wav(tmp_path / "voice.wav", chatter(7))

        async def main() -> None:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(hall.service.run())
                await asyncio.sleep(0)
                hall.service.start(plan)
                await hall.until(lambda: all(tape.pieces for tape in hall.tapes))
                player = server.play(voice, SPEAKERS)
                await asyncio.sleep(5)
                hall.service.mute(LANE_THEM, True)
                await hall.until(lambda: player.poll() is not None)
                hall.service.finish()
                await hall.until(lambda: not hall.service.busy)
                hall.service.close()

        asyncio.run(main())
    me, them = (tape.sound for tape in hall.tapes)
    began = int(np.flatnonzero(np.abs(them) > 0.05)[0])
    known = slice(began + 3 * SPEECH_RATE, began + 4 * SPEECH_RATE)
    assert rms(me[known]) < rms(them[known]) / 4
    muted = slice(began + 6 * SPEECH_RATE, began + round(6.5 * SPEECH_RATE))
    assert rms(them[muted]) == 0
    assert rms(me[muted]) < rms(them[known]) / 4


def test_a_microphone_that_goes_has_a_successor_and_leaves_the_system_sound_alone(tmp_path: Path) -> None:
    with PulseServer() as server:
        number = server.add_microphone("usb", "USB microphone")
        hall = Hall()
        plan = SessionPlan(MeetingSource(MicrophoneSource("usb"), SystemSource()), "tape")
        voice = write_wav(tmp_path / "voice.wav", chatter(2))

        async def main() -> None:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(hall.service.run())
                await asyncio.sleep(0)
                hall.service.start(plan)
                await hall.until(lambda: all(tape.pieces for tape in hall.tapes))
                server.unload(number)
                await hall.until(lambda: any("USB microphone" in sentence for sentence in hall.remarks))
                player = server.play(voice, SPEAKERS)
                await hall.until(lambda: player.poll() is not None)
                hall.service.finish()
                await hall.until(lambda: not hall.service.busy)
                hall.service.close()

        asyncio.run(main())
    assert hall.remarks == [f"“USB microphone” was unplugged; listening to “{MICROPHONE_NAME}”."]
    assert np.abs(hall.tapes[1].sound).max() > 0.1
    assert not any(isinstance(one, LaneFailed) for one in hall.news)


def test_what_the_user_hears_again_is_what_was_said_and_no_lane_hears_it(tmp_path: Path) -> None:
    """The system lane carries whatever the speakers play: the replay, too, were it not kept from it."""
    with PulseServer() as server:
        hall = Hall()
        plan = SessionPlan(MeetingSource(MicrophoneSource(), SystemSource()), "tape", cancel_echo=False)
        voice = chatter(3)
        heard = np.empty(0, np.float32)

        async def main() -> None:
            nonlocal heard
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(hall.service.run())
                await asyncio.sleep(0)
                hall.service.start(plan)
                await hall.until(lambda: all(tape.pieces for tape in hall.tapes))
                player = server.play(write_wav(tmp_path / "voice.wav", voice))
                await hall.until(lambda: player.poll() is not None)
                await asyncio.sleep(0.3)
                with listening(server) as ear:
                    hall.service.replay(ReplayStage.BEFORE)
                    await hall.until(lambda: hall.replayed[-1:] == [None])
                heard = ear.heard
                hall.service.finish()
                await hall.until(lambda: not hall.service.busy)
                hall.service.close()

        asyncio.run(main())
    me, them = (tape.sound for tape in hall.tapes)
    assert hall.replayed == [ReplayStage.BEFORE, None]
    assert np.abs(me).max() > 0.1
    assert np.abs(them).max() < 0.001
    # Its middle: what the speakers make of the ends is their affair.
    said = voice[::3][SPEECH_RATE : 2 * SPEECH_RATE]
    likeness = np.correlate(heard, said, "valid")
    at = int(likeness.argmax())
    assert np.corrcoef(heard[at : at + len(said)], said)[0, 1] > 0.9
