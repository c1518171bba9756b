"""Packets: one length, any rate, no seams."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import numpy as np
import pytest

from app.domain.audio import AudioFrame
from app.engines.packets import Packets
from tests.engines.sound import Frames


def packets(samples: np.ndarray, rate: int, seconds: float = 0.05, start: float = 0.0) -> list[AudioFrame]:
    async def gather() -> list[AudioFrame]:
        source, found = Packets(Frames(samples, seconds, start), rate), []
        while (packet := await source.read()) is not None:
            found.append(packet)
        return found

    return asyncio.run(gather())


@pytest.mark.parametrize("seconds", [0.013, 0.05, 0.1, 7.0])
def test_the_same_sound_in_packets_of_100_ms(seconds: float) -> None:
    samples = np.random.default_rng(1).normal(0, 0.1, 20_500).astype(np.float32)
    found = packets(samples, 16_000, seconds, start=3.0)
    assert [len(packet.samples) for packet in found] == [1600] * 12 + [1300]
    assert found[0].start_seconds == 3.0
    assert all(one.stop == following.start for one, following in pairwise(found))
    assert np.array_equal(np.concatenate([packet.samples for packet in found]), samples)


@pytest.mark.parametrize("rate", [8_000, 24_000])
def test_at_another_rate_the_clock_stays(rate: int) -> None:
    samples = np.sin(np.arange(40_000) * 0.05).astype(np.float32)
    found = packets(samples, rate, start=2.0)
    assert found[0].start_seconds == 2.0
    assert found[-1].stop_seconds == pytest.approx(4.5, abs=0.001)
    assert {len(packet.samples) for packet in found[:-1]} == {rate // 10}
    middle = np.concatenate([packet.samples for packet in found])[rate : rate + rate // 10]
    expected = np.sin((rate + np.arange(rate // 10)) / rate * 16_000 * 0.05)
    assert np.abs(middle - expected).max() < 0.05


def test_no_sound_is_no_packet() -> None:
    assert packets(np.zeros(0, np.float32), 24_000) == []
