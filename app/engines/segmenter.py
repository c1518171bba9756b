"""Where a line of speech begins and ends. Counts in hops since the session began, knows no sound."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Cutting:
    """When to begin and end a line, in hops.

    Attributes:
        begin: a line begins at the first of `begin` spoken hops among the last `among`.
        lead: silence kept before the first spoken hop, and after the last one.
        pause: silence that ends a short line.
        short_pause: silence that ends a line as long as `limit`.
        long: length from which ever shorter pauses will do.
        limit: length at which a line is cut, at its quietest place within the last `reach`.
    """

    begin: int = 5
    among: int = 10
    lead: int = 9
    pause: int = 18
    short_pause: int = 3
    long: int = 130
    limit: int = 300
    reach: int = 60


@dataclass(frozen=True, slots=True)
class Line:
    """A stretch of speech between pauses.

    Attributes:
        number: grows through the session, from one.
        start: first hop to decode.
        first: first spoken hop.
        last: last spoken hop.
        stop: hop after the last one to decode.
        spoken: how many hops were spoken.
    """

    number: int
    start: int
    first: int
    last: int
    stop: int
    spoken: int = 0


class Segmenter:
    """Cuts a lane into lines at its pauses.

    A line holds some silence at both ends, but no hop belongs to two lines: words at a cut are
    never heard twice.

    Attributes:
        line: the line that is open.
        position: hops fed.
    """

    def __init__(self, cutting: Cutting | None = None) -> None:
        self.line: Line | None = None
        self.position = 0
        self._cutting = cutting or Cutting()
        self._recent: deque[tuple[bool, float]] = deque(maxlen=self._cutting.reach)
        self._floor = 0
        self._number = 0

    @property
    def needed(self) -> int:
        """The earliest hop whose sound may still be asked for."""
        if self.line is not None:
            return self.line.start
        return max(self._floor, self.position - self._cutting.among - self._cutting.lead)

    @property
    def silence(self) -> int:
        """Silent hops since somebody spoke in the open line."""
        return self.position - 1 - self.line.last if self.line is not None else 0

    def feed(self, spoken: Sequence[bool], levels: Sequence[float]) -> list[Line]:
        """Take verdicts and loudness hop by hop; returns the lines that ended."""
        ended = [self._step(*hop) for hop in zip(spoken, levels, strict=True)]
        return [line for line in ended if line is not None]

    def finish(self) -> list[Line]:
        """End the open line, whatever its length."""
        return [self._end(self.line)] if self.line is not None else []

    def _step(self, spoken: bool, level: float) -> Line | None:
        self.position += 1
        self._recent.append((spoken, level))
        if self.line is None:
            self.line = self._begun(self._cutting.among, self._cutting.begin)
            return None
        if spoken:
            self.line = replace(self.line, last=self.position - 1, spoken=self.line.spoken + 1)
        self.line = replace(self.line, stop=self.position)
        if self.silence >= self._pause(self.line):
            return self._end(self.line)
        if self.position - self.line.start >= self._cutting.limit:
            return self._cut(self.line)
        return None

    def _begun(self, among: int, needed: int) -> Line | None:
        among = min(among, self.position - self._floor, len(self._recent))
        recent = list(self._recent)[len(self._recent) - among :]
        spoken = [self.position - among + hop for hop, (flag, _) in enumerate(recent) if flag]
        if len(spoken) < needed:
            return None
        self._number += 1
        start = max(self._floor, spoken[0] - self._cutting.lead)
        return Line(self._number, start, spoken[0], spoken[-1], self.position, len(spoken))

    def _pause(self, line: Line) -> float:
        cutting = self._cutting
        beyond = self.position - line.start - cutting.long
        share = min(max(beyond / (cutting.limit - cutting.long), 0.0), 1.0)
        return cutting.pause - share * (cutting.pause - cutting.short_pause)

    def _end(self, line: Line) -> Line:
        line = replace(line, stop=min(self.position, line.last + 1 + self._cutting.lead))
        self._floor = line.stop
        self.line = None
        return line

    def _cut(self, line: Line) -> Line:
        levels = [level for _, level in self._recent]
        loudness = [sum(levels[hop - 1 : hop + 2]) for hop in range(1, len(levels) - 1)]
        after = len(levels) - 1 - loudness.index(min(loudness))
        cut = self._floor = self.position - after
        after_cut = sum(flag for flag, _ in list(self._recent)[-after:])
        self.line = self._begun(after, 1)
        return replace(line, last=min(line.last, cut - 1), stop=cut, spoken=line.spoken - after_cut)
