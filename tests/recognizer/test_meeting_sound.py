"""Two lanes from a real sound server: one clock, whatever their devices need to begin."""

from __future__ import annotations

import asyncio
import subprocess
import time
from collections.abc import Iterator
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
from app.recognizer.news import LaneFailed, LaneTrouble, Remark, ReplayChanged
from app.recognizer.service import CaptionService
from tests.audio.listening import listening
from tests.audio.sounds import chatter, write_wav
from tests.harness.pulse import MICROPHONE_NAME, SPEAKERS, PulseServer
from tests.recognizer.captioned import Captioned, Story

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


class Hall(Captioned):
    """A service that keeps what both lanes hear."""

    def __init__(self, *, slow: float = 0.0) -> None:
        self.tapes = [Tape(), Tape()]
        waiting = list(self.tapes)
        self._slow = slow
        super().__init__(CaptionService(self._open, lambda name, request: waiting.pop(0)))

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

    @property
    def sounds(self) -> tuple[np.ndarray, np.ndarray]:
        """What was heard on the lane of the user, and on that of the others."""
        me, them = (tape.sound for tape in self.tapes)
        return me, them

    def hear(self, source: MeetingSource, story: Story, *, cancel_echo: bool = True) -> None:
        """Let `story` happen from when both lanes are heard."""

        async def once_heard() -> None:
            await self.until(lambda: all(tape.pieces for tape in self.tapes))
            await story()

        self.caption(SessionPlan(source, "tape", cancel_echo=cancel_echo), once_heard)

    async def played(self, player: subprocess.Popen[bytes]) -> None:
        """Wait until it has been played to the end."""
        await self.until(lambda: player.poll() is not None)


def lag(one: np.ndarray, other: np.ndarray) -> float:
    """Seconds by which `other` is later."""
    size = 2 * max(len(one), len(other))
    likeness = np.fft.irfft(np.fft.rfft(other, size) * np.conj(np.fft.rfft(one, size)), size)
    place = int(likeness.argmax())
    return (place - size if place > size // 2 else place) / SPEECH_RATE


def rms(samples: np.ndarray) -> float:
    return float(np.sqrt(np.mean(samples**2)))


@pytest.fixture
def server() -> Iterator[PulseServer]:
    """A sound server for one test."""
    with PulseServer() as server:
        yield server


@pytest.fixture
def ear(server: PulseServer) -> MeetingSource:
    """A meeting whose microphone hears the speakers and nothing else."""
    server.load("module-remap-source", "source_name=ear", f"master={SPEAKERS}.monitor")
    return MeetingSource(MicrophoneSource("ear"), SystemSource())


@pytest.mark.parametrize("slow", [0.0, 1.0])
def test_what_sounds_at_one_moment_has_one_time_on_both_lanes(
    server: PulseServer, ear: MeetingSource, tmp_path: Path, slow: float
) -> None:
    """Both lanes carry the same sound."""
    hall = Hall(slow=slow)
    voice = write_wav(tmp_path / "voice.wav", chatter(3))

    async def story() -> None:
        await hall.played(server.play(voice, SPEAKERS))

    hall.hear(ear, story, cancel_echo=False)
    me, them = hall.sounds
    assert [tape.start for tape in hall.tapes] == [0, 0]
    assert min(np.abs(me).max(), np.abs(them).max()) > 0.1
    assert abs(lag(me, them)) < 0.05


def test_lanes_that_waited_for_their_devices_have_one_time_too(server: PulseServer, tmp_path: Path) -> None:
    for number in ("3", "2", "1"):
        server.unload(number)
    hall = Hall()
    voice = write_wav(tmp_path / "voice.wav", chatter(3))

    def listening_to(name: str) -> bool:
        return f"Listening to “{name}”." in hall.remarks

    async def story() -> None:
        await hall.until(lambda: len(hall.of(LaneTrouble)) == 2)
        server.add_output("hdmi", "Screen")
        await hall.until(lambda: listening_to("Screen"))
        server.load(
            "module-remap-source",
            "source_name=ear",
            "master=hdmi.monitor",
            "source_properties=device.description=Ear",
        )
        await hall.until(lambda: listening_to("Ear"))
        await hall.played(server.play(voice, "hdmi"))

    hall.hear(MeetingSource(MicrophoneSource("ear"), SystemSource()), story, cancel_echo=False)
    me, them = hall.sounds
    assert min(np.abs(me).max(), np.abs(them).max()) > 0.1
    assert abs(lag(me, them)) < 0.05


def test_what_the_speakers_play_is_taken_out_of_the_microphone(
    server: PulseServer, ear: MeetingSource, tmp_path: Path
) -> None:
    """Next to nothing is left, muted or not."""
    hall = Hall()
    voice = write_wav(tmp_path / "voice.wav", chatter(7))

    async def story() -> None:
        player = server.play(voice, SPEAKERS)
        await asyncio.sleep(5)
        hall.service.mute(LANE_THEM, True)
        await hall.played(player)

    hall.hear(ear, story)
    me, them = hall.sounds
    began = int(np.flatnonzero(np.abs(them) > 0.05)[0])
    known = slice(began + 3 * SPEECH_RATE, began + 4 * SPEECH_RATE)
    assert rms(me[known]) < rms(them[known]) / 4
    muted = slice(began + 6 * SPEECH_RATE, began + round(6.5 * SPEECH_RATE))
    assert rms(them[muted]) == 0
    assert rms(me[muted]) < rms(them[known]) / 4


def test_a_microphone_that_goes_has_a_successor_and_leaves_the_system_sound_alone(
    server: PulseServer, tmp_path: Path
) -> None:
    number = server.add_microphone("usb", "USB microphone")
    hall = Hall()
    voice = write_wav(tmp_path / "voice.wav", chatter(2))

    async def story() -> None:
        server.unload(number)
        await hall.until(lambda: any("USB microphone" in sentence for sentence in hall.remarks))
        await hall.played(server.play(voice, SPEAKERS))

    hall.hear(MeetingSource(MicrophoneSource("usb"), SystemSource()), story)
    assert hall.remarks == [f"“USB microphone” was unplugged; listening to “{MICROPHONE_NAME}”."]
    assert np.abs(hall.tapes[1].sound).max() > 0.1
    assert hall.of(LaneFailed) == []


def test_what_the_user_hears_again_is_what_was_said_and_no_lane_hears_it(
    server: PulseServer, tmp_path: Path
) -> None:
    """The system lane carries whatever the speakers play: the replay, too, were it not kept from it."""
    hall = Hall()
    voice = chatter(3)
    heard = np.empty(0, np.float32)

    async def story() -> None:
        nonlocal heard
        await hall.played(server.play(write_wav(tmp_path / "voice.wav", voice)))
        await asyncio.sleep(0.3)
        with listening(server) as speakers:
            hall.service.replay(ReplayStage.BEFORE)
            await hall.until(lambda: hall.replayed[-1:] == [None])
        heard = speakers.heard

    hall.hear(MeetingSource(MicrophoneSource(), SystemSource()), story, cancel_echo=False)
    me, them = hall.sounds
    assert hall.replayed == [ReplayStage.BEFORE, None]
    assert np.abs(me).max() > 0.1
    assert np.abs(them).max() < 0.001
    # Its middle: what the speakers make of the ends is their affair.
    said = voice[::3][SPEECH_RATE : 2 * SPEECH_RATE]
    likeness = np.correlate(heard, said, "valid")
    at = int(likeness.argmax())
    assert np.corrcoef(heard[at : at + len(said)], said)[0, 1] > 0.9
