"""Residue of an echo is silenced, a voice is not."""

from __future__ import annotations

import numpy as np
import pytest

from app.audio.echo_residue import EchoResidue
from tests.audio.sounds import chatter

RATE = 16_000
FRAME = 160


def through(near: np.ndarray, clean: np.ndarray) -> np.ndarray:
    residue = EchoResidue()
    frames = zip(near.reshape(-1, FRAME), clean.reshape(-1, FRAME), strict=True)
    return np.concatenate([residue.silenced(*pair) for pair in frames])


def test_what_is_left_of_an_echo_is_silenced_without_a_click() -> None:
    near = chatter(2, RATE)
    output = through(near, near * np.float32(0.05))
    assert np.count_nonzero(output[RATE:]) == 0
    assert np.abs(np.diff(output)).max() <= np.abs(np.diff(near)).max()


@pytest.mark.parametrize("share", [0.3, 1.0])
def test_a_voice_in_the_room_stays_as_it_is(share: float) -> None:
    near = chatter(2, RATE)
    clean = near * np.float32(share)
    np.testing.assert_array_equal(through(near, clean), clean)


def test_a_voice_is_let_through_within_its_first_frame() -> None:
    echo, voice = chatter(2, RATE, seed=1), chatter(2, RATE, seed=2)
    voice[:RATE] = 0.0
    output = through(echo + voice, echo * np.float32(0.02) + voice)
    begin = RATE + int(np.flatnonzero(np.abs(voice[RATE:]) > 0.05)[0])
    assert np.count_nonzero(output[RATE // 2 : RATE]) == 0
    np.testing.assert_allclose(
        output[begin + 2 * FRAME : begin + 20 * FRAME],
        (echo * np.float32(0.02) + voice)[begin + 2 * FRAME : begin + 20 * FRAME],
        atol=1e-6,
    )


def test_the_silence_of_a_muted_microphone_stays_silence() -> None:
    voice, noise = chatter(2, RATE), chatter(2, RATE, seed=2) * np.float32(0.001)
    voice[:RATE] = 0.0
    output = through(voice, np.where(voice == 0, noise, voice))
    assert np.count_nonzero(output[FRAME:RATE]) == 0
    begin = RATE + int(np.flatnonzero(np.abs(voice[RATE:]) > 0.05)[0])
    np.testing.assert_array_equal(output[begin + 2 * FRAME :], voice[begin + 2 * FRAME :])
