"""Numbers that go on, whoever speaks."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.events import Connected, Event, Final, Gap, Partial, SpeechStarted, Understood
from app.engines.continuity import LEFT_BEHIND, Continuity


class Told:
    """What a screen and a transcript make of it."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.continuity = Continuity(self.events.append)

    def take(self, *events: Event) -> Told:
        for event in events:
            self.continuity.take(event)
        return self

    @property
    def open(self) -> dict[int, Partial]:
        shown: dict[int, Partial] = {}
        for event in self.events:
            if isinstance(event, Partial):
                shown[event.utterance] = event
            elif isinstance(event, Final):
                shown.pop(event.utterance, None)
        return shown

    @property
    def finals(self) -> list[Final]:
        return [event for event in self.events if isinstance(event, Final)]

    @property
    def texts(self) -> list[str]:
        return [final.text for final in self.finals if final.text]


def test_numbers_go_on_over_a_switch() -> None:
    told = Told().take(Final(1, 0.0, 1.0, "one"), Final(2, 1.0, 2.0, "two"))
    told.continuity.switch()
    told.take(Final(1, 2.0, 3.0, "three"))
    assert [final.utterance for final in told.finals] == [1, 2, 3]


def test_what_is_no_utterance_passes() -> None:
    assert Told().take(Connected()).events == [Connected()]


def test_what_was_open_is_replaced_once_under_its_number() -> None:
    told = Told().take(Partial(1, 1.0, 3.0, "half a"))
    told.continuity.switch()
    told.take(SpeechStarted(1, 0.8), Partial(1, 0.8, 3.5, "half a word"), Final(1, 0.8, 4.0, "half a word."))
    told.continuity.finish()
    assert {event.utterance for event in told.events} == {1}  # type: ignore[union-attr]
    assert told.texts == ["half a word."]
    assert not told.open


def test_what_was_open_goes_where_the_next_one_has_other_words_for_that_sound() -> None:
    told = Told().take(Partial(1, 10.0, 12.0, "half a"))
    told.continuity.switch()
    told.take(Partial(1, 5.0, 9.0, "long before"))
    assert set(told.open) == {1, 2}
    told.take(Final(1, 5.0, 13.0, "all of it"))
    assert not told.open
    assert told.finals[-1] == Final(1, 10.0, 10.0, "")


def test_one_sound_is_never_open_twice_where_two_utterances_become_one() -> None:
    told = Told().take(Partial(1, 10.0, 11.0, "half a"), Partial(2, 11.5, 12.0, "sentence"))
    told.continuity.switch()
    told.take(Partial(1, 10.0, 12.5, "half a sentence"))
    assert [partial.text for partial in told.open.values()] == ["half a sentence"]


def test_what_was_open_goes_where_no_words_came_of_it() -> None:
    for last_words in (lambda told: told.take(Understood(11.0)), lambda told: told.continuity.finish()):
        told = Told().take(Partial(1, 10.0, 12.0, "cough"))
        told.continuity.switch()
        assert told.open
        last_words(told)
        assert not told.open
        assert told.texts == []


def test_an_utterance_that_only_touches_it_does_not_cost_what_was_open() -> None:
    told = Told().take(Partial(1, 5.0, 6.0, "two"))
    told.continuity.switch()
    told.take(Final(1, 2.5, 5.04, "between"))
    assert told.texts == ["between"]
    assert [partial.text for partial in told.open.values()] == ["two"]


def test_words_that_come_late_keep_their_place() -> None:
    told = Told().take(SpeechStarted(1, 0.0), SpeechStarted(2, 2.0), Final(2, 2.0, 3.0, "two"))
    assert told.texts == []
    assert [partial.text for partial in told.open.values()] == ["two"]
    assert told.take(Final(1, 0.0, 1.0, "one")).texts == ["one", "two"]
    assert not told.continuity.busy


def test_what_comes_late_of_an_utterance_that_is_over_opens_it_no_more() -> None:
    told = Told().take(Final(1, 0.0, 1.0, "one"), SpeechStarted(1, 0.0), Partial(1, 0.0, 0.5, "on"))
    assert not told.continuity.busy
    assert told.take(Final(2, 2.0, 3.0, "two")).texts == ["one", "two"]


def test_what_was_over_behind_something_open_is_heard_again_with_it() -> None:
    told = Told().take(Partial(1, 0.0, 1.0, "on"), Final(2, 2.0, 3.0, "two"))
    told.continuity.switch()
    told.take(Final(1, 0.0, 1.0, "one"), Final(2, 2.0, 3.0, "two"))
    assert told.texts == ["one", "two"]
    assert not told.open


def test_an_utterance_that_the_service_forgot_does_not_hold_up_the_others() -> None:
    late = LEFT_BEHIND + 2.0
    told = Told().take(Partial(1, 0.0, 1.0, "one"), Final(2, 3.0, 4.0, "two"))
    assert told.texts == []
    assert told.take(Final(3, late, late + 1.0, "three")).texts == ["one", "two", "three"]


def test_all_is_over_that_was_said_before_all_was_understood() -> None:
    told = Told().take(SpeechStarted(1, 0.0), Final(2, 2.0, 3.0, "two"), Partial(3, 8.0, 9.0, "three"))
    assert told.take(Understood(5.0)).texts == ["two"]
    assert told.events[-1] == Understood(5.0)
    assert [partial.text for partial in told.open.values()] == ["three"]


TIMES = st.integers(0, 40).map(lambda tenth: tenth / 2)
UTTERANCES = st.builds(
    lambda kind, number, start, length: {
        "start": SpeechStarted(number, start),
        "partial": Partial(number, start, start + length, f"p{number}"),
        "final": Final(number, start, start + length, f"f{number}"),
        "nothing": Final(number, start, start + length, ""),
        "understood": Understood(start),
    }[kind],
    st.sampled_from(["start", "partial", "final", "nothing", "understood"]),
    st.integers(1, 4),
    TIMES,
    TIMES,
)


@settings(max_examples=60)
@given(st.lists(st.one_of(UTTERANCES, st.none())))
def test_in_any_order_of_events_numbers_only_grow_and_nothing_stays_open(steps: list[Event | None]) -> None:
    told, newest = Told(), 0
    for step in steps:
        if step is None:
            told.continuity.switch()
            continue
        before = len(told.events)
        told.take(step)
        for event in told.events[before:]:
            if isinstance(event, SpeechStarted | Partial | Final):
                assert 1 <= event.utterance <= newest + 1
                newest = max(newest, event.utterance)
    told.continuity.switch()
    told.continuity.finish()
    assert not told.open
    assert not told.continuity.busy


@settings(max_examples=60)
@given(st.data())
def test_whoever_speaks_in_order_is_never_shown_twice(data: st.DataObject) -> None:
    """Speakers that come and go, each hearing anew what was not final: one line for one sound at most."""
    told, at = Told(), 0
    for _ in range(data.draw(st.integers(1, 6))):
        for names in range(1, data.draw(st.integers(0, 3)) + 1):
            length = data.draw(st.integers(1, 3))
            if data.draw(st.booleans()):
                told.take(Partial(names, float(at), at + length - 0.5, f"{at}"))
            if not data.draw(st.booleans()):
                break
            told.take(Final(names, float(at), at + length - 0.1, f"{at}"))
            at += length
            assert len(told.open) <= 1
        told.continuity.switch()
    spoken = [final for final in told.finals if final.text]
    assert [final.start for final in spoken] == sorted({final.start for final in spoken})
    assert len({final.utterance for final in spoken}) == len(spoken)


def hollow(number: int, start: float, end: float, text: str = "") -> Final:
    return Final(number, start, end, text, hole=Gap(start, end, "no words"))


def test_a_hole_is_told_with_its_utterance_and_goes_with_it_where_that_is_heard_again() -> None:
    told = Told().take(Partial(1, 0.0, 1.0, "long"), hollow(2, 2.0, 3.0))
    assert told.finals == []
    told.continuity.switch()
    told.take(Final(1, 0.0, 1.5, "long one"), Final(2, 2.0, 3.0, "words after all"))
    told.take(hollow(3, 4.0, 5.0))
    assert told.texts == ["long one", "words after all"]
    assert [final.hole for final in told.finals] == [None, None, Gap(4.0, 5.0, "no words")]


def test_who_has_no_words_for_what_is_heard_again_takes_none_away() -> None:
    told = Told().take(Partial(1, 1.0, 3.0, "half a"))
    told.continuity.switch()
    told.take(SpeechStarted(1, 0.8), hollow(1, 0.8, 4.0))
    assert told.texts == ["half a"]
    assert told.finals[-1].hole == Gap(0.8, 4.0, "no words")
    told.continuity.finish()
    assert told.texts == ["half a"]


def test_where_nothing_was_said_after_all_what_was_shown_goes() -> None:
    told = Told().take(Partial(1, 1.0, 3.0, "half a"))
    told.continuity.switch()
    told.take(Final(1, 0.8, 4.0, ""))
    assert told.texts == []
    assert told.open == {}
