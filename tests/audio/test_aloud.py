"""Sound that the user asked for, heard back from the speakers' monitor."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from app.audio.aloud import play_aloud
from app.domain.audio import AudioFrame
from app.domain.errors import PlaybackError
from tests.audio.listening import RATE, listening
from tests.audio.sounds import chatter
from tests.harness.pulse import PulseServer

pytestmark = pytest.mark.xdist_group("sound")


def test_all_of_it_is_heard_and_as_it_is(pulse: PulseServer) -> None:
    voice = chatter(1.5, RATE)
    with listening(pulse) as ear:
        play_aloud(AudioFrame(0, voice, RATE), threading.Event())
    likeness = np.correlate(ear.heard, voice, "valid")
    at = int(likeness.argmax())
    assert np.corrcoef(ear.heard[at : at + len(voice)], voice)[0, 1] > 0.98
    # The end of it, too.
    end = ear.heard[at + len(voice) - RATE // 5 : at + len(voice)]
    assert np.corrcoef(end, voice[-RATE // 5 :])[0, 1] > 0.95


def test_it_falls_silent_when_told_to(pulse: PulseServer) -> None:
    over = threading.Event()
    stop = threading.Timer(0.5, over.set)
    with listening(pulse) as ear:
        stop.start()
        play_aloud(AudioFrame(0, chatter(30, RATE), RATE), over)
        stop.join()
    assert np.abs(ear.heard).max() > 0.1
    assert len(ear.heard) < 10 * RATE


def test_what_is_over_before_it_begins_is_not_heard(pulse: PulseServer) -> None:
    over = threading.Event()
    over.set()
    with listening(pulse) as ear:
        play_aloud(AudioFrame(0, chatter(1, RATE), RATE), over)
    assert np.abs(ear.heard).max(initial=0.0) < 0.001


def test_where_there_is_no_output_that_is_said() -> None:
    with PulseServer() as server:
        server.stop()
        with pytest.raises(PlaybackError, match="no output") as raised:
            play_aloud(AudioFrame(0, chatter(1, RATE), RATE), threading.Event())
    assert raised.value.remedy


def test_a_sound_server_without_outputs_is_no_output_either() -> None:
    with PulseServer() as server:
        # By name: all of them.
        server.unload("module-null-sink")
        with pytest.raises(PlaybackError, match="no output"):
            play_aloud(AudioFrame(0, chatter(1, RATE), RATE), threading.Event())
