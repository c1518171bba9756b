from __future__ import annotations

import subprocess
import threading
import time

import numpy as np
import pytest

from app.audio.playback import Playback
from tests.audio.sounds import chatter
from tests.harness.pulse import SPEAKERS, PulseServer

pytestmark = pytest.mark.xdist_group("sound")


def test_sound_comes_out_of_the_speakers_at_its_pace(pulse: PulseServer) -> None:
    command = ["parec", "-d", f"{SPEAKERS}.monitor", "--format=s16le", "--channels=1", "--latency-msec=20"]
    ear = subprocess.Popen(command, env=pulse.env, stdout=subprocess.PIPE)
    ear.stdout.read(2)
    playback = Playback()
    playback.open(16000)
    voice = chatter(1, 16000)
    began = time.monotonic()
    for at in range(0, len(voice), 800):
        playback.write(voice[at : at + 800])
    took = time.monotonic() - began
    playback.close()
    ear.terminate()
    recorded, _ = ear.communicate(timeout=5)
    heard = np.frombuffer(recorded[: len(recorded) // 2 * 2], "<i2")
    assert took > 0.5
    assert np.abs(heard).max() > 0.2 * 32768


def test_closing_from_another_thread_is_safe(pulse: PulseServer) -> None:
    playback = Playback()
    playback.open(16000)
    closer = threading.Timer(0.1, playback.close)
    closer.start()
    for _ in range(20):
        playback.write(np.zeros(800, np.float32))
    closer.join()
    playback.close()


def test_without_speakers_it_is_silent() -> None:
    with PulseServer() as server:
        server.stop()
        playback = Playback()
        playback.open(16000)
        playback.write(np.zeros(800, np.float32))
        playback.close()
