"""Where a lane's first sound stands on a clock that it shares with others."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from math import inf
from typing import Final

from app.audio.base import Block
from app.domain.audio import AudioFormat

SETTLING: Final = 0.5
"""Seconds of sound after which it is plain when the first of it came."""


def first_sound(read: Callable[[], Block | None], source: AudioFormat, since: float) -> list[Block]:
    """The first blocks, behind the time in which the lane was not heard yet and others may have been.

    Args:
        read: waits for the next block.
        source: what the blocks are.
        since: monotonic moment at which the clock began.

    Raises:
        InputError: the sound broke off.
    """
    blocks: list[Block] = []
    heard, began = 0.0, inf
    while heard < SETTLING and (block := read()) is not None:
        blocks.append(block)
        heard += (block.lost + len(block.samples)) / source.rate
        if _lasts(block):
            # On a busy computer blocks are handed over late, but not each of them.
            began = min(began, (time.monotonic() if block.at is None else block.at) - heard)
    first = next((number for number, block in enumerate(blocks) if _lasts(block)), None)
    if first is not None:
        blocks[first] = _behind(max(0.0, began - since), blocks[first], source)
    return blocks


def _lasts(block: Block) -> bool:
    """Whether it is more than news."""
    return bool(block.lost or len(block.samples))


def _behind(seconds: float, block: Block, source: AudioFormat) -> Block:
    # Not at the top: the window opens before anything needs numpy.
    import numpy as np

    length = round(seconds * source.rate)
    if not len(block.samples):
        # No device is there: there was none before, either.
        return replace(block, lost=length + block.lost)
    silence = np.zeros((length, source.channels), np.float32)
    return replace(block, samples=np.concatenate((silence, block.samples)))
