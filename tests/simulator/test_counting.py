"""The counting sound tells what was lost, doubled or moved."""

from __future__ import annotations

import base64

import numpy as np
import pytest
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.simulator.counting import Counted, Counter, Torn, count, decode, encode

RATE = 16_000


def heard(samples, rate=RATE, block=1_600):
    counter = Counter(rate)
    found = []
    for start in range(0, len(samples), block):
        found += counter.feed(samples[start : start + block])
    return found + counter.finish()


def numbers(found):
    return [one.number for one in found if isinstance(one, Counted)]


def torn(found):
    return [one for one in found if isinstance(one, Torn)]


def as_pcm(samples):
    data = (np.clip(samples, -1, 1) * 32_767).astype("<i2").tobytes()
    return np.frombuffer(base64.b64decode(base64.b64encode(data)), "<i2").astype(np.float32) / 32_768


@given(st.integers(0, 999_999))
@settings(max_examples=25)
def test_a_second_carries_its_number(number):
    assert decode(encode(number)) == number


@pytest.mark.parametrize("rate", [8_000, 24_000, 44_100, 48_000])
def test_it_lives_through_sixteen_bits_and_another_rate(rate):
    samples = as_pcm(soxr.resample(as_pcm(count(5, start=7)), RATE, rate))
    found = heard(samples, rate)
    assert numbers(found) == [7, 8, 9, 10, 11]
    assert not torn(found)


def test_there_and_back_over_telephone_sound():
    samples = soxr.resample(soxr.resample(count(4), RATE, 8_000, quality="LQ"), 8_000, RATE, quality="LQ")
    assert numbers(heard(samples)) == [0, 1, 2, 3]


def test_speech_and_noise_carry_no_number():
    noise = np.random.default_rng(1).normal(0, 0.1, RATE).astype(np.float32)
    assert decode(noise) is None
    assert numbers(heard(np.concatenate([noise] * 3))) == []


def test_seconds_are_found_wherever_they_begin():
    samples = count(5)[RATE // 3 :]
    found = heard(samples)
    assert numbers(found) == [1, 2, 3, 4]
    assert [round(one.stop, 2) for one in torn(found)] == [0.67]


def test_silence_between_seconds_is_no_tear():
    quiet = np.zeros(RATE * 3 // 2, np.float32)
    found = heard(np.concatenate((quiet, encode(1), quiet, encode(2), quiet)))
    assert numbers(found) == [1, 2]
    assert not torn(found)
    assert [round(one.start, 2) for one in found if isinstance(one, Counted)] == [1.5, 4.0]


@pytest.mark.parametrize("milliseconds", [15, 20, 100, 500])
@pytest.mark.parametrize("at", [2.0, 2.05, 2.33, 2.7, 2.9])
def test_lost_sound_tears_the_second(milliseconds, at):
    samples = count(6)
    begin = round(at * RATE)
    samples = np.delete(samples, slice(begin, begin + RATE * milliseconds // 1000))
    found = heard(samples)
    assert 2 not in numbers(found) or 3 not in numbers(found)
    assert numbers(found)[:2] == [0, 1]
    assert numbers(found)[-2:] == [4, 5]


def test_doubled_and_moved_sound_shows():
    samples = [encode(second) for second in range(5)]
    found = heard(np.concatenate([samples[second] for second in (0, 1, 1, 3, 2, 4)]))
    assert numbers(found) == [0, 1, 1, 3, 2, 4]


def test_a_packet_said_twice_tears_the_second():
    samples = count(4)
    packet = slice(round(1.4 * RATE), round(1.5 * RATE))
    found = heard(np.insert(samples, packet.stop, samples[packet]))
    assert numbers(found) == [0, 2, 3]
    assert torn(found)


@given(st.lists(st.integers(1, 20_000), min_size=1, max_size=40))
@settings(max_examples=8)
def test_the_size_of_the_blocks_does_not_matter(blocks):
    samples = np.concatenate((np.zeros(5_000, np.float32), count(4, start=20)))
    counter, found, at = Counter(), [], 0
    for block in blocks:
        found += counter.feed(samples[at : at + block])
        at += block
    found += counter.feed(samples[at:]) + counter.finish()
    assert numbers(found) == [20, 21, 22, 23]
