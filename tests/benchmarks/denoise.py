"""What the denoise stages do to the words: noise x loudness x stage.

Needs recordings with words, see `speech`. With `SURTITLE_LONG` set it goes through every noise there is and
takes an hour; without, through the kinds that differ most.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import soxr
from numpy.typing import NDArray

from app.audio.base import Block
from app.audio.chain import FrameChain
from app.domain.audio import SPEECH_RATE, AudioFormat
from app.domain.request import Denoise
from tests.benchmarks.noises import Talk, babble, fan, mixed, recorded, talks, white
from tests.benchmarks.recognition import caption_text
from tests.benchmarks.rows import Row
from tests.benchmarks.speech import FOLDER_VARIABLE, errors, recordings

BLOCKS = 25
"""In a second."""
NARROW = 8_000
SHORT = {"white": (0, 5, 10), "fan": (0, 5), "babble": (5, 10), "diffuse": (5,)}
LONG_LOUDNESS = (0, 5, 10, 15)
MOST_HARM = 1.0
"""Points of word error rate that the automatic choice may cost, with any noise."""


def run() -> list[Row]:
    """All figures; none without recordings."""
    spoken = talks(recordings())
    quiet = [talk for talk in spoken if not talk.noisy]
    rows = _rows("clean", [(talk, talk.samples) for talk in quiet])
    rows += _rows("real noise", [(talk, talk.samples) for talk in spoken if talk.noisy])
    for kind, loudness in _kinds():
        noises = {talk.name: _noise(kind, talk, quiet) for talk in quiet}
        for snr in loudness:
            rows += _rows(f"{kind} {snr} dB", [(talk, mixed(talk, noises[talk.name], snr)) for talk in quiet])
    return rows + _telephone(quiet)


def _telephone(quiet: list[Talk]) -> list[Row]:
    """The same from a source that knows only the lower half of speech."""
    rows = _rows("8 kHz", [(talk, _narrow(talk.samples)) for talk in quiet], NARROW)
    for snr in SHORT["white"]:
        mixes = [(talk, _narrow(mixed(talk, white(talk.seconds + 1), snr))) for talk in quiet]
        rows += _rows(f"8 kHz, white {snr} dB", mixes, NARROW)
    return rows


def _narrow(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    narrow: NDArray[np.float32] = soxr.resample(samples, SPEECH_RATE, NARROW)
    return narrow


def _kinds() -> Iterator[tuple[str, tuple[int, ...]]]:
    if not os.environ.get("SURTITLE_LONG"):
        yield from SHORT.items()
        return
    for kind in ("white", "fan", "babble", *(name for name, _ in recorded(_folder(), 1))):
        yield kind, LONG_LOUDNESS


def _noise(kind: str, talk: Talk, spoken: list[Talk]) -> NDArray[np.float32]:
    seconds = talk.seconds + 1
    match kind:
        case "white":
            return white(seconds)
        case "fan":
            return fan(seconds)
        case "babble":
            return babble(seconds, [other for other in spoken if other is not talk])
        case _:
            return dict(recorded(_folder(), seconds))[kind]


def _rows(name: str, heard: list[tuple[Talk, NDArray[np.float32]]], rate: int = SPEECH_RATE) -> list[Row]:
    if not heard:
        return []
    rates = {stage: _error_rate(heard, stage, rate) for stage in Denoise}
    harm = rates[Denoise.AUTO] - rates[Denoise.OFF]
    rows = [Row(f"word errors, {name}, {stage.value}", wrong, "%") for stage, wrong in rates.items()]
    return [*rows, Row(f"word errors, {name}, auto above off", harm, "points", MOST_HARM)]


def _error_rate(heard: list[tuple[Talk, NDArray[np.float32]]], stage: Denoise, rate: int) -> float:
    counts = [errors(talk.text, _words(denoised(samples, stage, rate).tobytes())) for talk, samples in heard]
    return 100 * sum(wrong for wrong, _ in counts) / sum(said for _, said in counts)


def denoised(samples: NDArray[np.float32], stage: Denoise, rate: int = SPEECH_RATE) -> NDArray[np.float32]:
    """The sound as the recognizer hears it when it comes from a device of this rate with this stage."""
    chain = FrameChain(AudioFormat(rate, 1), stage)
    block = rate // BLOCKS
    blocks = [samples[at : at + block] for at in range(0, len(samples), block)]
    frames = [chain.process(Block(block[:, None])).samples for block in blocks]
    return np.concatenate((*frames, chain.flush().samples))


@cache
def _words(sound: bytes) -> str:
    # Where a stage leaves the sound as it is, so are the words.
    return caption_text(np.frombuffer(sound, np.float32))


def _folder() -> Path:
    return Path(os.environ.get(FOLDER_VARIABLE, "."))


if __name__ == "__main__":
    for row in run():
        print(f"{row.name:58} {row.value:10.3f} {row.unit}", flush=True)  # noqa: T201
