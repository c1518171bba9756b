"""A room made for tests: what a microphone hears of what the speakers play."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

RATE = 16_000
REVERBERATION = 0.25


def echo(
    sound: NDArray[np.float32], seconds: float, decibels: float = -6.0, seed: int = 1
) -> NDArray[np.float32]:
    """The sound some time later and so much softer (or louder), thrown back by a dozen walls."""
    random = np.random.default_rng(seed)
    length = round(REVERBERATION * RATE)
    room = np.zeros(length)
    room[0] = 1.0
    for place in random.integers(20, length, 12):
        room[place] += random.choice((-0.6, 0.6)) * 10 ** (-3 * place / length)
    size = len(sound) + length
    heard = np.fft.irfft(np.fft.rfft(sound, size) * np.fft.rfft(room, size), size)[: len(sound)]
    heard *= np.sqrt(np.mean(sound**2) / np.mean(heard**2)) * 10 ** (decibels / 20)
    return np.concatenate((np.zeros(round(seconds * RATE)), heard))[: len(sound)].astype(np.float32)


def drifted(sound: NDArray[np.float32], parts_per_million: float) -> NDArray[np.float32]:
    """What a device counts whose clock runs so much too fast."""
    places = np.arange(len(sound)) * (1 - parts_per_million * 1e-6)
    return np.interp(places, np.arange(len(sound)), sound).astype(np.float32)


def removed(before: NDArray[np.float32], after: NDArray[np.float32], start: float, stop: float) -> float:
    """By how much it is softer between two moments, in dB."""
    place = slice(round(start * RATE), round(stop * RATE))
    return float(10 * np.log10(np.mean(before[place] ** 2) / (np.mean(after[place] ** 2) + 1e-14)))
