"""Recordings with their words, for measuring: which there are, and how far a text is from what was said.

The recordings are kept outside of the project, in the folder named by `SURTITLE_SPEECH`; those that come
with the embedded engine are always there, though their words may not be.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.domain.audio import SPEECH_RATE

FOLDER_VARIABLE = "SURTITLE_SPEECH"


@dataclass(frozen=True)
class SpokenWord:
    """A word and when it was over, by forced alignment."""

    text: str
    end: float


@dataclass(frozen=True, eq=False)
class Recording:
    """Speech whose words are known; `samples` are mono at 16 kHz."""

    name: str
    samples: NDArray[np.float32]
    text: str
    words: tuple[SpokenWord, ...]

    @property
    def seconds(self) -> float:
        return len(self.samples) / SPEECH_RATE

    @property
    def noisy(self) -> bool:
        return self.name.startswith("vctkn")


def recordings(folder: Path | None = None) -> list[Recording]:
    """All that can be found; empty where there is no folder."""
    folder = folder or Path(os.environ.get(FOLDER_VARIABLE, "."))
    manifest = folder / "manifest.json"
    if not manifest.is_file():
        return []
    times = json.loads((folder / "wordtimes.json").read_text("utf-8"))
    found = []
    for row in json.loads(manifest.read_text("utf-8")):
        name = row["file"].split()[-1]
        path = next((p for p in (folder / name, packaged(name)) if p.is_file()), None)
        if path is not None:
            words = tuple(SpokenWord(text, end) for text, _, end in times.get(name, ()))
            found.append(Recording(name, load(path), row["text"], words))
    return found


def packaged(name: str) -> Path:
    """Where a recording that comes with the embedded engine would be."""
    spec = importlib.util.find_spec("moonshine_voice")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "assets" / name


def load(path: Path) -> NDArray[np.float32]:
    """A 16-bit WAV file as mono samples at 16 kHz."""
    import soxr

    with wave.open(str(path)) as file:
        raw = np.frombuffer(file.readframes(file.getnframes()), np.int16)
        samples = (raw.reshape(-1, file.getnchannels()).mean(axis=1) / 32768).astype(np.float32)
        rate = file.getframerate()
    return samples if rate == SPEECH_RATE else soxr.resample(samples, rate, SPEECH_RATE).astype(np.float32)


def plain(text: str) -> list[str]:
    """Words in lower case without punctuation."""
    return re.sub(r"[^\w ]", "", re.sub(r"[-\s]", " ", text.lower())).split()


def errors(said: str, heard: str) -> tuple[int, int]:
    """Wrong, missing and invented words, and how many were said."""
    import jiwer

    counts = jiwer.process_words(" ".join(plain(said)), " ".join(plain(heard)) or " ")
    wrong = counts.substitutions + counts.deletions + counts.insertions
    return wrong, counts.hits + counts.substitutions + counts.deletions
