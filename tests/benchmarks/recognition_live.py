"""Live speech on a simulated clock: sound comes at its own pace, calls take as long as they really take."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from difflib import SequenceMatcher

import numpy as np
from numpy.typing import NDArray

from app.domain.audio import SPEECH_RATE
from app.domain.captions import Caption, Stabilizer
from app.domain.events import Event, Final, Partial
from app.engines.listening import Listening
from tests.benchmarks.speech import Recording, plain

BLOCK = SPEECH_RATE // 20
"""Samples a device delivers at once."""
LEAST = 2 * BLOCK
"""Samples the engine waits for before it looks."""
TAIL_SECONDS = 2.0
"""Silence after a recording, so that its last line ends by itself."""


@dataclass
class SimulatedClock:
    """Stands while nothing is computed, runs with the real clock while something is."""

    now: float = 0.0
    _since: float | None = None

    def __call__(self) -> float:
        return self.now + (time.perf_counter() - self._since if self._since is not None else 0.0)

    def measure(self, job: Callable[[], list[Event]]) -> list[Event]:
        self._since = time.perf_counter()
        try:
            return job()
        finally:
            self.now, self._since = self(), None


@dataclass
class Seen:
    """What a reader saw of one recording, and when."""

    captions: list[tuple[float, Caption]] = field(default_factory=list)
    finals: list[tuple[float, Final]] = field(default_factory=list)
    lags: list[float] = field(default_factory=list)
    busy: float = 0.0

    @property
    def text(self) -> str:
        return " ".join(final.text for _, final in self.finals)


def play(samples: NDArray[np.float32], listen: Callable[[SimulatedClock], Listening]) -> Seen:
    """Let the engine hear `samples` at the pace they were spoken."""
    clock = SimulatedClock()
    listening, stabilizer, seen = listen(clock), Stabilizer("Me"), Seen()
    sound = np.concatenate((samples, np.zeros(round(TAIL_SECONDS * SPEECH_RATE), np.float32)))
    position = 0
    try:
        while position < len(sound):
            arrived = int(clock.now * SPEECH_RATE) // BLOCK * BLOCK
            if arrived - position < LEAST:
                clock.now = (position + LEAST + 0.5) / SPEECH_RATE
                continue
            heard, position = sound[position:arrived], arrived
            before = clock.now
            events = clock.measure(lambda heard=heard: listening.hear(heard, len(heard) / SPEECH_RATE))
            seen.busy += clock.now - before
            seen.lags.append(clock.now - arrived / SPEECH_RATE)
            _see(seen, stabilizer, clock.now, events)
        _see(seen, stabilizer, clock.now, clock.measure(listening.finish))
    finally:
        listening.close()
    return seen


def first_shown(recording: Recording, seen: Seen) -> list[float]:
    """Seconds from the end of each word to its first appearance on screen, settled or soft."""
    appeared = [
        (word, moment)
        for number, final in _final_words(seen).items()
        for word, moment in zip(final, _moments(seen, number, final), strict=True)
    ]
    said = [plain(word.text)[0] if plain(word.text) else "" for word in recording.words]
    match = SequenceMatcher(None, said, [word for word, _ in appeared], autojunk=False)
    return [
        appeared[block.b + offset][1] - recording.words[block.a + offset].end
        for block in match.get_matching_blocks()
        for offset in range(block.size)
    ]


def erased(seen: Seen) -> tuple[int, int]:
    """Words taken off the screen again, and words that stayed."""
    shown: dict[int, list[str]] = {}
    gone = 0
    for _, caption in seen.captions:
        before, now = shown.get(caption.utterance, []), plain(caption.text)
        same = next((i for i, (a, b) in enumerate(zip(before, now, strict=False)) if a != b), None)
        gone += len(before) - (min(len(before), len(now)) if same is None else same)
        shown[caption.utterance] = now
    return gone, sum(map(len, shown.values()))


def percentile(values: list[float], share: float) -> float:
    """The value that `share` of `values` stay below."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def median(values: list[float]) -> float:
    return statistics.median(values)


def _see(seen: Seen, stabilizer: Stabilizer, now: float, events: list[Event]) -> None:
    for event in events:
        if isinstance(event, Final):
            seen.finals.append((now, event))
        if isinstance(event, Partial | Final):
            caption = stabilizer.apply(event)
            if caption is not None:
                seen.captions.append((now, caption))


def _final_words(seen: Seen) -> dict[int, list[str]]:
    return {c.utterance: plain(c.text) for _, c in seen.captions if c.final}


def _moments(seen: Seen, number: int, final: list[str]) -> list[float]:
    moments: list[float | None] = [None] * len(final)
    for now, caption in seen.captions:
        if caption.utterance != number:
            continue
        match = SequenceMatcher(None, plain(caption.text), final, autojunk=False)
        for block in match.get_matching_blocks():
            for position in range(block.b, block.b + block.size):
                moments[position] = now if moments[position] is None else moments[position]
    return [moment if moment is not None else float("inf") for moment in moments]
