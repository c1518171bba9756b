"""Sound as services want it: packets of one length, at their rate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from app.domain.audio import AudioFrame
from app.engines.base import FrameSource

if TYPE_CHECKING:
    from app.domain.audio import Samples

PACKET_SECONDS: Final = 0.1


class Packets:
    """Cuts what comes from `frames` into packets of `PACKET_SECONDS` at `rate`, without seams.

    A frame's place on the session clock survives the change of rate.
    """

    def __init__(self, frames: FrameSource, rate: int) -> None:
        self._frames = frames
        self._rate = rate
        self._length = round(PACKET_SECONDS * rate)
        self._resampler: Resampler | None = None
        self._pending: list[Samples] = []
        self._start = 0
        self._ended = self._cut_behind = False

    async def read(self) -> AudioFrame | None:
        """The next packet; the last one of all, or of a sentence, may be shorter. None at the end."""
        while self._waiting < self._length and not self._ended and not self._cut_behind:
            frame = await self._frames.read((self._length - self._waiting) / self._rate)
            self._ended = frame is None
            self._cut_behind = frame is not None and frame.ends_sentence
            self._take(frame)
        return self._cut(min(self._length, self._waiting)) if self._waiting else None

    def rest(self) -> AudioFrame | None:
        """What was read and makes no packet yet, where nothing more is read. None where there is none."""
        self._take(None)
        return self._cut(self._waiting) if self._waiting else None

    @property
    def _waiting(self) -> int:
        return sum(map(len, self._pending))

    def _take(self, frame: AudioFrame | None) -> None:
        if frame is not None and self._resampler is None:
            self._resampler = Resampler(frame.rate, self._rate)
            self._start = round(frame.start * self._rate / frame.rate)
        if self._resampler is None:
            return
        samples = self._resampler.flush() if frame is None else self._resampler.process(frame.samples)
        if len(samples):
            self._pending.append(samples)

    def _cut(self, length: int) -> AudioFrame:
        samples = self._pending[0] if len(self._pending) == 1 else _joined(self._pending)
        self._pending = [samples[length:]] if len(samples) > length else []
        ends_sentence = self._cut_behind and not self._pending
        self._cut_behind = self._cut_behind and not ends_sentence
        frame = AudioFrame(self._start, samples[:length], self._rate, ends_sentence)
        self._start = frame.stop
        return frame


def _joined(parts: Sequence[Samples]) -> Samples:
    # Not at the top: the window opens before anything needs numpy.
    import numpy as np

    return np.concatenate(parts)


class Resampler:
    """Changes the rate of a stream; holds back some milliseconds until `flush`."""

    def __init__(self, rate: int, target: int) -> None:
        # Not at the top: most services take sound as it is.
        import soxr

        self._stream = None if rate == target else soxr.ResampleStream(rate, target, 1, "float32", "LQ")

    def process(self, samples: Samples) -> Samples:
        """Take in samples; return what can be said by now."""
        if self._stream is None:
            return samples
        changed: Samples = self._stream.resample_chunk(samples)
        return changed

    def flush(self) -> Samples:
        """Return what was held back. Nothing may follow."""
        import numpy as np

        nothing: Samples = np.empty(0, np.float32)
        if self._stream is not None:
            nothing = self._stream.resample_chunk(nothing, last=True)
        return nothing
