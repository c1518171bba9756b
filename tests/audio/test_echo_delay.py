"""Where the echo is found, where none is, and where one is over."""

from __future__ import annotations

import wave

import numpy as np
import pytest
import soxr

from app.audio.bundled import sample_path
from app.audio.echo_delay import REACH, SPAN, EchoDelay
from tests.audio.rooms import echo
from tests.audio.sounds import chatter

RATE = 16_000
EVERY = RATE // 4


def speech(name: str) -> np.ndarray:
    """One of the recordings that come with the embedded recognizer, shape (n,), at 16 kHz."""
    with wave.open(str(sample_path().with_name(name))) as file:
        sound = np.frombuffer(file.readframes(file.getnframes()), np.int16).astype(np.float32) / 32768
        return soxr.resample(sound, file.getframerate(), RATE)


def look(delay: EchoDelay, near: np.ndarray, far: np.ndarray, begin: float, end: float) -> list[bool]:
    """Look as time goes on: neither sound is known beyond the moment."""
    found = []
    for now in range(round(begin * RATE), round(end * RATE), EVERY):
        first = now - SPAN
        known = np.concatenate((np.zeros(SPAN + REACH, np.float32), far[:now], np.zeros(REACH, np.float32)))
        heard = np.concatenate((np.zeros(SPAN, np.float32), near[:now]))[now:]
        found.append(delay.look(heard, known[first + SPAN : first + 2 * SPAN + 2 * REACH]))
    return found


def test_an_echo_is_found_at_the_first_look() -> None:
    delay, far = EchoDelay(), chatter(4, RATE)
    assert all(look(delay, echo(far, 0.06), far, 0.5, 4))
    assert delay.samples == pytest.approx(0.06 * RATE, abs=40)


def test_an_echo_is_found_while_somebody_speaks() -> None:
    delay, far = EchoDelay(), chatter(4, RATE)
    look(delay, echo(far, 0.06) + 0.5 * chatter(4, RATE, seed=2), far, 0.5, 4)
    assert delay.samples == pytest.approx(0.06 * RATE, abs=40)


@pytest.mark.parametrize("pause", range(20, 100, 2))
def test_who_begins_to_speak_is_no_echo(pause: int) -> None:
    """Two people who have nothing to do with one another, from the first syllable of the second on."""
    far = speech(sample_path().name)[: 7 * RATE]
    near = np.concatenate((np.zeros(pause * RATE // 20, np.float32), speech("beckett.wav")))[: 7 * RATE]
    delay = EchoDelay()
    look(delay, near, far, pause / 20, 7)
    assert delay.looked
    assert delay.samples is None


def test_an_echo_that_is_over_is_forgotten() -> None:
    """Who puts on a headset must not lose words to what was once there."""
    delay, far = EchoDelay(), chatter(12, RATE)
    near = np.concatenate((echo(far, 0.06)[: 3 * RATE], chatter(9, RATE, seed=2)))
    look(delay, near, far, 0.5, 3)
    assert delay.samples is not None
    look(delay, near, far, 3, 12)
    assert delay.samples is None
