"""Which sentence an answer of Qwen-Omni's belongs to."""

from __future__ import annotations

from typing import Any

import pytest

from app.dialects.answers import ALIKE, MOST_WAITING, Answers
from app.dialects.likeness import alike
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
    plain,
    refusal,
    spoken,
)
from tests.dialects.wire import frame, hear, said


def test_a_refused_answer_ends_its_sentence_at_once_with_what_was_heard() -> None:
    one = dialect(Cut.MANUAL)
    one.audio(frame(0.0, 2.0, level=0.3))
    request = said(one.commit())[1]["event_id"]
    assert finals(hear(one, committed(0), heard(0, SENTENCES[0]))) == []
    assert [event.text for event in finals(hear(one, refusal(request)))] == [SENTENCES[0]]


def test_a_refused_answer_before_the_words_were_heard_loses_none() -> None:
    one = dialect(Cut.MANUAL)
    one.audio(frame(0.0, 2.0, level=0.3))
    request = said(one.commit())[1]["event_id"]
    assert finals(hear(one, refusal(request), committed(0))) == []
    assert [event.text for event in finals(hear(one, heard(0, SENTENCES[0])))] == [SENTENCES[0]]


def test_a_refused_commit_moves_no_later_sentence_in_time() -> None:
    one = dialect(Cut.MANUAL)
    requests = []
    for number in range(3):
        one.audio(frame(number * LENGTH, LENGTH / 2, level=0.3))
        requests.append([message["event_id"] for message in said(one.commit())])
    events = hear(one, committed(0), *(refusal(event) for event in requests[1]), committed(2))
    for number in (0, 2):
        events += hear(one, heard(number, SENTENCES[number]), *answer(number, SENTENCES[number], plain()))
    assert [(event.start // LENGTH, event.text) for event in finals(events)] == [
        (0, SENTENCES[0]),
        (2, SENTENCES[2]),
    ]


def test_an_error_about_something_else_settles_nothing() -> None:
    one = dialect(Cut.MANUAL)
    one.audio(frame(0.0, 2.0, level=0.3))
    one.commit()
    events = hear(one, committed(0), heard(0, "The harvest was pour."), refusal("event_of_a_packet"))
    assert finals(events) == []
    assert [event.text for event in finals(hear(one, *answer(0, SENTENCES[0], plain())))] == [SENTENCES[0]]


def test_a_sentence_that_is_passed_by_ends_with_what_was_heard() -> None:
    one = dialect()
    one.audio(frame(0.0, 30.0))
    events = hear(one, *spoken(0), heard(0, SENTENCES[0]), *spoken(1), heard(1, SENTENCES[1]))
    assert finals(events) == []
    events = hear(one, *answer(1, SENTENCES[1], plain()))
    assert [event.text for event in finals(events)] == [SENTENCES[0], SENTENCES[1]]


def test_without_any_transcript_one_sentence_without_answer_shifts_nothing() -> None:
    one = dialect()
    count = MOST_WAITING + 5
    one.audio(frame(0.0, LENGTH * count))
    events: list[Any] = []
    answered = [number for number in range(count) if number != count - 4]
    for number in range(count):
        events += hear(one, *spoken(number))
        if number in answered:
            events += hear(one, *answer(number, f"Number {number}.", plain()))
    assert len(finals(events)) == len(answered) - 1
    events += hear(one, {"type": "session.finished"})
    assert [(event.start // LENGTH, event.text) for event in finals(events)] == [
        (number, f"Number {number}.") for number in answered
    ]


def test_a_service_that_answers_nothing_holds_only_the_last_sentences_back() -> None:
    one = dialect()
    one.audio(frame(0.0, LENGTH * 100))
    events = [event for n in range(100) for event in hear(one, *spoken(n), heard(n, f"Number {n}."))]
    assert len(finals(events)) == 100 - MOST_WAITING
    events += hear(one, {"type": "session.finished"})
    assert [event.text for event in finals(events)] == [f"Number {n}." for n in range(100)]


def test_an_answer_without_a_name_is_for_the_sentence_that_waits() -> None:
    one = dialect()
    one.audio(frame(0.0, 30.0))
    messages = [{"type": "response.text.delta", "delta": "Hi there."}, {"type": "response.done"}]
    events = hear(one, *spoken(0), *messages, heard(0, "hi their"), *spoken(1), *messages, heard(1, "hi"))
    assert [(event.start // LENGTH, event.text) for event in finals(events)] == [
        (0, "Hi there."),
        (1, "Hi there."),
    ]


def test_what_the_service_says_an_answer_is_to_goes_before_what_it_seems_to_be_to() -> None:
    one = dialect()
    one.audio(frame(0.0, 30.0))
    events = hear(one, *spoken(0), *spoken(1), heard(0, SENTENCES[0]), heard(1, "The harvest was poor."))
    events += hear(one, *answer(1, SENTENCES[0], Turn(False, "good", "added", named=True)))
    assert [(event.start // LENGTH, event.text) for event in finals(events)] == [
        (0, SENTENCES[0]),
        (1, SENTENCES[0]),
    ]


def test_an_answer_may_be_moved_to_where_the_service_says_too_late_that_it_belongs() -> None:
    answers = Answers()
    answers.wait("a")
    moved = answers.begin({"response_id": "r"})
    answers.note(moved, {"item_id": "written"})
    moved.grow("words of b")
    answers.place()
    assert answers.to("a") is moved
    answers.wait("b")
    answers.created({"item": {"id": "written"}, "previous_item_id": "b"})
    assert (answers.to("a"), answers.to("b")) == (None, moved)


def test_an_answer_to_what_is_answered_goes_to_nobody_else() -> None:
    answers = Answers()
    for key, name in (("a", "r"), ("b", "s")):
        answers.wait(key)
        answers.note(answers.begin({"response_id": name}), {"previous_item_id": "a"})
    answers.place(last=True)
    assert (answers.to("b"), answers.awaited("b")) == (None, True)


def test_many_refused_sentences_do_no_harm_to_one_that_waits() -> None:
    answers = Answers()
    answers.wait("a")
    for number in range(200):
        answers.wait(number)
        answers.refuse(number)
    answers.wait("b")
    answers.begin({"response_id": "r"}).end("completed")
    answers.place(last=True)
    assert answers.to("b") is not None or answers.awaited("b")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Bulge bracket banks, please!", "bulge bracket banks please", True),
        ("We meet at Bird Rock tomorrow.", "We meet at Bulge Bracket tomorrow.", True),
        ("今天天气怎么样？", "今天天气怎么样", True),
        ("The harvest was poor this year.", "Please mute your microphones now.", False),
        ("The harvest was poor this year.", NOISE, False),
        ("", "", False),
        ("…", "?!", False),
    ],
)
def test_two_hearings_of_one_sentence_are_alike(one: str, other: str, same: bool) -> None:
    assert (alike(one, other) >= ALIKE) is same
    assert alike(one, other) == alike(other, one)


def test_long_texts_are_compared_in_no_time() -> None:
    one = dialect()
    one.audio(frame(0.0, 30.0))
    text = "ab " * 3000
    for number in range(MOST_WAITING):
        hear(one, *spoken(number), heard(number, text))
    assert finals(hear(one, *answer(3, text, plain())))
