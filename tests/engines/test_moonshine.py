from __future__ import annotations

import asyncio
import threading
from itertools import pairwise

import numpy as np
import pytest
import soxr

from app.domain.errors import EngineError, UsageError
from app.domain.events import Event, Final, Partial, SpeechStarted, Utterance
from app.domain.request import RecognitionRequest
from app.engines.moonshine import MoonshineEngine, MoonshineModel
from tests.benchmarks.speech import errors
from tests.engines.conftest import Frames

# One process: what they share is costly.
pytestmark = pytest.mark.xdist_group("moonshine")

OPENING = (
    "It was the best of times, it was the worst of times, it was the age of wisdom, it was the age of "
    "foolishness, it was the epoch of belief, it was the epoch of incredulity"
)
OPENING_SECONDS = 13
WRONG = 1 / 6
"""Share of the words that may be misheard: the model rounds differently on each kind of processor, and up to
a twelfth was wrong when the sound was changed by no more than anyone could hear."""


def recognize(
    model: MoonshineModel, frames: Frames, request: RecognitionRequest | None = None
) -> list[Event]:
    events: list[Event] = []
    asyncio.run(MoonshineEngine(model, request or RecognitionRequest()).run(frames, events.append))
    return events


def text(events: list[Event]) -> str:
    return " ".join(event.text for event in events if isinstance(event, Final))


def assert_understood(events: list[Event]) -> None:
    wrong, said = errors(OPENING, text(events))
    assert wrong <= said * WRONG


@pytest.fixture
def opening(two_cities: np.ndarray) -> np.ndarray:
    return two_cities[: 16_000 * OPENING_SECONDS]


@pytest.mark.parametrize("block", [1_000, 16_000, 10**6])
def test_real_speech_becomes_its_words(model: MoonshineModel, opening: np.ndarray, block: int):
    assert_understood(recognize(model, Frames(opening, block)))


def test_events_keep_their_order_and_their_clock(model: MoonshineModel, opening: np.ndarray):
    events = recognize(model, Frames(opening, start=16_000 * 3600))
    finals = [event for event in events if isinstance(event, Final)]
    assert [event.utterance for event in finals] == list(range(1, len(finals) + 1))
    assert finals[0].start == pytest.approx(3600 + 1.17, abs=0.2)
    for before, after in pairwise(finals):
        assert before.start < before.end <= after.start
    assert finals[-1].end <= 3600 + OPENING_SECONDS


def test_a_line_is_shown_before_it_ends(model: MoonshineModel, opening: np.ndarray):
    sentence = np.pad(opening[: round(16_000 * 5.5)], (0, 16_000 * 2))
    began, *shown, final = heard(recognize(model, Frames(sentence, 1_000)))
    assert isinstance(began, SpeechStarted)
    assert isinstance(final, Final)
    assert final.text
    # However slow the computer is: when the speaker pauses, all that was said is there to read.
    assert isinstance(shown[-1], Partial)
    assert shown[-1].text == final.text


def test_telephone_sound_becomes_its_words_on_the_same_clock(model: MoonshineModel, opening: np.ndarray):
    narrow = soxr.resample(opening, 16_000, 8_000)
    events = recognize(model, Frames(narrow, start=8_000 * 3600, rate=8_000))
    assert_understood(events)
    first = next(event for event in events if isinstance(event, Final))
    assert first.start == pytest.approx(3600 + 1.17, abs=0.2)


@pytest.mark.parametrize("gain", [0.02, 0.005])
def test_quiet_speakers_are_captioned_as_well(model: MoonshineModel, opening: np.ndarray, gain: float):
    quiet = np.round(opening * gain * 32767).astype(np.float32) / 32767
    assert_understood(recognize(model, Frames(quiet)))


def heard(events: list[Event]) -> list[Event]:
    """What is about somebody's words."""
    return [event for event in events if isinstance(event, Utterance)]


def test_silence_and_noise_say_nothing(model: MoonshineModel):
    noise = np.random.default_rng(1).standard_normal(16_000 * 20).astype(np.float32)
    for level in (0.0, 0.0005, 0.1):
        assert heard(recognize(model, Frames(noise * level))) == []


def test_no_sound_at_all_says_nothing(model: MoonshineModel):
    assert heard(recognize(model, Frames(np.zeros(0, np.float32)))) == []


def test_speech_without_a_pause_repeats_nothing(model: MoonshineModel, opening: np.ndarray):
    hops = opening[: len(opening) // 512 * 512].reshape(-1, 512)
    loud = np.convolve(np.sqrt((hops**2).mean(axis=1)) > 0.004, np.ones(3), "same") > 0
    events = recognize(model, Frames(hops[loud].reshape(-1)))
    assert_understood(events)
    assert abs(len(text(events).split()) - len(OPENING.split())) <= 1


def test_another_language_is_refused_in_plain_words(model: MoonshineModel):
    with pytest.raises(UsageError, match="English only"):
        recognize(model, Frames(np.zeros(0, np.float32)), RecognitionRequest(language="de"))


def test_a_cancelled_run_ends_at_once_and_the_next_one_is_sound(model: MoonshineModel, opening: np.ndarray):
    async def interrupted() -> bool:
        """Whether the run was over before the model was through with its sound."""
        frames = Frames(opening, 10**6)
        run = asyncio.create_task(
            MoonshineEngine(model, RecognitionRequest()).run(frames, lambda event: None)
        )
        while not frames.reads:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.2)
        behind = asyncio.create_task(model.work(lambda: None))
        await asyncio.sleep(0)
        run.cancel()
        await asyncio.gather(run, return_exceptions=True)
        busy = not behind.done()
        await behind
        return busy

    for _ in range(3):
        assert asyncio.run(interrupted())
    assert_understood(recognize(model, Frames(opening)))


def test_two_lanes_share_the_model(model: MoonshineModel, opening: np.ndarray):
    async def both() -> list[list[Event]]:
        lanes: list[list[Event]] = [[], []]
        engines = [MoonshineEngine(model, RecognitionRequest()) for _ in lanes]
        runs = [engine.run(Frames(opening), lane.append) for engine, lane in zip(engines, lanes, strict=True)]
        await asyncio.gather(*runs)
        return lanes

    for lane in asyncio.run(both()):
        assert_understood(lane)


def test_nothing_runs_before_it_is_prepared_nor_after_it_is_closed():
    before = threading.active_count()
    model = MoonshineModel()
    assert threading.active_count() == before
    asyncio.run(model.prepare())
    assert threading.active_count() == before + 1
    model.close()
    model.close()
    assert threading.active_count() == before


def test_closing_while_a_run_is_in_hand_leaves_nothing_behind(opening: np.ndarray):
    async def close_midway() -> None:
        model = MoonshineModel()
        run = asyncio.create_task(
            MoonshineEngine(model, RecognitionRequest()).run(Frames(opening, 10**6), lambda event: None)
        )
        await asyncio.sleep(0.8)
        run.cancel()
        model.close()
        await asyncio.gather(run, return_exceptions=True)

    before = threading.active_count()
    asyncio.run(close_midway())
    assert threading.active_count() == before


def test_a_closed_model_says_so():
    model = MoonshineModel()
    model.close()
    with pytest.raises(EngineError, match="shut down"):
        asyncio.run(model.prepare())


def test_a_model_that_does_not_load_says_so_and_may_be_tried_again(monkeypatch):
    model = MoonshineModel()
    try:
        with monkeypatch.context() as patch:
            patch.setattr("importlib.util.find_spec", lambda name: None)
            with pytest.raises(EngineError, match="not installed"):
                asyncio.run(model.prepare())
        asyncio.run(model.prepare())
    finally:
        model.close()
