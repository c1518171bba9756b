"""An engine that says what it hears in numbers, so that every second can be accounted for."""

from __future__ import annotations

import asyncio

from app.domain.audio import SPEECH_RATE
from app.domain.errors import CaptionError
from app.domain.events import Connected, Final, Partial, SpeechStarted
from app.engines.base import Emit, FrameSource


class CountingEngine:
    """Says "second N" for each second it heard: a partial when it begins, a final when it is over.

    Args:
        fails_after: seconds after which it gives up with `error`.
        hangs: never ends after the sound ended, as if it were still working.
    """

    def __init__(
        self, *, fails_after: float | None = None, error: CaptionError | None = None, hangs: bool = False
    ) -> None:
        self.heard: list[float] = []
        self._fails_after = fails_after
        self._error = error or CaptionError("The engine gave up.")
        self._hangs = hangs

    async def run(self, frames: FrameSource, emit: Emit) -> None:
        emit(Connected())
        begun, start, stop = -1, None, 0
        while (frame := await frames.read()) is not None:
            self.heard.append(float(abs(frame.samples).max()))
            start = frame.start if start is None else start
            stop = frame.stop
            heard = (stop - start) / SPEECH_RATE
            if self._fails_after is not None and heard >= self._fails_after:
                raise self._error
            for second in range(begun + 1, int(heard) + 1):
                self._end(second - 1, start, emit)
                emit(SpeechStarted(second + 1, start / SPEECH_RATE + second))
                emit(
                    Partial(second + 1, start / SPEECH_RATE + second, stop / SPEECH_RATE, f"second {second}")
                )
                begun = second
        if self._hangs:
            await asyncio.Event().wait()
        if start is not None:
            self._end(begun, start, emit)

    def _end(self, second: int, start: int, emit: Emit) -> None:
        if second >= 0:
            begin = start / SPEECH_RATE + second
            emit(Final(second + 1, begin, begin + 1, f"second {second}"))
