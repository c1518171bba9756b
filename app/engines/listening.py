"""One lane as the embedded engine hears it. All of this runs in the model's worker thread."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from app.domain.audio import SPEECH_RATE
from app.domain.events import Event, Final, Partial, SpeechStarted, Understood
from app.engines.gain import AutomaticGain, loudness, raised
from app.engines.moonshine_native import HOP
from app.engines.segmenter import Cutting, Line, Segmenter

if TYPE_CHECKING:
    from app.domain.audio import Samples

FIRST_LOOK = 12
"""Spoken hops before the open line is looked at: from less, the model invents words."""
QUIET_END = 3
"""Hops of silence put after what is decoded: where sound breaks off, the model repeats itself."""
EDGE = 3
"""Hops that a line's times reach beyond its spoken hops: the detector is late by as much."""

SHORTEST_INTERVAL = 0.3
"""Seconds from one look to the next, at least."""
SHARE = 2.0
"""Looking takes at most one second in this many."""
PATIENCE = 0.35
"""While the next look is no further off than this, the newest word waits for it: it was cut off while
being said and is likely to change."""

LATE = 1.0
"""Seconds of sound waiting from which on nobody looks at open lines: only finals, until it is caught up.
That is so on a computer too slow for both, and always while a recording is read as fast as it goes."""


UNDERSTOOD_EVERY = 2.0
"""Seconds from one word about wordless sound to the next, at least."""


class Ear(Protocol):
    """Tells speech from silence; `SpeechDetector` is one."""

    def judge(self, samples: Samples) -> list[bool]:
        """Verdict on each hop of `samples`."""

    def close(self) -> None:
        """Let go of what it holds."""


@dataclass(frozen=True, slots=True)
class _Look:
    """The open line when it was last decoded: up to the hop `stop`, with `last` spoken."""

    number: int = 0
    last: int = 0
    stop: int = 0
    text: str = ""


class Listening:
    """Turns a lane's sound into events.

    While a line is open, it is decoded again and again as a whole, always up to the newest sound. When
    the speaker pauses it is decoded once more, and if the pause then ends the line, that was the final.

    Args:
        make_ear: called in the worker thread when the first sound comes; closed with this object.
        decode: turns a stretch of sound into text.
        start: index of the first sample on the session clock.
        clock: seconds on a clock that never goes back.
    """

    def __init__(
        self,
        make_ear: Callable[[], Ear],
        decode: Callable[[Samples], str],
        *,
        start: int = 0,
        clock: Callable[[], float] = time.monotonic,
        cutting: Cutting | None = None,
    ) -> None:
        self._make_ear = make_ear
        self._decode = decode
        self._start = start
        self._clock = clock
        self._cutting = cutting or Cutting()
        self._ear: Ear | None = None
        self._segmenter = Segmenter(self._cutting)
        self._gain = AutomaticGain()
        self._sound: Samples = np.zeros(0, np.float32)
        self._sound_from = 0
        self._heard = 0
        self._interval = 0.0
        self._due = 0.0
        self._look = _Look()
        self._begun = 0
        self._understood = start / SPEECH_RATE

    def hear(self, samples: Samples, waiting: float = 0.0) -> list[Event]:
        """Take the next sound; returns what can be said now.

        Args:
            samples: shape (n,), at 16 kHz.
            waiting: seconds of sound that had come by now, these samples included.

        Raises:
            EngineError: the library refused.
        """
        self._heard += len(samples)
        return self._take(samples, look=waiting < LATE)

    def finish(self) -> list[Event]:
        """No more sound: end the open line.

        Raises:
            EngineError: the library refused.
        """
        padding = HOP - len(self._unjudged()) % HOP + self._cutting.lead * HOP
        events = self._take(np.zeros(padding, np.float32), look=False)
        return events + [self._final(line) for line in self._segmenter.finish()]

    def close(self) -> None:
        """Let go of the ear."""
        if self._ear is not None:
            self._ear.close()

    def _take(self, samples: Samples, look: bool) -> list[Event]:
        events: list[Event] = []
        for line in self._advance(samples):
            events += self._begin(line)
            events.append(self._final(line))
        line_now = self._segmenter.line
        if line_now is not None:
            events += self._begin(line_now)
            if look and self._worth_a_look(line_now):
                events += self._partial(line_now)
        self._forget()
        return events + self._understanding()

    def _advance(self, samples: Samples) -> list[Line]:
        # One sample that is no number would deafen the detector for good.
        sane = np.clip(np.nan_to_num(samples), -1.0, 1.0)
        self._sound = np.concatenate((self._sound, sane))
        unjudged = self._unjudged()
        hops = unjudged[: len(unjudged) // HOP * HOP].reshape(-1, HOP)
        if not len(hops):
            return []
        if self._ear is None:
            self._ear = self._make_ear()
        levels = loudness(hops)
        spoken = self._ear.judge(self._gain.apply(hops, levels).reshape(-1))
        return self._segmenter.feed(spoken, levels.tolist())

    def _unjudged(self) -> Samples:
        return self._sound[(self._segmenter.position - self._sound_from) * HOP :]

    def _forget(self) -> None:
        needed = self._segmenter.needed
        self._sound = self._sound[(needed - self._sound_from) * HOP :]
        self._sound_from = needed

    def _understanding(self) -> list[Event]:
        """Music, and noise: nobody needs to keep them for words that will not come."""
        until = self._seconds(self._sound_from)
        if self._segmenter.line is not None or until < self._understood + UNDERSTOOD_EVERY:
            return []
        self._understood = until
        return [Understood(until)]

    def _worth_a_look(self, line: Line) -> bool:
        look = self._look
        if (look.number, look.stop) == (line.number, self._stop(line)):
            return False
        if self._paused:
            return True
        seen = (look.number, look.last) == (line.number, line.last)
        return not seen and line.spoken >= FIRST_LOOK and self._clock() >= self._due

    @property
    def _paused(self) -> bool:
        return self._segmenter.silence >= self._cutting.lead

    def _begin(self, line: Line) -> list[Event]:
        if line.number == self._begun:
            return []
        self._begun = line.number
        return [SpeechStarted(line.number, self._span(line)[0])]

    def _partial(self, line: Line) -> list[Event]:
        began = self._clock()
        text = self._text(line)
        self._look = _Look(line.number, line.last, self._stop(line), text)
        self._interval = max(SHORTEST_INTERVAL, SHARE * (self._clock() - began))
        self._due = began + self._interval
        if not self._paused and self._interval <= PATIENCE:
            text = text[: max(text.rfind(" "), 0)]
        return [Partial(line.number, *self._span(line), text)] if text else []

    def _final(self, line: Line) -> Event:
        look = self._look
        known = (look.number, look.stop) == (line.number, line.stop)
        return Final(line.number, *self._span(line), look.text if known else self._text(line))

    def _stop(self, line: Line) -> int:
        return min(line.stop, line.last + 1 + self._cutting.lead)

    def _text(self, line: Line) -> str:
        start, stop = ((hop - self._sound_from) * HOP for hop in (line.start, self._stop(line)))
        return self._decode(np.pad(raised(self._sound[start:stop]), (0, QUIET_END * HOP)))

    def _span(self, line: Line) -> tuple[float, float]:
        first = max(line.first - EDGE, line.start)
        last = min(line.last + 1 + EDGE, line.stop)
        return self._seconds(first), self._seconds(last)

    def _seconds(self, hop: int) -> float:
        return (self._start + min(hop * HOP, self._heard)) / SPEECH_RATE
