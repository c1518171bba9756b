from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest

from app.domain.audio import SPEECH_RATE
from app.domain.events import Event, Final, Partial, SpeechStarted, Understood
from app.engines.listening import LATE, SHARE, SHORTEST_INTERVAL, Listening
from app.engines.moonshine_native import HOP, HOP_SECONDS

SPEECH, SILENCE = 0.1, 0.0


class LoudnessEar:
    """Takes whatever is loud for speech."""

    def __init__(self) -> None:
        self.closed = False

    def judge(self, samples: np.ndarray) -> list[bool]:
        return [bool(np.abs(hop).max() > 0.05) for hop in samples.reshape(-1, HOP)]

    def close(self) -> None:
        self.closed = True


class Room:
    """A lane of pretended sound: every second spoken is a word, time passes as the test says."""

    def __init__(self, say: Callable[[int], str] | None = None, start: int = 0) -> None:
        self.now = 0.0
        self.cost = 0.0
        self.decoded: list[int] = []
        self.ear = LoudnessEar()
        self._say = say or (lambda spoken: " ".join(f"w{number}" for number in range(1, spoken // 10 + 1)))
        self.listening = Listening(lambda: self.ear, self._decode, start=start, clock=lambda: self.now)

    def _decode(self, samples: np.ndarray) -> str:
        self.now += self.cost
        self.decoded.append(len(samples))
        return self._say(round((np.abs(samples) > 0.01).sum() / HOP))

    def hear(self, level: float, hops: int, live: bool = True) -> list[Event]:
        """Sound of one loudness, in blocks of three hops, as it comes or from a recording read fast."""
        events: list[Event] = []
        for _ in range(hops // 3):
            self.now += 3 * HOP_SECONDS if live else 0.0
            events += self.listening.hear(np.full(3 * HOP, level, np.float32), 0.1 if live else 10.0)
        return events


def finals(events: list[Event]) -> list[Final]:
    return [event for event in events if isinstance(event, Final)]


def partials(events: list[Event]) -> list[Partial]:
    return [event for event in events if isinstance(event, Partial)]


def test_of_silence_nothing_is_said_but_that_nobody_needs_to_keep_it():
    room = Room()
    events = room.hear(SILENCE, 300) + room.listening.finish()
    assert room.decoded == []
    assert all(isinstance(event, Understood) for event in events)
    until = [event.until for event in events]
    seconds = 300 * HOP / SPEECH_RATE
    assert all(after >= before + 2.0 for before, after in pairwise(until))
    assert seconds - 3.0 <= until[-1] <= seconds


def test_a_lane_without_sound_says_nothing():
    assert Room().listening.finish() == []


def test_a_line_starts_grows_and_ends():
    room = Room()
    events = room.hear(SILENCE, 30) + room.hear(SPEECH, 60) + room.hear(SILENCE, 60)
    assert isinstance(events[0], SpeechStarted)
    assert [len(partial.text.split()) for partial in partials(events)] == sorted(
        len(partial.text.split()) for partial in partials(events)
    )
    assert [final.text for final in finals(events)] == ["w1 w2 w3 w4 w5 w6"]
    said = [event for event in events if not isinstance(event, Understood)]
    assert {event.utterance for event in said} == {1}


def test_times_are_on_the_session_clock():
    room = Room(start=16_000 * 100)
    (final,) = finals(room.hear(SILENCE, 30) + room.hear(SPEECH, 60) + room.hear(SILENCE, 60))
    assert final.start == pytest.approx(100 + 30 * HOP_SECONDS, abs=0.15)
    assert final.end == pytest.approx(100 + 90 * HOP_SECONDS, abs=0.15)


def test_a_line_never_ends_after_the_sound_does():
    room = Room()
    room.hear(SPEECH, 60)
    (final,) = finals(room.listening.finish())
    assert final.end == pytest.approx(60 * HOP_SECONDS)
    assert final.text == "w1 w2 w3 w4 w5 w6"


def test_sound_that_does_not_fill_a_hop_is_heard_at_the_end():
    room = Room()
    room.hear(SPEECH, 30)
    room.listening.hear(np.full(HOP - 1, SPEECH, np.float32))
    (final,) = finals(room.listening.finish())
    assert final.end == pytest.approx((31 * HOP - 1) / 16_000)


def test_the_newest_word_waits_while_looks_are_frequent():
    room = Room(lambda spoken: "all of this")
    assert {partial.text for partial in partials(room.hear(SPEECH, 60))} == {"all of"}


def test_the_newest_word_is_shown_where_looks_are_rare():
    room = Room(lambda spoken: "all of this")
    room.cost = 0.5
    assert {partial.text for partial in partials(room.hear(SPEECH, 60))} == {"all of this"}


def test_a_pause_shows_all_words_and_the_final_costs_nothing_more():
    room = Room(lambda spoken: "all of this")
    room.hear(SPEECH, 60)
    assert partials(room.hear(SILENCE, 12))[-1].text == "all of this"
    count = len(room.decoded)
    assert finals(room.hear(SILENCE, 30))
    assert len(room.decoded) == count


@pytest.mark.parametrize("cost", [0.01, 0.2, 1.0])
def test_looking_never_takes_more_than_its_share_of_the_time(cost: float):
    room = Room()
    room.cost = cost
    room.hear(SPEECH, 270)
    assert 2 <= len(room.decoded) <= room.now / max(SHORTEST_INTERVAL, SHARE * cost) + 1


def test_a_recording_read_fast_is_decoded_once_a_line():
    room = Room()
    events = room.hear(SILENCE, 300, live=False)
    for _ in range(5):
        events += room.hear(SPEECH, 90, live=False) + room.hear(SILENCE, 90, live=False)
    assert len(finals(events)) == len(room.decoded) == 5
    assert partials(events) == []


def test_nobody_looks_while_sound_is_waiting():
    room = Room()
    late = np.full(40 * HOP, SPEECH, np.float32)
    assert partials(room.listening.hear(late, LATE)) == []
    assert partials(room.listening.hear(late, LATE / 2))


def test_a_line_that_turns_out_empty_is_taken_back():
    said = iter(["uh huh", "uh huh", ""])
    room = Room(lambda spoken: next(said, ""))
    events = room.hear(SPEECH, 30) + room.hear(SILENCE, 60)
    assert partials(events)
    assert [final.text for final in finals(events)] == [""]


def test_what_is_no_number_does_not_deafen():
    room = Room()
    room.listening.hear(np.full(3 * HOP, np.nan, np.float32))
    events = room.hear(SPEECH, 60) + room.hear(SILENCE, 60)
    assert [final.text for final in finals(events)] == ["w1 w2 w3 w4 w5 w6"]


def test_hours_of_sound_are_not_kept():
    room = Room()
    for _ in range(20):
        room.hear(SPEECH, 60, live=False)
        room.hear(SILENCE, 60, live=False)
    assert len(room.listening._sound) < 30 * HOP


def test_closing_lets_go_of_the_ear():
    room = Room()
    room.hear(SILENCE, 3)
    room.listening.close()
    assert room.ear.closed
