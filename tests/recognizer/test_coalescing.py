"""Partials that come faster than there is time for."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.events import Event, Final, Gap, Partial, SpeechStarted
from app.recognizer.coalescing import LONGEST, SHARE, SHORTEST, Coalescing
from tests.fakes.clock import at_once, work

Story = Callable[[Coalescing], Awaitable[None]]


def partial(text: str, utterance: int = 1) -> Partial:
    return Partial(utterance, 0.0, 1.0, text)


def final(text: str, utterance: int = 1) -> Final:
    return Final(utterance, 0.0, 1.0, text)


def shown(story: Story, cost: float = 0.0) -> list[tuple[float, Event]]:
    """What is handed on, and when; each partial takes `cost` seconds."""
    found: list[tuple[float, Event]] = []

    async def main() -> None:
        def take(event: Event) -> None:
            found.append((asyncio.get_running_loop().time(), event))
            if isinstance(event, Partial):
                work(cost)

        with Coalescing(take) as events:
            await story(events)

    at_once(main())
    return found


def texts(found: list[tuple[float, Event]]) -> list[str]:
    return [event.text for _, event in found if isinstance(event, Partial | Final)]


def test_partials_at_the_usual_pace_pass_at_once() -> None:
    async def story(events: Coalescing) -> None:
        for number in range(10):
            events.take(partial(f"{number}"))
            assert asyncio.get_running_loop().time() < number * 0.1 + 0.01
            await asyncio.sleep(0.1)

    found = shown(story)
    assert texts(found) == [f"{number}" for number in range(10)]
    assert all(abs(when - 0.1 * number) < 0.01 for number, (when, _) in enumerate(found))


def test_of_a_flood_only_the_newest_is_shown() -> None:
    async def story(events: Coalescing) -> None:
        for number in range(1000):
            events.take(partial(f"{number}"))
            await asyncio.sleep(0.001)
        await asyncio.sleep(2 * SHORTEST)

    found = shown(story)
    assert texts(found)[-1] == "999"
    assert len(found) <= 1.1 / SHORTEST + 2
    assert len(found) >= 0.8 / SHORTEST


def test_what_comes_at_once_after_a_delay_costs_two_rounds() -> None:
    async def story(events: Coalescing) -> None:
        for number in range(50):
            events.take(partial(f"{number}"))
        await asyncio.sleep(2 * SHORTEST)

    assert texts(shown(story)) == ["0", "49"]


def test_the_dearer_partials_are_the_fewer_come() -> None:
    async def story(events: Coalescing) -> None:
        for number in range(1000):
            events.take(partial(f"{number}"))
            await asyncio.sleep(0.01)

    cheap, dear = len(shown(story, cost=0.001)), len(shown(story, cost=0.1))
    assert dear <= cheap / 4
    assert dear <= 10.0 / (SHARE * 0.1) * 1.5


def test_a_loop_that_is_late_gets_fewer_partials_but_some() -> None:
    turn, turns = 0.3, 100

    async def story(events: Coalescing) -> None:
        for number in range(10 * turns):
            events.take(partial(f"{number}"))
            if number % 10 == 9:
                # Somebody else keeps the loop from everything.
                work(turn)
                await asyncio.sleep(0)

    found = shown(story)
    assert turn * turns / (LONGEST + 2 * turn) <= len(found) <= turns / 2
    assert texts(found)[-1] == f"{10 * turns - 1}"


def test_a_final_never_waits_and_its_partials_do_not_come_behind_it() -> None:
    async def story(events: Coalescing) -> None:
        events.take(SpeechStarted(1, 0.0))
        events.take(partial("one"))
        events.take(partial("one two"))
        events.take(final("One, two."))
        events.take(Gap(1.0, 2.0, "lost"))
        await asyncio.sleep(1.0)

    found = shown(story)
    assert texts(found) == ["one", "One, two."]
    assert all(when < 0.01 for when, _ in found)
    assert isinstance(found[-1][1], Gap)


def test_what_waits_at_the_end_is_shown() -> None:
    async def story(events: Coalescing) -> None:
        for number in range(3):
            events.take(partial(f"{number}", utterance=number))

    assert texts(shown(story)) == ["0", "1", "2"]


said = st.builds(
    lambda kind, number, text: kind(number, 0.0, 1.0, text),
    st.sampled_from([Partial, Final]),
    st.integers(1, 3),
    st.text(max_size=3),
)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(said, st.floats(0.0, 0.2)), max_size=40), st.floats(0.0, 0.1))
def test_finals_keep_their_order_and_every_utterance_ends_as_it_did(
    told: list[tuple[Event, float]], cost: float
) -> None:
    async def story(events: Coalescing) -> None:
        for event, pause in told:
            events.take(event)
            await asyncio.sleep(pause)

    sent = [event for event, _ in told]
    found = [event for _, event in shown(story, cost)]
    assert [event for event in found if isinstance(event, Final)] == [
        event for event in sent if isinstance(event, Final)
    ]
    for utterance in (1, 2, 3):
        assert _last(found, utterance) == _last(sent, utterance)


def _last(events: list[Event], utterance: int) -> Event | None:
    mine = [one for one in events if isinstance(one, Partial | Final) and one.utterance == utterance]
    return mine[-1] if mine else None
