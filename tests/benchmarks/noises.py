"""Speech in noise, for measuring what a denoise stage does to the words.

Speech is joined into talks of one speaker each: a meeting lasts, and what adapts to its noise has time to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.domain.audio import SPEECH_RATE
from tests.benchmarks.speech import Recording, load

PAUSE_SECONDS = 0.7
VOICES = 6
"""People who talk at once in babble."""


@dataclass(frozen=True, eq=False)
class Talk:
    """Several recordings of one speaker, one after the other; `samples` are mono at 16 kHz."""

    name: str
    samples: NDArray[np.float32]
    text: str
    noisy: bool

    @property
    def seconds(self) -> float:
        return len(self.samples) / SPEECH_RATE


def talks(spoken: list[Recording]) -> list[Talk]:
    """Recordings whose names begin alike, joined with pauses between them."""
    groups: dict[str, list[Recording]] = {}
    for recording in spoken:
        groups.setdefault(re.split(r"[_.]", recording.name)[0], []).append(recording)
    return [_joined(name, group) for name, group in groups.items()]


def _joined(name: str, group: list[Recording]) -> Talk:
    pieces = [piece for recording in group for piece in (_pause(recording), recording.samples)]
    samples = np.concatenate((*pieces, _pause(group[-1]), _pause(group[-1])))
    return Talk(name, samples, " ".join(one.text for one in group), group[0].noisy)


def _pause(recording: Recording) -> NDArray[np.float32]:
    # With the recording's own noise: the sound of its first moments, forwards and backwards.
    start = recording.samples[: SPEECH_RATE // 10]
    if recording.noisy:
        repeats = round(PAUSE_SECONDS * SPEECH_RATE / len(start) / 2)
        return np.tile(np.concatenate((start[::-1], start)), repeats)
    return np.zeros(round(PAUSE_SECONDS * SPEECH_RATE), np.float32)


def mixed(talk: Talk, noise: NDArray[np.float32], snr: float) -> NDArray[np.float32]:
    """The talk with noise so many dB below its voice (measured where there is voice), never clipped."""
    power = noise[: len(talk.samples)]
    gain = _voice_level(talk.samples) / np.sqrt(np.mean(power**2)) * 10 ** (-snr / 20)
    sum_ = talk.samples + gain * power
    return (sum_ * min(1.0, 0.95 / np.abs(sum_).max())).astype(np.float32)


def _voice_level(samples: NDArray[np.float32]) -> float:
    frames = samples[: len(samples) // 320 * 320].reshape(-1, 320)
    power = np.mean(frames**2, axis=1)
    return float(np.sqrt(power[power > 0.01 * np.percentile(power, 95)].mean()))


def white(seconds: float, seed: int = 1) -> NDArray[np.float32]:
    """Hiss."""
    random = np.random.default_rng(seed)
    return random.standard_normal(round(seconds * SPEECH_RATE)).astype(np.float32)


def fan(seconds: float, seed: int = 2) -> NDArray[np.float32]:
    """A fan: dull noise, and the hum of its motor."""
    count = round(seconds * SPEECH_RATE)
    spectrum = np.fft.rfft(white(seconds, seed))
    frequency = np.fft.rfftfreq(count, 1 / SPEECH_RATE)
    dull = np.fft.irfft(spectrum / np.sqrt(1 + (frequency / 300) ** 2), count)
    times = np.arange(count) / SPEECH_RATE
    motor = sum(np.sin(2 * np.pi * 118 * n * times + n) / n for n in (1, 2, 3, 4))
    return (dull / dull.std() + 0.5 * motor).astype(np.float32)


def babble(seconds: float, others: list[Talk], seed: int = 3) -> NDArray[np.float32]:
    """Several people talking at once."""
    random = np.random.default_rng(seed)
    count = round(seconds * SPEECH_RATE)
    total = np.zeros(count, np.float32)
    for number in range(VOICES):
        voice = others[number % len(others)].samples
        voice = np.roll(voice, int(random.integers(len(voice))))
        total += np.resize(voice, count) / _voice_level(voice)
    return total


def recorded(folder: Path, seconds: float) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """The recorded noises of the corpus, as long as is wanted."""
    for path in sorted(folder.glob("noise_*.wav")):
        yield path.stem.removeprefix("noise_"), np.resize(load(path), round(seconds * SPEECH_RATE))
