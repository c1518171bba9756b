"""Times of items: the session's where they can be, else as we heard them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.dialects.openai_realtime import OpenAiRealtime
from app.domain.events import Event, Final
from tests.dialects.test_openai_realtime import completed, dialect, started, stopped
from tests.dialects.wire import frame, hear, talk


def speak(one: OpenAiRealtime, start: float, seconds: float, silence: float = 1.0) -> None:
    one.audio(talk(start, seconds, 24_000))
    one.audio(frame(start + seconds, silence, 24_000))


def item(name: str, begin: float, end: float) -> list[dict[str, object]]:
    """All that is said of one whose times count from somewhere."""
    return [started(name, round(1000 * begin)), stopped(name, round(1000 * end)), completed(name, name)]


@given(
    lengths=st.lists(st.tuples(st.integers(10, 40), st.integers(10, 60)), min_size=2, max_size=5),
    behind=st.booleans(),
    cough=st.booleans(),
)
@settings(deadline=None)
def test_times_that_count_from_the_items_own_buffer_are_not_believed(
    lengths: list[tuple[int, int]], behind: bool, cough: bool
) -> None:
    """Each item's buffer begins half a second behind the last one."""
    one = dialect()
    answers: list[dict[str, object]] = []
    events: list[Event] = []
    expected, now, buffer = [], 40.0, 40.0
    for number, (spoken, silent) in enumerate(lengths):
        begin, end = now, now + spoken / 10
        speak(one, begin, end - begin, silent / 10)
        now = end + silent / 10
        if cough and silent > 30:
            one.audio(talk(now, 0.2, 24_000))
            one.audio(frame(now + 0.2, 5.0, 24_000))
            now += 5.2
        answers += item(f"item_{number}", begin - buffer, end - buffer)
        expected.append((begin, end))
        buffer = end + 0.5
        if not behind:
            events += hear(one, *answers)
            answers = []
    events += hear(one, *answers)
    ends = [event for event in events if isinstance(event, Final)]
    assert [event.start for event in ends] == pytest.approx([begin for begin, _ in expected], abs=0.2)
    assert [event.end for event in ends] == pytest.approx([end for _, end in expected], abs=0.2)


def test_times_of_the_session_are_believed_where_we_hear_nothing_or_something_else() -> None:
    one = dialect()
    one.audio(frame(0.0, 5.0, 24_000))
    # Too quiet for us.
    events = hear(one, *item("a", 1.0, 2.0), *item("b", 2.6, 3.0))
    one.audio(frame(5.0, 5.0, 24_000))
    speak(one, 10.0, 2.0)
    # Cut within what is said, and with silence before and behind it.
    events += hear(one, *item("c", 9.4, 11.0), *item("d", 11.0, 12.4), *item("e", 12.1, 12.9))
    ends = [event for event in events if isinstance(event, Final)]
    assert [(event.start, event.end) for event in ends] == [
        (1.0, 2.0),
        (2.6, 3.0),
        (9.4, 11.0),
        (11.0, 12.4),
        (12.1, 12.9),
    ]
