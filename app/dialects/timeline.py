"""Where on the session clock a connection is, and when people spoke."""

from __future__ import annotations

from collections import deque
from math import inf
from typing import TYPE_CHECKING, Final

from app.dialects.frames import number_of
from app.domain.audio import AudioFrame

if TYPE_CHECKING:
    from app.domain.audio import Samples

HOP: Final = 0.02
"""Seconds that are judged at once."""
QUIETEST: Final = 0.002
"""Root mean square below which nothing counts as speech (-54 dBFS)."""
ABOVE_NOISE: Final = 3.0
"""How many times louder than the noise speech is."""
NOISIEST: Final = 0.02
"""Noise that is reckoned with before any silence was heard."""
RISE: Final = 1.02
"""How fast the idea of noise follows sound that stays loud: it doubles in 0.7 s."""
SHORTEST: Final = 3
"""Loud hops that make speech; a click has fewer."""
BREATH: Final = 0.3
"""Seconds of silence within one stretch of speech."""
REMEMBERED: Final = 256
"""Stretches of speech that are told apart."""
AT_ONCE: Final = 1.0
"""Seconds of sound that are looked at together, unless somebody asks earlier: looking is what costs."""


class Timeline:
    """From a service's milliseconds to the session clock.

    Attributes:
        start: when the first frame of this connection began.
        now: when the last one ended.
    """

    def __init__(self) -> None:
        self.start = 0.0
        self.now = 0.0
        self._begun = False

    def hear(self, frame: AudioFrame) -> None:
        """A frame is being sent."""
        if not self._begun:
            self._begun = True
            self.start = frame.start_seconds
        self.now = frame.stop_seconds

    def at(self, milliseconds: object) -> float | None:
        """The session time of a moment that the service counts from its first sample.

        Never outside what was sent; None where `milliseconds` is no number.
        """
        number = number_of(milliseconds)
        return None if number is None else min(max(self.start + number / 1000, self.start), self.now)


class Pauses:
    """Tells speech from silence by loudness alone: good enough to end a sentence, not to drop sound.

    Args:
        loudest_noise: root mean square above which even sound that never changes may be speech.
    """

    def __init__(self, loudest_noise: float = inf) -> None:
        self._loudest_noise = loudest_noise
        self._noise = NOISIEST
        self._loud = 0
        self._speech: float | None = None
        self._quiet_since = 0.0
        self._waiting: list[Samples] = []
        self._waiting_length = 0
        self._stop, self._rate = 0.0, 1
        self._stretches: deque[tuple[float, float]] = deque()

    @property
    def speech(self) -> float | None:
        """When somebody began to speak, since `mark`; None while nobody has."""
        self._look()
        return self._speech

    @property
    def quiet_since(self) -> float:
        """When the last loud sound ended."""
        self._look()
        return self._quiet_since

    def hear(self, frame: AudioFrame) -> None:
        """Take the next sound; its samples stay as they are."""
        self._waiting.append(frame.samples)
        self._waiting_length += len(frame.samples)
        self._stop, self._rate = frame.stop_seconds, frame.rate
        if self._waiting_length >= AT_ONCE * frame.rate:
            self._look()

    def silence(self, now: float) -> float:
        """Seconds of silence after speech; 0 where nobody has spoken since `mark`."""
        return 0.0 if self.speech is None else max(now - self._quiet_since, 0.0)

    def begin(self, since: float) -> float | None:
        """When somebody first spoke after `since`; None where nobody has."""
        self._look()
        return next((max(start, since) for start, end in self._stretches if end > since), None)

    def spoken(self, since: float) -> float:
        """Seconds of speech since then."""
        self._look()
        total = 0.0
        for start, end in reversed(self._stretches):
            if end <= since:
                break
            total += end - max(start, since)
        return total

    def within(self, since: float, until: float = inf) -> list[tuple[float, float]]:
        """Stretches of speech between the two moments."""
        self._look()
        found = ((max(start, since), min(end, until)) for start, end in self._stretches)
        return [(start, end) for start, end in found if start < end]

    def moment(self, since: float, share: float) -> float | None:
        """When `share` of all speech since then was over; None where there was none."""
        spoken = self.within(since)
        seconds = share * sum(end - start for start, end in spoken)
        return min(_reach(spoken, seconds), spoken[-1][1]) if spoken else None

    def reach(self, since: float, seconds: float) -> float:
        """When so many seconds of speech since then were over; infinity where there were not as many."""
        return _reach(self.within(since), seconds)

    def mark(self) -> None:
        """What was said is dealt with."""
        self._look()
        self._speech = None
        self._loud = 0

    def _look(self) -> None:
        """Judge all whole hops that wait."""
        hop = round(HOP * self._rate)
        whole = self._waiting_length // hop * hop if hop else 0
        if not whole:
            return
        # Not at the top: the window opens before anything needs numpy.
        import numpy as np

        samples = self._waiting[0] if len(self._waiting) == 1 else np.concatenate(self._waiting)
        begin = self._stop - len(samples) / self._rate
        self._waiting, self._waiting_length = [samples[whole:]], len(samples) - whole
        hops = samples[:whole].reshape(-1, hop)
        # A third of the time that a mean of squares takes.
        levels = np.sqrt(np.einsum("ij,ij->i", hops, hops) / hop)
        for index, level in enumerate(levels.tolist()):
            self._judge(level, begin + index * HOP)

    def _judge(self, level: float, when: float) -> None:
        loud = level > max(QUIETEST, ABOVE_NOISE * self._noise)
        self._noise = min(max(level, QUIETEST / ABOVE_NOISE), self._noise * RISE, self._loudest_noise)
        self._loud = self._loud + 1 if loud else 0
        if self._loud >= SHORTEST:
            if self._speech is None:
                self._speech = when - (SHORTEST - 1) * HOP
            self._quiet_since = when + HOP
            self._extend(when - (SHORTEST - 1) * HOP, when + HOP)

    def _extend(self, start: float, end: float) -> None:
        # Half a hop less: sums of hops are never exact.
        if self._stretches and start - self._stretches[-1][1] < BREATH - HOP / 2:
            start, _ = self._stretches.pop()
        elif len(self._stretches) == REMEMBERED:
            # The two oldest become one: what was said is never forgotten, only when exactly.
            first, (_, last) = self._stretches.popleft(), self._stretches.popleft()
            self._stretches.appendleft((first[0], last))
        self._stretches.append((start, end))


def _reach(spoken: list[tuple[float, float]], seconds: float) -> float:
    for start, end in spoken:
        if seconds <= end - start:
            return start + seconds
        seconds -= end - start
    return inf
