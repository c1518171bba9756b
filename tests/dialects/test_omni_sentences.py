"""A sentence of Qwen-Omni's never gets the words of another, whatever comes, or does not come, between."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.request import Cut
from tests.dialects.omni import (
    LENGTH,
    NOISE,
    SENTENCES,
    Turn,
    answer,
    committed,
    dialect,
    finals,
    heard,
    refusal,
    spoken,
    words,
)
from tests.dialects.wire import frame, hear, said

TURNS = st.builds(
    Turn,
    noise=st.booleans(),
    answer=st.sampled_from(["good", "good", "good", "none", "failed", "refused"]),
    tie=st.sampled_from(["nothing", "nothing", "added", "after", "before"]),
    named=st.booleans(),
)


def said_of(number: int, turn: Turn) -> str:
    return "" if turn.noise else SENTENCES[number]


def written_of(number: int, turn: Turn) -> str:
    return NOISE if turn.noise else SENTENCES[number].replace(".", "!")


@st.composite
def sessions(draw: st.DrawFn, cut: Cut) -> tuple[list[Turn], list[tuple[int, str]]]:
    """Turns, and in which order things happen to them: what is about one sentence keeps its order."""
    turns = draw(st.lists(TURNS, min_size=1, max_size=len(SENTENCES)))
    steps = [(number, step) for number in range(len(turns)) for step in ("said", "heard", "answered")]
    order = draw(st.permutations(steps))
    # People speak one after the other, and the model answers one after the other, after they spoke.
    spoken = iter(sorted(step for step in order if step[1] == "said"))
    answered = iter(sorted(step for step in order if step[1] == "answered"))
    kinds = {"said": spoken, "answered": answered}
    order = [next(kinds[step[1]]) if step[1] in kinds else step for step in order]
    return turns, list(_possible(order, cut))


def _possible(order: list[tuple[int, str]], cut: Cut) -> Iterator[tuple[int, str]]:
    """The same, but nothing is heard of or answered to what was not said yet."""
    late: list[tuple[int, str]] = []
    spoken: set[int] = set()
    for number, step in order:
        if step != "said" and number not in spoken:
            late.append((number, step))
            continue
        yield number, step
        if step == "said":
            spoken.add(number)
            now = [one for one in late if one[0] in spoken]
            late = [one for one in late if one[0] not in spoken]
            yield from now


def check(events: list[Any], turns: list[Turn]) -> None:
    """Each sentence's words are there once, in order, at their own time.

    A noise may be described in its own place, where its transcript is later than another's answer.
    """
    found = [(int(one.start // LENGTH), words(one.text)) for one in finals(events)]
    found = [one for one in found if not (turns[one[0]].noise and one[1] == words(NOISE))]
    expected = [(number, words(SENTENCES[number])) for number, turn in enumerate(turns) if not turn.noise]
    assert sorted(found) == expected


@settings(max_examples=75)
@given(session=sessions(Cut.VAD))
def test_each_sentence_has_its_own_words_where_the_service_ends_them(
    session: tuple[list[Turn], list[tuple[int, str]]],
) -> None:
    turns, order = session
    one = dialect()
    one.audio(frame(0.0, LENGTH * len(turns)))
    events: list[Any] = []
    for number, step in order:
        turn = turns[number]
        if step == "said":
            events += hear(one, *spoken(number))
        elif step == "heard":
            events += hear(one, heard(number, said_of(number, turn)))
        elif turn.answer in ("good", "failed"):
            events += hear(one, *answer(number, written_of(number, turn), turn))
    check(events + hear(one, {"type": "session.finished"}), turns)


@settings(max_examples=75)
@given(session=sessions(Cut.MANUAL), told=st.booleans())
def test_each_sentence_has_its_own_words_where_the_user_ends_them(
    session: tuple[list[Turn], list[tuple[int, str]]], told: bool
) -> None:
    turns, order = session
    one = dialect(Cut.MANUAL)
    requests: list[str] = []
    events: list[Any] = []
    for number, step in order:
        turn = turns[number]
        if step == "said":
            one.audio(frame(number * LENGTH, LENGTH / 2, level=0.3))
            requests.append(said(one.commit())[1]["event_id"])
            events += hear(one, committed(number))
        elif step == "heard":
            events += hear(one, heard(number, said_of(number, turn)))
        elif turn.answer in ("good", "failed"):
            events += hear(one, *answer(number, written_of(number, turn), turn))
        else:
            events += hear(one, refusal(requests[number] if told else None))
    check(events + hear(one, {"type": "session.finished"}), turns)
