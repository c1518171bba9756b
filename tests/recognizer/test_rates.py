"""Which sound reaches a service: its own, where the source has it."""

from __future__ import annotations

import asyncio
import wave
from pathlib import Path

import numpy as np
import pytest

from app.audio.sources import open_source
from app.domain.request import MicrophoneSource, RecognitionRequest, RecordingSource, SessionPlan
from app.domain.secret import Secret
from app.domain.transcript import Segment
from app.engines.catalogue import Catalogue
from app.recognizer.news import News, Remark
from app.recognizer.service import CaptionService
from tests.harness.pulse import PulseServer
from tests.simulator import SCRIPT, Scripted, Simulator
from tests.simulator.ears import ScriptedEar

SECONDS = 6
TELEPHONE = "fun-asr-flash-8k-realtime"


class Keeping(Scripted):
    """Keeps what is heard."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[np.ndarray] = []

    def ear(self, rate: int, hints: str) -> KeepingEar:
        return KeepingEar(rate, hints, self.heard)


class KeepingEar(ScriptedEar):
    def __init__(self, rate: int, hints: str, heard: list[np.ndarray]) -> None:
        super().__init__(SCRIPT, rate, hints)
        self._heard = heard

    async def hear(self, samples: np.ndarray) -> list:
        self._heard.append(np.array(samples))
        return await super().hear(samples)


def recording(path: Path, rate: int, seconds: int = SECONDS) -> np.ndarray:
    """A recording of noise, which no change of rate leaves alone; returns its samples."""
    samples = np.random.default_rng(8).integers(-32768, 32768, seconds * rate, dtype=np.int16)
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, rate, 0, "NONE", ""))
        file.writeframes(samples.tobytes())
    return samples


def captioned(
    path: Path, live: PulseServer | None = None, **request: object
) -> tuple[np.ndarray, list[str], CaptionService, dict[str, int]]:
    """What the service heard of the recording (16 bit), and what was remarked.

    Args:
        live: it is not read, but played to a telephone on this sound server.
    """
    remarks: list[str] = []
    ears = Keeping()

    def take(news: News) -> None:
        if isinstance(news, Remark):
            remarks.append(news.sentence)

    async def story() -> tuple[CaptionService, dict[str, int]]:
        async with Simulator(ears) as sim, asyncio.timeout(30):
            catalogue = Catalogue(lambda _: Secret("sk-0123456789abcdef"))
            service = CaptionService(open_source, catalogue.engine)
            service.subscribe(
                lambda news: remarks.append(news.sentence) if isinstance(news, Remark) else None
            )
            wanted = RecognitionRequest(endpoint=sim.url, **request)  # type: ignore[arg-type]
            if live is None:
                await service.caption(SessionPlan(RecordingSource(path), "fun-asr", wanted))
            else:
                plan = SessionPlan(MicrophoneSource("phone", "Telephone"), "fun-asr", wanted)
                captioning = asyncio.create_task(service.caption(plan))
                while not ears.heard:
                    await asyncio.sleep(0.05)
                await asyncio.to_thread(live.play(path, "phonefeed").wait)
                # The last of it is on its way.
                await asyncio.sleep(1.0)
                captioning.cancel()
                await asyncio.wait([captioning])
            return service, sim.violations

    service, violations = asyncio.run(story())
    return np.rint(np.concatenate(ears.heard) * 32768).astype(np.int64), remarks, service, violations


@pytest.mark.parametrize("patience", [None, 30.0], ids=["alone", "with a stand-in"])
def test_telephone_sound_reaches_a_model_for_telephones_sample_by_sample(
    patience: float | None, tmp_path: Path
) -> None:
    samples = recording(tmp_path / "call.wav", 8_000)
    heard, remarks, service, violations = captioned(tmp_path / "call.wav", model=TELEPHONE, patience=patience)
    assert np.array_equal(heard, samples)
    assert (remarks, violations) == ([], {})
    assert service.elapsed == pytest.approx(SECONDS)
    first = next(entry for entry in service.transcript.entries if isinstance(entry, Segment))
    assert (first.text, first.start) == (SCRIPT[0].text, pytest.approx(SCRIPT[0].start, abs=0.05))


def test_telephone_sound_before_another_model_brings_a_suggestion(tmp_path: Path) -> None:
    recording(tmp_path / "call.wav", 8_000)
    heard, remarks, _, violations = captioned(tmp_path / "call.wav", model="fun-asr-realtime")
    assert (len(heard), violations) == (SECONDS * 16_000, {})
    assert ["8 kHz" in remark and TELEPHONE in remark for remark in remarks] == [True]


def test_a_model_for_telephones_hears_other_sound_at_its_own_rate(tmp_path: Path) -> None:
    recording(tmp_path / "talk.wav", 44_100)
    heard, remarks, service, violations = captioned(tmp_path / "talk.wav", model=TELEPHONE)
    assert (len(heard), remarks, violations) == (SECONDS * 8_000, [], {})
    assert service.elapsed == pytest.approx(SECONDS)


def test_no_model_is_suggested_that_does_not_understand_the_language(tmp_path: Path) -> None:
    recording(tmp_path / "call.wav", 8_000)
    assert captioned(tmp_path / "call.wav", language="en")[1] == []


@pytest.mark.xdist_group("sound")
def test_a_telephone_that_is_listened_to_is_heard_sample_by_sample(tmp_path: Path) -> None:
    samples = recording(tmp_path / "call.wav", 8_000)
    with PulseServer() as server:
        server.add_microphone("phone", "Telephone", rate=8_000)
        heard, remarks, _, violations = captioned(tmp_path / "call.wav", server, model=TELEPHONE)
    assert (remarks, violations) == ([], {})
    begun = np.flatnonzero(heard)[0]
    # Sound servers dither what becomes 16 bits.
    assert np.abs(heard[begun : begun + SECONDS * 8_000] - samples).max() <= 1


@pytest.mark.xdist_group("sound")
def test_a_telephone_before_another_model_brings_a_suggestion(tmp_path: Path) -> None:
    recording(tmp_path / "call.wav", 8_000, 1)
    with PulseServer() as server:
        server.add_microphone("phone", "Telephone", rate=8_000)
        _, remarks, _, violations = captioned(tmp_path / "call.wav", server, model="fun-asr-realtime")
    assert ["8 kHz" in remark and TELEPHONE in remark for remark in remarks] == [True]
    assert violations == {}


@pytest.mark.xdist_group("sound")
def test_a_telephone_that_comes_later_brings_a_suggestion_once(tmp_path: Path) -> None:
    remarks: list[str] = []

    async def story(server: PulseServer) -> None:
        async with Simulator(Keeping()) as sim, asyncio.timeout(60):
            catalogue = Catalogue(lambda _: Secret("sk-0123456789abcdef"))
            service = CaptionService(open_source, catalogue.engine)
            service.subscribe(
                lambda news: remarks.append(news.sentence) if isinstance(news, Remark) else None
            )
            wanted = RecognitionRequest(endpoint=sim.url, model="fun-asr-realtime")
            captioning = asyncio.create_task(
                service.caption(SessionPlan(MicrophoneSource("phone", "Telephone"), "fun-asr", wanted))
            )
            while not remarks:
                await asyncio.sleep(0.05)
            for _ in range(2):
                told = len(remarks)
                await asyncio.to_thread(server.add_microphone, "phone", "Telephone", rate=8_000)
                while not any("is back" in remark for remark in remarks[told:]):
                    await asyncio.sleep(0.05)
                await asyncio.to_thread(server.unplug, "phone")
                await asyncio.sleep(0.5)
            captioning.cancel()
            await asyncio.wait([captioning])

    with PulseServer() as server:
        asyncio.run(story(server))
    assert len([remark for remark in remarks if TELEPHONE in remark]) == 1, remarks
