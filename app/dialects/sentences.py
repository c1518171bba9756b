"""Which sentence a result is of, where the service leaves out its number or changes its mind about times."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Final

SLACK: Final = 0.3
"""Seconds by which a service may be off in where a sentence ends."""
EARLIER: Final = 1.0
"""Seconds by which a sentence may turn out to have begun earlier."""
SHORTEST: Final = 0.5
"""Seconds; nothing that begins this soon after an open sentence did is another one."""
REMEMBERED: Final = 64


@dataclass(frozen=True, slots=True)
class Told:
    """What a result says of its sentence, in seconds of the connection's sound; None where it does not say.

    Attributes:
        number: from 1.
        end: only of a sentence that is over.
        reached: where the words end that it has so far.
    """

    number: float | None
    begin: float | None
    end: float | None
    reached: float
    over: bool


@dataclass(slots=True)
class Sentence:
    """What is known of one; times as in `Told`."""

    key: int
    number: float | None = None
    begin: float | None = None
    end: float | None = None
    reached: float = 0.0
    over: bool = False
    guessed: bool = False
    """A result without a number ended it: its number may be another one's."""

    def learn(self, told: Told) -> None:
        """Whatever is told later is nearer to the truth."""
        # Who says neither number nor times may mean another one: that says nothing of where this one is.
        vague = told.number is None and told.begin is None and not told.over
        self.number = self.number if told.number is None else told.number
        if self.over:
            return
        if not vague or (self.number is None and self.begin is None):
            self.reached = max(self.reached, told.reached)
        if told.begin is not None and self._believes(told, told.begin):
            self.begin = told.begin
        self.end, self.over = told.end, told.over
        self.guessed = told.over and told.number is None

    def may_be(self, told: Told) -> bool:
        """Whether a result without a number, or with one that is new, may be this sentence's."""
        if told.begin is None and told.end is None:
            return not self.over
        return self._repeated(told) if self.over else self._goes_on(told)

    def is_apart(self, told: Told) -> bool:
        """Whether the result, with this sentence's number, is of other sound: then the number was wrong."""
        if not self.over:
            return False
        behind = told.begin is not None and self.end is not None and told.begin >= self.end
        return behind or (told.end is not None and self.begin is not None and told.end <= self.begin)

    def distance(self, told: Told) -> float:
        """How far from here the result's sentence begins; more, the less can be said of that."""
        if told.begin is not None and self.begin is not None:
            return abs(told.begin - self.begin)
        return SHORTEST if self.over or self.begin is not None else 2 * SHORTEST

    def _believes(self, told: Told, begin: float) -> bool:
        """Whether that is where this began: without a number, much later may be the next one's."""
        if told.over or told.number is not None:
            return True
        return self.number is None if self.begin is None else begin < self.begin + SHORTEST

    def _goes_on(self, told: Told) -> bool:
        begin = told.begin
        if self.begin is None:
            return begin is None or begin < self.reached
        if begin is not None and begin >= max(self.reached, self.begin + SHORTEST):
            return False
        if told.end is not None:
            return told.end > self.begin
        return begin is None or begin >= self.begin - EARLIER

    def _repeated(self, told: Told) -> bool:
        """Whether what is over is told again; what reaches beyond it has words that were not said."""
        if self.begin is None or told.begin is None:
            return told.end is not None and self.end is not None and abs(told.end - self.end) < SLACK
        if self.end is None or (told.over and told.end is None):
            return abs(told.begin - self.begin) < SLACK
        if told.end is None:
            return self.begin - SLACK <= told.begin < (self.begin + self.end) / 2
        common = min(told.end, self.end) - max(told.begin, self.begin)
        either = max(told.end, self.end) - min(told.begin, self.begin)
        return told.end <= self.end + SLACK and 2 * common >= either


class Sentences:
    """The sentences of one task.

    A number is believed, unless its sentence is over and the result is of other sound. Without one a result
    belongs to the sentence whose sound it overlaps, the one that begins nearest: an open one goes on, or a
    result of one that is over comes again.
    """

    def __init__(self) -> None:
        self._known: deque[Sentence] = deque(maxlen=REMEMBERED)
        self._count = 0

    def take(self, told: Told) -> Sentence:
        """The sentence that the result is of, one that is known or a new one, as it stands now."""
        one = self._found(told)
        if one is None:
            self._count += 1
            one = Sentence(self._count)
            self._known.append(one)
        one.learn(told)
        return one

    def _found(self, told: Told) -> Sentence | None:
        others = list(reversed(self._known))
        if told.number is not None:
            for one in others:
                if one.number == told.number and not one.is_apart(told):
                    return one
            others = [one for one in others if one.number is None or one.guessed]
        candidates = [one for one in others if one.may_be(told)]
        if told.over:
            # What is said for good is said in order.
            candidates.reverse()
        return min(candidates, key=lambda one: (one.distance(told), one.over), default=None)
