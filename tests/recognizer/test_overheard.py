"""What the microphone overhears of the others is not captioned twice."""

from __future__ import annotations

import pytest

from app.domain.events import Event, Final, Gap, Partial
from app.domain.request import LANE_ME, LANE_RECORDING, LANE_THEM
from app.recognizer.overheard import REMEMBERED, Overheard

WORDS = "we should look at the figures of last year"


def mine(text: str = WORDS, start: float = 1.0) -> Final:
    return Final(1, start, start + 3.0, text)


def theirs(kind: type[Partial | Final], text: str = WORDS, start: float = 1.0) -> Event:
    return kind(7, start, start + 3.0, text)


@pytest.mark.parametrize("kind", [Partial, Final])
def test_an_echo_is_nothing(kind: type[Partial | Final]) -> None:
    overheard = Overheard()
    overheard.take(LANE_THEM, theirs(kind))
    assert overheard.take(LANE_ME, mine()) == mine("")


def test_what_is_said_here_stays() -> None:
    overheard = Overheard()
    for event in (theirs(Final), Gap(1.0, 2.0, "lost")):
        assert overheard.take(LANE_THEM, event) == event
    for own in (mine("no, I would rather talk about the next one"), mine("we should"), mine(start=9.0)):
        assert overheard.take(LANE_ME, own) == own
    assert overheard.take(LANE_RECORDING, mine()) == mine()
    assert overheard.take(LANE_ME, Partial(1, 1.0, 4.0, WORDS)) == Partial(1, 1.0, 4.0, WORDS)


def test_what_was_said_long_ago_is_forgotten() -> None:
    overheard = Overheard()
    overheard.take(LANE_THEM, theirs(Final))
    overheard.take(LANE_THEM, Final(8, 1.0 + REMEMBERED, 8.0 + REMEMBERED, "something else"))
    assert overheard.take(LANE_ME, mine()) == mine()
