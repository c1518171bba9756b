"""The ear that understands: the embedded engine, one model for all connections."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from app.domain.audio import SPEECH_RATE
from app.domain.events import Event, Final, Partial, SpeechStarted
from app.engines.moonshine import MoonshineModel
from tests.simulator.hearing import Ear

if TYPE_CHECKING:
    import soxr

    from app.domain.audio import Samples
    from app.engines.listening import Listening


class Speech:
    """Recognizes English for real.

    Args:
        model: shared with others, who close it; None for one of its own.
    """

    def __init__(self, model: MoonshineModel | None = None) -> None:
        self._own = model is None
        self._model = model or MoonshineModel()

    async def prepare(self) -> None:
        """Load the model."""
        await self._model.prepare()

    def ear(self, rate: int, hints: str) -> Ear:
        """An ear for sound at `rate`; hints say nothing to it."""
        del hints
        return SpeechEar(self._model, rate)

    def close(self) -> None:
        """Free the model, unless it is somebody else's."""
        if self._own:
            self._model.close()


class SpeechEar:
    """One stream through the shared model."""

    def __init__(self, model: MoonshineModel, rate: int) -> None:
        self._model = model
        self._rate = rate
        self._resampler: soxr.ResampleStream | None = None
        self._listening: Listening | None = None
        self._heard = 0
        self._began = time.monotonic()
        self._before = self._highest = 0

    async def hear(self, samples: Samples) -> list[Event]:
        """Recognize the next sound."""
        samples = self._at_speech_rate(samples)
        if not len(samples):
            return []
        if self._listening is None:
            self._listening = await self._model.work(self._model.listen, self._heard)
        self._heard += len(samples)
        return self._numbered(await self._model.work(self._listening.hear, samples, self._ahead()))

    async def commit(self) -> list[Event]:
        """End the open sentence; the next sound begins a new one."""
        if self._listening is None:
            return []
        events = self._numbered(await self._model.work(self._listening.finish))
        self.close()
        self._before = self._highest
        return events

    async def finish(self) -> list[Event]:
        """End the open sentence."""
        return await self.commit()

    def close(self) -> None:
        """Let go of the lane in the model's thread."""
        if self._listening is not None:
            self._model.release(self._listening)
            self._listening = None

    def _ahead(self) -> float:
        """Seconds of sound that came sooner than it can be said: of a recording, finals are soon enough."""
        return max(0.0, self._heard / SPEECH_RATE - (time.monotonic() - self._began))

    def _at_speech_rate(self, samples: Samples) -> Samples:
        if self._rate == SPEECH_RATE:
            return samples
        if self._resampler is None:
            import soxr

            self._resampler = soxr.ResampleStream(self._rate, SPEECH_RATE, 1, quality="LQ")
        return self._resampler.resample_chunk(samples)

    def _numbered(self, events: list[Event]) -> list[Event]:
        numbered: list[Event] = []
        for event in events:
            if isinstance(event, SpeechStarted | Partial | Final):
                self._highest = self._before + event.utterance
                numbered.append(replace(event, utterance=self._highest))
        return numbered
