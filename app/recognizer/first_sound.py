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
        if block.lost or len(block.samples):
            # On a busy computer blocks are handed over late, but not each of them.
            began = min(began, (time.monotonic() if block.at is None else block.at) - heard)
    if blocks:
        blocks[0] = _behind(max(0.0, began - since), blocks[0], source)
    return blocks


def _behind(seconds: float, block: Block, source: AudioFormat) -> Block:
    # Not at the top: the window opens before anything needs numpy.
    import numpy as np

    silence = np.zeros((round(seconds * source.rate), source.channels), np.float32)
    return replace(block, samples=np.concatenate((silence, block.samples)))
