"""When a lane is listened to."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.recognizer.attention import GRACE_SECONDS, Attention

GRACE = GRACE_SECONDS


def test_without_push_to_talk_all_is_heard_but_pauses() -> None:
    attention = Attention(push_to_talk=False)
    assert not attention.deaf
    attention.paused = True
    assert attention.deaf
    attention.paused = False
    assert not attention.deaf


def test_what_is_played_to_the_user_is_not_heard_whoever_else_wants_silence() -> None:
    attention = Attention(push_to_talk=False)
    attention.replaying = attention.muted = True
    assert attention.deaf
    attention.muted = False
    assert attention.deaf
    attention.replaying = False
    assert not attention.deaf


def test_push_to_talk_hears_from_the_key_s_going_down_until_a_moment_after_it_is_up() -> None:
    attention = Attention(push_to_talk=True)
    assert attention.deaf
    assert not attention.talk(True, 0)
    assert not attention.deaf
    assert not attention.reached(10.0)
    assert not attention.talk(False, 1.0)
    assert not attention.reached(1.0 + GRACE - 0.001)
    assert not attention.deaf
    assert attention.reached(1.0 + GRACE)
    assert attention.deaf
    assert not attention.reached(1.0 + 2 * GRACE)


def test_a_key_pressed_again_within_the_grace_ends_one_sentence_and_begins_another() -> None:
    attention = Attention(push_to_talk=True)
    attention.talk(True, 0)
    attention.talk(False, 1.0)
    assert attention.talk(True, 1.1)
    assert not attention.reached(1.0 + GRACE)
    assert not attention.deaf
    attention.talk(False, 9.0)
    assert attention.reached(9.0 + GRACE)


def test_a_key_that_was_never_down_ends_nothing() -> None:
    attention = Attention(push_to_talk=True)
    assert not attention.talk(False, 0)
    assert not attention.reached(GRACE)
    assert attention.deaf


def test_a_key_that_is_told_to_be_up_twice_ends_one_sentence() -> None:
    attention = Attention(push_to_talk=True)
    attention.talk(True, 0)
    attention.talk(False, 0)
    attention.talk(False, 0.1)
    assert [attention.reached(now) for now in (GRACE, 0.1 + GRACE, 0.2 + GRACE)] == [False, True, False]


def test_nobody_hears_through_a_pause_however_long_the_key_is_down() -> None:
    attention = Attention(push_to_talk=True)
    attention.talk(True, 0)
    attention.paused = True
    assert attention.deaf


@given(st.lists(st.tuples(st.booleans(), st.floats(0.01, 2 * GRACE))))
def test_each_stretch_of_talking_ends_once(steps: list[tuple[bool, float]]) -> None:
    attention, now, begun, ended, down = Attention(push_to_talk=True), 0.0, 0, 0, False
    for talking, seconds in steps:
        begun += talking and not down
        down = talking
        ended += attention.talk(talking, now)
        now += seconds
        ended += attention.reached(now)
    attention.talk(False, now)
    ended += attention.reached(now + GRACE)
    assert ended == begun
    assert attention.deaf
