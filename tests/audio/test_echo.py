from __future__ import annotations

import threading

import numpy as np
import pytest
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st

from app.audio import echo as echo_module
from app.audio.availability import webrtc_available
from app.audio.base import Block
from app.audio.chain import FrameChain
from app.audio.echo import PATIENCE, EchoCanceller
from app.audio.echo_reference import EchoReference
from app.audio.webrtc import FRAME
from app.domain.audio import AudioFormat, AudioFrame
from app.domain.errors import InputError
from tests.audio.rooms import RATE, drifted, echo, removed
from tests.audio.sounds import chatter

pytestmark = pytest.mark.skipif(not webrtc_available(), reason="needs livekit")
BLOCK = 640
SESSION = 5 * RATE
"""Where on the session clock the lanes begin."""


@pytest.fixture(scope="module")
def far(speech: np.ndarray) -> np.ndarray:
    return soxr.resample(speech[: 48000 * 20], 48000, RATE).astype(np.float32)


def heard(near: np.ndarray, far: np.ndarray, *, clocks: int = 0, late: int = 0) -> np.ndarray:
    """Both lanes in real time, block by block.

    Args:
        near: the microphone's sound.
        far: the speakers' sound.
        clocks: samples by which the speakers' lane counts more than the microphone's.
        late: samples by which its blocks come later than the microphone's.
    """
    reference = EchoReference()
    canceller = EchoCanceller(reference, SESSION)
    output, put = [], 0
    for at in range(0, len(near), BLOCK):
        while put + BLOCK <= at + BLOCK - late and put < len(far):
            reference.put(AudioFrame(SESSION + put + clocks, far[put : put + BLOCK]))
            put += BLOCK
        output.append(canceller.process(near[at : at + BLOCK]))
        behind = min(max(late, -clocks, at + BLOCK - len(far)), PATIENCE)
        assert at + BLOCK - sum(map(len, output)) <= 0.03 * RATE + behind + BLOCK
    return np.concatenate((*output, canceller.flush()))


@pytest.mark.parametrize(
    ("seconds", "clocks", "late"),
    [(0.06, 0, 0), (0.02, 0, 320), (0.15, 0, 1600), (0.06, 4000, 0), (0.1, -4800, 0), (0.4, -2000, 0)],
    ids=["usual", "near", "late blocks", "clock ahead", "clock behind", "far away"],
)
def test_an_echo_is_gone_after_some_seconds(far: np.ndarray, seconds: float, clocks: int, late: int) -> None:
    near = echo(far, seconds)
    output = heard(near, far, clocks=clocks, late=late)
    assert len(output) == len(near)
    assert removed(near, output, 8, 20) >= 25


@pytest.mark.parametrize("drift", [200, -200])
def test_clocks_may_drift_apart(far: np.ndarray, drift: float) -> None:
    long = np.tile(far, 3)
    near = drifted(echo(long, 0.06), drift)
    output = heard(near, long)
    for start in range(10, 60, 10):
        assert removed(near, output, start, start + 10) >= 10
    assert removed(near, output, 10, 60) >= 18


def test_the_voice_in_the_room_is_heard_through_the_echo(far: np.ndarray) -> None:
    voice = np.roll(far, 7 * RATE)[: len(far)]
    near = echo(far, 0.06) + voice
    output = heard(near, far)
    pieces = [
        np.sqrt(np.mean(one[8 * RATE :].reshape(-1, 320) ** 2, axis=1)) for one in (output, voice, near)
    ]
    clean, wanted, noisy = pieces
    assert np.corrcoef(clean, wanted)[0, 1] > 0.945 > 0.935 > np.corrcoef(noisy, wanted)[0, 1]
    assert abs(removed(voice, output, 8, 20)) < 3


def test_who_wears_a_headset_loses_nothing(far: np.ndarray) -> None:
    voice = np.roll(far, 7 * RATE)
    output = heard(voice, far)
    np.testing.assert_array_equal(output[5 * RATE :], voice[5 * RATE :])


def test_without_sound_from_the_speakers_nothing_is_touched() -> None:
    near = chatter(3, RATE)
    np.testing.assert_array_equal(heard(near, np.zeros(0, np.float32)), near)
    np.testing.assert_array_equal(heard(near, np.zeros(len(near), np.float32)), near)


def test_nothing_is_touched_again_once_the_speakers_are_silent(far: np.ndarray) -> None:
    near, played = chatter(12, RATE), far.copy()
    played[4 * RATE :] = 0
    output = heard(near, played[: len(near)])
    assert len(output) == len(near)
    np.testing.assert_array_equal(output[7 * RATE :], near[7 * RATE :])


def test_taking_over_makes_no_click(far: np.ndarray) -> None:
    times = np.arange(10 * RATE) / RATE
    tone = (0.5 * np.sin(2 * np.pi * 300 * times)).astype(np.float32)
    played = far[: len(tone)] * np.float32(0.01)
    played[: 2 * RATE] = played[5 * RATE :] = 0
    output = heard(tone, played)
    assert np.abs(np.diff(output)).max() <= 1.3 * 2 * np.pi * 300 / RATE * 0.5


def test_speakers_that_stop_delivering_hold_nobody_up(far: np.ndarray) -> None:
    near = chatter(8, RATE)
    output = heard(near, far[: 3 * RATE])
    assert len(output) == len(near)
    np.testing.assert_array_equal(output[6 * RATE :], near[6 * RATE :])


@settings(deadline=None, max_examples=15)
@given(lengths=st.lists(st.integers(0, 3000), max_size=12), loud=st.sampled_from([0.0, 0.3]))
def test_as_many_samples_come_out_as_went_in(lengths: list[int], loud: float) -> None:
    reference = EchoReference()
    canceller = EchoCanceller(reference)
    near = chatter(1, RATE)
    given_back = 0
    for number, length in enumerate(lengths):
        played = chatter(0.2, RATE, seed=number) * np.float32(loud)
        reference.put(AudioFrame(number * 3200, played))
        given_back += len(canceller.process(near[:length]))
        assert sum(lengths[: number + 1]) - given_back <= FRAME + PATIENCE + 128
    assert given_back + len(canceller.flush()) == sum(lengths)


@pytest.mark.parametrize("rate", [16000, 44100, 48000])
def test_the_chain_takes_the_echo_out_before_anything_else(far: np.ndarray, rate: int) -> None:
    reference = EchoReference()
    near = soxr.resample(echo(far, 0.06), RATE, rate).astype(np.float32)
    chain = FrameChain(AudioFormat(rate, 1), start=SESSION, echo=reference)
    frames = []
    for number, at in enumerate(range(0, len(near), rate // 25)):
        reference.put(AudioFrame(SESSION + number * BLOCK, far[number * BLOCK : (number + 1) * BLOCK]))
        frames.append(chain.process(Block(near[at : at + rate // 25, None])))
    frames.append(chain.flush())
    output = np.concatenate([frame.samples for frame in frames])
    assert frames[0].start == SESSION
    assert len(output) == round(len(near) * RATE / rate)
    assert removed(echo(far, 0.06), output, 8, 19) >= 25


def test_without_the_library_it_is_said_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(echo_module, "webrtc_available", lambda: False)
    with pytest.raises(InputError, match="Echo cancellation is not available"):
        EchoCanceller(EchoReference())


def test_both_lanes_may_run_at_once(far: np.ndarray) -> None:
    reference, near = EchoReference(), echo(far[: 10 * RATE], 0.06)
    canceller = EchoCanceller(reference)

    def play() -> None:
        for at in range(0, 10 * RATE, BLOCK):
            reference.put(AudioFrame(at, far[at : at + BLOCK]))

    speakers = threading.Thread(target=play)
    speakers.start()
    output = [canceller.process(near[at : at + BLOCK]) for at in range(0, len(near), BLOCK)]
    speakers.join()
    assert sum(map(len, output)) + len(canceller.flush()) == len(near)
