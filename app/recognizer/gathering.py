"""Sound of a source, as much at once as somebody waits for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from app.audio.base import Block, SoundSource
from app.domain.errors import InputError
from app.recognizer.attention import Attention

_JITTER: Final = 0.001
"""Seconds: of sound that is resampled or stretched, a few samples come sooner or later."""


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """A block, and whether it is not meant to be heard, as judged when it came."""

    block: Block
    deaf: bool


class Gathering:
    """Waits for blocks, and joins them until there is enough. All of this runs in the lane's thread.

    Args:
        attention: knows what is not meant to be heard.
    """

    def __init__(self, source: SoundSource, attention: Attention) -> None:
        self._source = source
        self._attention = attention
        self._left: Heard | None = None
        """Came by now, and does not go with what was before."""
        self._over = False
        self._problem: InputError | None = None
        """What ended it."""

    def judged(self, block: Block) -> Heard:
        """The block with what is to become of it."""
        return Heard(block, self._source.live and self._attention.deaf)

    def next(self, rate: int, missing: Callable[[], float]) -> Heard | None:
        """Wait for sound; None at the end.

        Args:
            rate: samples a second.
            missing: seconds that are worth waiting for; asked anew as each block comes.

        Raises:
            InputError: the sound broke off.
        """
        first, self._left = self._left or self._read(), None
        if first is None:
            if self._problem is not None:
                raise self._problem
            return None
        blocks, length = [first.block], len(first.block.samples)
        while 0 < length < (missing() - _JITTER) * rate and (more := self._read()) is not None:
            if not _goes_with(first, more):
                self._left = more
                break
            blocks.append(more.block)
            length += len(more.block.samples)
        return Heard(_joined(blocks), first.deaf)

    def _read(self) -> Heard | None:
        """Wait for a block; None at the end, whatever ended it."""
        if self._over:
            return None
        try:
            block = self._source.read()
        except InputError as problem:
            # What came before is heard first.
            block, self._problem = None, problem
        self._over = block is None
        return None if block is None else self.judged(block)


def _goes_with(first: Heard, more: Heard) -> bool:
    """Whether nothing happened between the two."""
    block = more.block
    eventful = block.lost or block.news or block.device_rate != first.block.device_rate
    return not eventful and len(block.samples) > 0 and more.deaf is first.deaf


def _joined(blocks: Sequence[Block]) -> Block:
    if len(blocks) == 1:
        return blocks[0]
    # Not at the top: the window opens before anything needs numpy.
    import numpy as np

    samples = np.concatenate([block.samples for block in blocks])
    return replace(blocks[0], samples=samples, at=blocks[-1].at)
