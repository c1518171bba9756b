from __future__ import annotations

import pytest

from app.domain.audio import Level
from app.recognizer.silence import SILENT_SECONDS, Silence, Turn

LOUD, NOISE, NOTHING = Level(0.1, 0.3), Level(1e-5, 5e-5), Level(0.0, 0.0)
CONSTANT = Level(0.0, 0.04, 0.04)


def turns(silence: Silence, level: Level, begin: float, end: float, listening: bool = True) -> list[Turn]:
    moments = [begin + 0.04 * number for number in range(round((end - begin) / 0.04))]
    return [turn for now in moments if (turn := silence.take(level, now, listening))]


@pytest.mark.parametrize("level", [NOISE, NOTHING, CONSTANT])
def test_a_spell_of_silence_is_told_once(level: Level) -> None:
    silence = Silence()
    assert turns(silence, LOUD, 0, 5) == []
    assert turns(silence, level, 5, 5 + SILENT_SECONDS - 0.1) == []
    assert turns(silence, level, 5 + SILENT_SECONDS - 0.1, 300) == [Turn.FELL_SILENT]
    assert turns(silence, LOUD, 300, 310) == [Turn.HEARD_AGAIN]
    assert turns(silence, level, 310, 330) == [Turn.FELL_SILENT]


def test_speech_with_pauses_is_not_silence() -> None:
    silence = Silence()
    for begin in range(0, 100, 10):
        assert turns(silence, NOTHING, begin, begin + 9.9) == []
        assert turns(silence, LOUD, begin + 9.9, begin + 10) == []


def test_who_is_not_listened_to_is_not_called_silent() -> None:
    silence = Silence()
    assert turns(silence, NOTHING, 0, 100, listening=False) == []
    assert turns(silence, NOTHING, 100, 109.9) == []


def test_a_pause_ends_the_spell() -> None:
    silence = Silence()
    assert turns(silence, NOTHING, 0, 20) == [Turn.FELL_SILENT]
    assert turns(silence, NOTHING, 20, 30, listening=False) == [Turn.HEARD_AGAIN]


def test_noise_tells_a_device_that_works_from_one_that_does_not() -> None:
    silence = Silence()
    turns(silence, NOTHING, 0, 20)
    assert silence.digital
    turns(silence, NOISE, 20, 21)
    assert not silence.digital
    turns(silence, LOUD, 21, 22)
    turns(silence, NOTHING, 22, 40)
    assert silence.digital


def test_a_constant_that_came_of_a_step_is_no_noise() -> None:
    silence = Silence()
    turns(silence, Level(1e-5, 0.0401, 0.04), 0, 2)
    assert turns(silence, CONSTANT, 2, 20) == [Turn.FELL_SILENT]
    assert silence.digital
