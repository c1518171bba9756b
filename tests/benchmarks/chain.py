"""How long the stages between a device and a recognizer hold sound back: beyond the block, at 48 kHz."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator

import soxr

from app.audio.base import Block
from app.audio.chain import FrameChain
from app.audio.echo_reference import EchoReference
from app.domain.audio import SPEECH_RATE, AudioFormat
from app.domain.request import Denoise
from tests.audio.rooms import echo
from tests.audio.sounds import chatter
from tests.benchmarks.rows import Row

RATE = 48_000
BLOCK_SECONDS = 0.02
SECONDS = 10
DELAY = 0.06


def run() -> list[Row]:
    """The worst moment of each chain that a user can have."""
    rows = []
    for denoise in (Denoise.OFF, Denoise.RNNOISE):
        for cancels in (False, True):
            name = f"chain, noise reduction {denoise.value}, {'an echo' if cancels else 'no echo'} taken out"
            held, worked = zip(*blocks(RATE, denoise, cancels), strict=True)
            rows.append(Row(f"{name}: held back", 1000 * max(held), "ms", 1000 * goal(denoise)))
            rows.append(Row(f"{name}: work for a block", 1000 * statistics.median(worked), "ms"))
    return rows


def goal(denoise: Denoise) -> float:
    """Seconds that a chain may hold back; RNNoise alone keeps two of its frames."""
    return 0.05 if denoise is Denoise.RNNOISE else 0.03


def blocks(rate: int, denoise: Denoise, cancels: bool) -> Iterator[tuple[float, float]]:
    """Seconds held back behind each block of a microphone of this rate, and seconds of work for the block.

    Args:
        cancels: the speakers play, and their blocks come in time.
    """
    speech = chatter(SECONDS, SPEECH_RATE)
    far, near = (soxr.resample(one, SPEECH_RATE, rate) for one in (speech, echo(speech, DELAY)))
    reference = EchoReference() if cancels else None
    chain, played = (
        FrameChain(AudioFormat(rate, 1), denoise, echo=reference),
        FrameChain(AudioFormat(rate, 1)),
    )
    length = round(BLOCK_SECONDS * rate)
    for at in range(0, len(near) - length, length):
        if reference is not None:
            reference.put(played.process(Block(far[at : at + length, None])))
        began = time.process_time()
        frame = chain.process(Block(near[at : at + length, None]))
        yield (at + length) / rate - frame.stop / SPEECH_RATE, time.process_time() - began
