"""Quiet speech is raised for the services; loud speech and pauses are not."""

from __future__ import annotations

import asyncio
from copy import deepcopy

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from app.domain.audio import SPEECH_RATE, AudioFrame
from app.domain.events import Event
from app.domain.request import RecognitionRequest
from app.domain.secret import Secret
from app.engines.catalogue import Catalogue
from app.engines.gain import CEILING, CLEAR
from app.engines.moonshine_native import HOP as LINE_HOP
from app.engines.speech_gain import HOP, MOST, RISE, SpeechGain
from tests.engines.sound import Frames, speech
from tests.simulator import Simulator
from tests.simulator.counting import count

PACKET = SPEECH_RATE // 10
LEVELS = st.integers(-100, 0).map(lambda decibels: 10 ** (decibels / 20))


def raised(samples: np.ndarray, gain: SpeechGain | None = None, packet: int = PACKET) -> np.ndarray:
    gain = gain or SpeechGain()
    begins = range(0, len(samples), packet)
    return np.concatenate([gain.apply(AudioFrame(at, samples[at : at + packet])).samples for at in begins])


def noise(seconds: float, level: float, seed: int = 1) -> np.ndarray:
    random = np.random.default_rng(seed)
    return (random.standard_normal(round(seconds * SPEECH_RATE)) * level).astype(np.float32)


def talk(seconds: float, level: float, hiss: float = 0.0) -> np.ndarray:
    """Syllables whose loudest moments have this root mean square, in a room that hisses."""
    samples = speech(seconds) / 0.3 * np.sqrt(2) * level
    return (samples + noise(seconds, hiss)).astype(np.float32)


def loud(samples: np.ndarray) -> float:
    """Root mean square of loud moments, as the embedded engine sees it."""
    hops = samples[: len(samples) // LINE_HOP * LINE_HOP].reshape(-1, LINE_HOP)
    return float(np.percentile(np.sqrt(np.mean(np.square(hops), axis=1)), 90))


def decibels(ratio: float) -> float:
    return 20 * float(np.log10(ratio))


@pytest.mark.parametrize("level", [0.002, 0.005, 0.01])
def test_quiet_speech_comes_out_as_loud_as_is_clear(level: float) -> None:
    heard = raised(talk(10.0, level, hiss=level / 300))
    assert abs(decibels(loud(heard[-5 * SPEECH_RATE :]) / CLEAR)) < 3


def test_after_the_first_second_of_all_it_is_clear_already() -> None:
    heard = raised(talk(4.0, 0.005, hiss=1e-5))
    assert decibels(loud(heard[SPEECH_RATE : 2 * SPEECH_RATE]) / CLEAR) > -6


def test_there_is_an_end_to_it() -> None:
    samples = talk(10.0, 0.0005)
    heard = raised(samples)
    assert loud(heard[-SPEECH_RATE:]) == pytest.approx(loud(samples[-SPEECH_RATE:]) * MOST, rel=0.01)


@pytest.mark.parametrize(
    "samples",
    [talk(5.0, 0.1, hiss=0.001), count(3), np.zeros(SPEECH_RATE, np.float32)],
    ids=["speech", "counted seconds", "silence"],
)
def test_what_needs_no_gain_is_the_very_same_packet(samples: np.ndarray) -> None:
    gain = SpeechGain()
    for at in range(0, len(samples), PACKET):
        packet = AudioFrame(at, samples[at : at + PACKET], ends_sentence=True)
        assert gain.apply(packet) is packet


@pytest.mark.parametrize("level", [1e-5, 0.0005, 0.003, 0.05])
def test_noise_alone_is_never_raised(level: float) -> None:
    quiet_room, fan = noise(3.0, level / 30), noise(5.0, level)
    samples = np.concatenate((np.zeros(SPEECH_RATE, np.float32), quiet_room, fan, quiet_room, fan))
    assert np.array_equal(raised(samples), samples)


def test_a_room_that_is_heard_between_two_mutes_is_no_voice() -> None:
    samples = np.tile(np.concatenate((np.zeros(SPEECH_RATE, np.float32), noise(0.5, 0.001))), 10)
    assert np.array_equal(raised(samples), samples)


def test_in_a_pause_the_gain_stays_as_it_is() -> None:
    gain = SpeechGain()
    said = talk(5.0, 0.005, hiss=1e-4)
    ratio = loud(raised(said, gain)[-SPEECH_RATE:]) / loud(said[-SPEECH_RATE:])
    pause = noise(60.0, 1e-4, seed=2)
    heard = raised(pause, gain)
    assert decibels(np.abs(heard).max() / np.abs(pause).max()) < decibels(ratio) + 1.0
    assert heard[-1] / pause[-1] == pytest.approx(heard[SPEECH_RATE] / pause[SPEECH_RATE])


def test_a_fan_that_starts_in_a_pause_is_never_louder_than_speech() -> None:
    gain = SpeechGain()
    raised(talk(5.0, 0.005, hiss=1e-4), gain)
    heard = raised(np.concatenate([noise(2.0, level) for level in (0.0005, 0.002, 0.008)]), gain)
    assert loud(heard[SPEECH_RATE:]) < CLEAR * 1.1


def test_a_loud_voice_behind_a_quiet_one_is_let_through_at_once_and_the_quiet_one_found_again() -> None:
    gain = SpeechGain()
    quiet, other = talk(5.0, 0.005, hiss=1e-5), talk(5.0, 0.1, hiss=1e-5)
    raised(quiet, gain)
    heard = raised(other, gain)
    assert np.array_equal(heard[SPEECH_RATE // 2 :], other[SPEECH_RATE // 2 :])
    again = raised(np.tile(quiet, 8), gain)
    assert decibels(loud(again[: SPEECH_RATE // 2]) / loud(quiet)) < 4
    assert decibels(loud(again[-SPEECH_RATE:]) / CLEAR) > -3


def test_within_a_sentence_nothing_is_evened_out() -> None:
    gain = SpeechGain()
    said = np.concatenate([talk(2.0, 0.1, hiss=1e-5), talk(4.0, 0.02, hiss=1e-5)] * 2)
    assert np.array_equal(raised(said, gain), said)


def test_a_click_does_not_make_a_speaker_quiet_again() -> None:
    gain = SpeechGain()
    said = talk(5.0, 0.005, hiss=1e-5)
    raised(said, gain)
    click = np.zeros(PACKET, np.float32)
    click[:200] = 0.8
    assert np.abs(raised(click, gain)).max() <= CEILING + 1e-6
    assert decibels(loud(raised(said, gain)[SPEECH_RATE:]) / CLEAR) > -3


def test_what_a_large_gain_meets_comes_out_no_louder_than_the_ceiling() -> None:
    gain = SpeechGain()
    raised(talk(5.0, 0.0005), gain)
    for peak in np.linspace(0.1, CEILING, 200):
        click = np.zeros(PACKET, np.float32)
        click[250] = peak
        assert raised(click, deepcopy(gain)).max() <= CEILING + 1e-7


def test_a_gain_that_is_too_much_falls_within_the_first_samples_that_need_it() -> None:
    gain = SpeechGain()
    said = talk(5.0, 0.005)
    before = raised(said, gain)[-1] / said[-1]
    burst = np.linspace(0.001, 0.9, PACKET, dtype=np.float32)
    heard = raised(burst, gain)
    assert heard.max() <= CEILING + 1e-6
    assert heard[0] / burst[0] == pytest.approx(before, rel=0.05)
    assert heard[80] / burst[80] > before / 2


@st.composite
def sounds(draw: st.DrawFn) -> np.ndarray:
    """Anything that a lane may carry: noise, syllables, tones, silence, clicks, each at any loudness."""
    parts = [talk(1.5, draw(LEVELS))]
    for _ in range(draw(st.integers(1, 4))):
        make = draw(st.sampled_from([noise, talk]))
        parts.append(make(draw(st.floats(0.01, 0.5)), draw(LEVELS) * draw(st.sampled_from([0, 1, 1]))))
    samples = np.concatenate(parts)
    clicks = draw(st.lists(st.integers(0, len(samples) - 1), max_size=5))
    samples[clicks] = draw(st.floats(-1.0, 1.0, width=32))
    return np.clip(samples, -1.0, 1.0)


@settings(max_examples=50)
@given(sounds(), st.sampled_from([PACKET, PACKET + 7, 321]))
def test_whatever_comes_it_is_never_clipped_turned_around_or_made_quieter(
    samples: np.ndarray, packet: int
) -> None:
    heard = raised(samples, packet=packet)
    assert len(heard) == len(samples)
    assert heard.dtype == np.float32
    assert np.all(np.abs(heard) <= np.maximum(CEILING, np.abs(samples)) + 1e-6)
    assert np.all(heard * np.sign(samples) >= np.abs(samples) * (1 - 1e-6))
    assert np.all(np.abs(heard) <= np.abs(samples) * MOST * (1 + 1e-6))


@settings(max_examples=50)
@given(sounds(), st.sampled_from([PACKET, PACKET + 7, 321]))
def test_the_gain_never_jumps_unless_sound_would_be_clipped(samples: np.ndarray, packet: int) -> None:
    samples = samples[: len(samples) // packet * packet]
    there = np.abs(samples) > 1e-7
    heard, before = raised(samples, packet=packet)[there], samples[there]
    if len(before) < 2:
        return
    gain = heard.astype(np.float64) / before
    apart = np.diff(np.flatnonzero(there))
    steps = np.diff(gain) / apart
    hop = round(HOP * SPEECH_RATE)
    assert steps.max() <= gain.max() * (RISE - 1) / hop * 1.01 + 1e-4
    # Falling takes a hop at least, but for what would be clipped till then.
    steep = steps < -(gain.max() - 1) / hop * 1.01 - 1e-4
    clipped = _about_to_clip(np.abs(samples), gain.max(), packet)[there][1:]
    assert not np.any(steep & ~clipped)


def _about_to_clip(samples: np.ndarray, gain: float, packet: int) -> np.ndarray:
    """Whether something in the same packet would be clipped by this gain."""
    flags = samples * gain > CEILING
    return np.concatenate(
        [np.full(len(part), part.any()) for part in np.split(flags, range(packet, len(flags), packet))]
    )


@given(arrays(np.float32, st.integers(0, 4000), elements=st.floats(-1.0, 1.0, width=32)))
def test_packets_of_any_length_and_content_come_back_whole(samples: np.ndarray) -> None:
    gain = SpeechGain()
    raised(talk(3.0, 0.002), gain)
    packet = AudioFrame(5, samples, 8_000, ends_sentence=True)
    heard = gain.apply(packet)
    assert (heard.start, heard.stop, heard.rate, heard.ends_sentence) == (5, packet.stop, 8_000, True)
    assert np.abs(heard.samples).max(initial=0.0) <= max(CEILING + 1e-6, np.abs(samples).max(initial=0.0))


class Keeping:
    """Has no words, and keeps what it hears."""

    def __init__(self) -> None:
        self.heard = np.zeros(0, np.float32)

    async def prepare(self) -> None: ...

    def ear(self, rate: int, hints: str) -> Keeping:
        return self

    async def hear(self, samples: np.ndarray) -> list[Event]:
        self.heard = np.concatenate((self.heard, samples))
        return []

    async def commit(self) -> list[Event]:
        return []

    async def finish(self) -> list[Event]:
        return []

    def close(self) -> None: ...


def test_a_service_hears_a_faint_reading_as_loud_as_it_should_be(two_cities: np.ndarray) -> None:
    two_cities = two_cities[: 20 * SPEECH_RATE]
    faint = (two_cities * 10 ** (-50 / 20) / np.sqrt(np.mean(np.square(two_cities)))).astype(np.float32)
    ears = Keeping()

    async def test() -> None:
        async with asyncio.timeout(20), Simulator(ears) as sim:
            catalogue = Catalogue(lambda _: Secret("sk-0123456789abcdef0123456789abcdef"))
            engine = catalogue.engine("qwen-asr", RecognitionRequest(endpoint=sim.url))
            await engine.run(Frames(faint), lambda _: None)
            assert sim.violations == {}

    asyncio.run(test())
    assert len(ears.heard) == len(faint)
    assert abs(decibels(loud(ears.heard[5 * SPEECH_RATE :]) / CLEAR)) < 3
    assert np.abs(ears.heard).max() <= CEILING + 1e-4
