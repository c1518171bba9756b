"""The embedded engine, loaded once for all tests that hear real speech with it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import numpy as np
import pytest

from app.domain.audio import SPEECH_RATE, AudioFrame
from app.engines.moonshine import MoonshineModel
from tests.benchmarks.speech import load, packaged


@pytest.fixture(scope="session")
def two_cities() -> np.ndarray:
    """The reading that comes with the engine, 16 kHz mono, 44 s."""
    return load(packaged("two_cities.wav"))


@pytest.fixture(scope="package")
def model() -> Iterator[MoonshineModel]:
    model = MoonshineModel()
    asyncio.run(model.prepare())
    yield model
    model.close()


class Frames:
    """A source that hands out `samples` in runs of `block`, as fast as it is asked."""

    def __init__(
        self, samples: np.ndarray, block: int = 16_000, start: int = 0, rate: int = SPEECH_RATE
    ) -> None:
        self.reads = 0
        self._samples = samples
        self._block = block
        self._start = start
        self._rate = rate

    async def read(self, least: float = 0.0) -> AudioFrame | None:
        await asyncio.sleep(0)
        begin = self.reads * self._block
        self.reads += 1
        samples = self._samples[begin : begin + self._block]
        return AudioFrame(self._start + begin, samples, self._rate) if len(samples) else None

    def rewind(self) -> None:
        raise AssertionError("the embedded engine never asks twice")
