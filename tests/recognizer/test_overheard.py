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


def test_an_echo_that_was_recognized_first_is_taken_back_once() -> None:
    overheard, taken = Overheard(), list[Final]()
    overheard.retract = taken.append
    own = Final(2, 1.5, 4.5, "no, I would rather talk about the next one")
    for event in (mine(), own):
        assert overheard.take(LANE_ME, event) == event
    for _ in range(2):
        overheard.take(LANE_THEM, theirs(Final))
    assert taken == [mine()]


def test_for_what_may_still_change_nothing_is_taken_back() -> None:
    overheard, taken = Overheard(), list[Final]()
    overheard.retract = taken.append
    overheard.take(LANE_ME, mine())
    overheard.take(LANE_THEM, theirs(Partial))
    overheard.take(LANE_THEM, theirs(Final, "we could look at the pictures of last year's party"))
    assert taken == []


def test_what_is_said_again_later_is_not_taken_back() -> None:
    overheard, taken = Overheard(), list[Final]()
    overheard.retract = taken.append
    overheard.take(LANE_ME, mine(start=1.0))
    overheard.take(LANE_THEM, theirs(Final, start=6.0))
    assert taken == []


def test_one_recognizer_may_be_minutes_behind_the_other() -> None:
    for first, second in ((LANE_ME, LANE_THEM), (LANE_THEM, LANE_ME)):
        overheard, taken = Overheard(), list[Final]()
        overheard.retract = taken.append
        for number in range(60):
            overheard.take(first, Final(number, number * 10.0, number * 10.0 + 3.0, f"{WORDS} {number}"))
        left = overheard.take(second, Final(0, 10.0, 13.0, f"{WORDS} 1"))
        if second == LANE_ME:
            assert left == Final(0, 10.0, 13.0, "")
        else:
            assert [one.utterance for one in taken] == [1]


def test_what_was_said_long_ago_is_forgotten() -> None:
    overheard = Overheard()
    for number in range(REMEMBERED + 1):
        overheard.take(LANE_THEM, Final(number, 5.0 * number, 5.0 * number + 3.0, WORDS))
    assert overheard.take(LANE_ME, mine(start=0.0)) == mine(start=0.0)
    assert overheard.take(LANE_ME, mine(start=5.0)) == mine("", start=5.0)
