"""Echo cancellation: how much of the speakers' words is left, what the room's own words lose, what it costs.

Needs recordings with words, see `speech`.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.audio.base import Block
from app.audio.chain import FrameChain
from app.audio.echo_reference import EchoReference
from app.domain.audio import SPEECH_RATE, AudioFormat, AudioFrame
from tests.audio.rooms import echo, removed
from tests.benchmarks.noises import Talk, talks
from tests.benchmarks.recognition import caption_text
from tests.benchmarks.rows import Row
from tests.benchmarks.speech import errors, plain, recordings

BLOCK = SPEECH_RATE // 25
DELAY = 0.06
ALONE = 12 * SPEECH_RATE
"""What the speakers play before anyone in the room talks."""
FAR, NEAR = "two", ("vctk", "libri")


@dataclass
class Count:
    """Wrong words of so many."""

    wrong: int = 0
    said: int = 0

    def add(self, text: str, heard: str) -> None:
        wrong, said = errors(text, heard)
        self.wrong += wrong
        self.said += said

    @property
    def percent(self) -> float:
        return 100 * self.wrong / self.said


def run() -> list[Row]:
    """All figures; none without recordings."""
    spoken = {talk.name: talk for talk in talks(recordings())}
    if not {FAR, *NEAR} <= set(spoken):
        return []
    return _words(spoken[FAR], [spoken[name] for name in NEAR]) + _cost(spoken[FAR])


def _words(speakers: Talk, room: list[Talk]) -> list[Row]:
    alone, turns, both, untouched = Count(), Count(), Count(), Count()
    slipped = played = 0
    for talk in room:
        voice = talk.samples * (_loudness(speakers.samples) / _loudness(talk.samples))
        voice = np.clip(voice, -1, 1).astype(np.float32)
        alone.add(talk.text, caption_text(voice))
        heard = _cancelled(*_in_turns(speakers.samples, voice))
        slipped += len(plain(caption_text(heard[: len(heard) - len(voice)])))
        played += len(plain(speakers.text))
        turns.add(talk.text, caption_text(heard[len(heard) - len(voice) :]))
        near, far = _at_once(speakers.samples, voice)
        untouched.add(talk.text, caption_text(near[ALONE:]))
        both.add(talk.text, caption_text(_cancelled(near, far)[ALONE:]))
    return [
        Row("speakers' words heard by the microphone", 100 * slipped / played, "%", 1.0),
        Row("word errors of the room alone", alone.percent, "%"),
        Row("word errors of the room, in turns, above alone", turns.percent - alone.percent, "points", 3.0),
        Row("word errors of the room, both at once", both.percent, "%"),
        Row("word errors of the room, both at once, echo left in", untouched.percent, "%"),
    ]


def _cost(speakers: Talk) -> list[Row]:
    far = speakers.samples
    near = echo(far, DELAY)
    began = time.process_time()
    heard = _cancelled(near, far)
    share = (time.process_time() - began) / speakers.seconds
    return [
        Row("echo removed after 6 s", -removed(near, heard, 6, speakers.seconds - 2), "dB", -25.0),
        Row("echo cancellation, share of a core", share, ""),
    ]


def _in_turns(
    played: NDArray[np.float32], voice: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The microphone's and the speakers' sound: all that is played, then the voice."""
    far = np.concatenate((played, np.zeros(len(voice), np.float32)))
    near = echo(far, DELAY)
    near[len(played) :] += voice
    return np.clip(near, -1, 1), far


def _at_once(
    played: NDArray[np.float32], voice: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    far = np.resize(played, ALONE + len(voice))
    near = echo(far, DELAY)
    near[ALONE:] += voice
    return np.clip(near, -1, 1), far


def _cancelled(near: NDArray[np.float32], far: NDArray[np.float32]) -> NDArray[np.float32]:
    """What the recognizer hears of the microphone."""
    reference = EchoReference()
    chain = FrameChain(AudioFormat(SPEECH_RATE, 1), echo=reference)
    frames = []
    for at in range(0, len(near), BLOCK):
        reference.put(AudioFrame(at, far[at : at + BLOCK]))
        frames.append(chain.process(Block(near[at : at + BLOCK, None])).samples)
    return np.concatenate((*frames, chain.flush().samples))


def _loudness(samples: NDArray[np.float32]) -> float:
    return float(np.sqrt(np.mean(np.square(samples))))
