from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from app.audio.following import Following
from app.audio.input_check import OFF_CENTER
from app.domain.audio import AudioFormat
from tests.audio.stage import BLOCK, RATE, Stage, heard, news_of, sentences, until


def test_the_wanted_device_is_heard_and_nothing_is_touched(follow) -> None:
    stage = Stage("desk", "head")
    following = follow(stage, "head")
    assert following.open() == AudioFormat(RATE, 1)
    block = following.read()
    assert np.array_equal(block.samples, np.full((BLOCK, 1), 0.5, np.float32))
    assert (block.lost, block.news) == (0, ())
    assert stage.opened == ["head"]


def test_the_next_best_takes_over_and_the_gap_has_a_reason(follow) -> None:
    stage = Stage("desk", "head")
    following = follow(stage, "head", "Head")
    following.open()
    following.read()
    stage.opening = 0.2
    stage.unplug("head")
    blocks = until(following, heard(0.25))
    assert sentences(blocks) == ["“Head” was unplugged; listening to “Desk”."]
    assert sum(block.lost for block in blocks) == pytest.approx(0.2 * RATE, abs=BLOCK)
    reasons = {block.reason for block in blocks if block.lost}
    assert reasons == {"“Head” was unplugged."}


def test_it_goes_back_without_a_gap(follow) -> None:
    stage = Stage("desk", "head")
    following = follow(stage, "head", "Head")
    following.open()
    following.read()
    stage.unplug("head")
    until(following, heard(0.25))
    stage.plug("head")
    blocks = until(following, heard(0.5))
    assert sentences(blocks) == ["“Head” is back; listening to it again."]
    assert sum(block.lost for block in blocks) == 0
    assert stage.sources["desk"].closed


def test_the_clock_never_stands_and_never_jumps(follow) -> None:
    stage = Stage("desk", "head")
    following = follow(stage, "head")
    following.open()
    began = stage.now
    samples = len(following.read().samples)
    for key in ("head", "desk"):
        stage.unplug(key)
    for number in range(400):
        if number == 100:
            stage.plug("desk", AudioFormat(44_100, 2))
        if number == 200:
            stage.plug("head", AudioFormat(48_000, 1))
        block = following.read()
        samples += len(block.samples) + block.lost
        # While there is nobody, the next one may have recorded the last 0.3 s by then.
        assert -0.05 < stage.now - began - samples / RATE < 0.45


def test_the_systems_choice_is_followed_where_that_is_wanted(follow) -> None:
    stage = Stage("desk", "head")
    following = follow(stage)
    following.open()
    until(following, heard(0.25))
    stage.prefer("head")
    blocks = until(following, heard(0.5))
    assert sentences(blocks) == ["Listening to “Head”, which the system prefers now."]
    assert sum(block.lost for block in blocks) == 0


def test_the_systems_choice_does_not_matter_to_who_chose(follow) -> None:
    stage = Stage("desk", "head")
    following = follow(stage, "desk")
    following.open()
    stage.prefer("head")
    for _ in range(50):
        following.read()
    assert stage.opened == ["desk"]


def test_a_device_that_cannot_be_heard_again_is_told_of_once(follow) -> None:
    stage = Stage("desk", "head")
    following = follow(stage, "head")
    following.open()
    following.read()
    stage.unplug("head")
    until(following, heard(0.25))
    stage.busy.add("head")
    stage.plug("head")
    began, blocks = stage.now, []
    while stage.now < began + 20:
        blocks.append(following.read())
    assert sentences(blocks) == ["head is in use. Wait."]


def test_a_recording_that_was_taken_elsewhere_is_brought_back(follow) -> None:
    stage = Stage("desk", "head")
    following = follow(stage, "head")
    following.open()
    following.read()
    first = stage.sources["head"]
    first.away_from_home = True
    stage.prefer("desk")
    blocks = until(following, lambda _: stage.sources["head"] is not first and first.closed > 0)
    blocks.append(following.read())
    assert "Another device was being recorded; “Head” is back." in sentences(blocks)
    assert sum(block.lost for block in blocks) == 0


def test_whoever_insists_on_another_place_is_given_in_to_ever_longer(follow) -> None:
    stage = Stage("desk", "head")
    following = follow(stage, "head")
    following.open()
    stage.prefer("desk")
    began = stage.now
    while stage.now < began + 100:
        stage.sources["head"].away_from_home = True
        following.read()
    assert 4 <= stage.opened.count("head") <= 9


def test_another_format_is_made_the_first_one(follow) -> None:
    stage = Stage("desk", "head")
    stage.present["desk"] = AudioFormat(48_000, 8)
    stage.present["head"] = AudioFormat(RATE, 2)
    following = follow(stage, "head")
    assert following.open() == AudioFormat(RATE, 2)
    following.read()
    stage.unplug("head")
    until(following, heard(0.25))
    block = following.read()
    assert block.samples.shape[1] == 2
    assert np.allclose(block.samples, 0.25, atol=0.01)


def test_a_device_that_changes_its_rate_goes_on_in_the_first_one(follow) -> None:
    stage = Stage("desk")
    following = follow(stage, "desk")
    following.open()
    following.read()
    stage.present["desk"] = AudioFormat(44_100, 1)
    stage.sources["desk"].lose()
    blocks = until(following, heard(0.25))
    assert sentences(blocks)[-1] == "“Desk” is back."
    lengths = [len(following.read().samples) for _ in range(20)]
    # The resampler holds back some 20 ms, now and then.
    assert sum(lengths) == pytest.approx(20 * BLOCK, abs=400)


def test_a_telephones_headset_does_not_make_a_telephone_of_the_rest(follow) -> None:
    stage = Stage("head")
    stage.present["head"] = AudioFormat(8_000, 1)
    following = follow(stage, "head")
    assert following.open().rate == 8_000
    assert following.at_least(RATE) == AudioFormat(RATE, 1)
    # The resampler holds some of it back.
    given = [len(following.read().samples) for _ in range(25)]
    assert sum(given) == pytest.approx(RATE, abs=400)


def test_telephone_sound_that_is_welcome_stays_as_it_is(follow) -> None:
    stage = Stage("head", "desk")
    stage.present["head"] = AudioFormat(8_000, 1)
    following = follow(stage, "head")
    following.open()
    assert following.at_least(8_000) == AudioFormat(8_000, 1)
    assert np.array_equal(following.read().samples, np.full((320, 1), 0.5, np.float32))
    stage.unplug("head")
    until(following, heard(0.25))
    given = [len(following.read().samples) for _ in range(25)]
    assert sum(given) == pytest.approx(8_000, abs=200)


def test_why_nothing_is_heard_is_asked_of_the_present_device(follow) -> None:
    stage = Stage("desk")
    following = follow(stage)
    assert following.why_silent(True) == ""
    following.open()
    assert following.why_silent(True) == "Desk is silent."


def test_what_is_wrong_with_the_sound_of_a_device_is_said_once(follow: Callable[..., Following]) -> None:
    stage = Stage("desk", "head")
    stage.voices = True
    following = follow(stage)
    following.open()
    assert [one.sentence for one in news_of(following, seconds=20)] == [f"“Desk”: {OFF_CENTER}"]
    stage.unplug("desk")
    _, *told = [one.sentence for one in news_of(following, seconds=20)]
    assert told == [f"“Head”: {OFF_CENTER}"]


def test_what_the_speakers_play_is_as_loud_as_somebody_wants_it(follow: Callable[..., Following]) -> None:
    following = follow(Stage("desk"))
    following.open()
    assert news_of(following, seconds=20) == []
