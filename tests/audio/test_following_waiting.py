"""When there is nothing to hear: waiting, and who stands in."""

from __future__ import annotations

import queue
import threading

import pytest

from app.audio.devices import InputDevice
from app.audio.following import Following
from app.audio.kind import Refusals
from app.domain.audio import AudioFormat
from app.domain.errors import InputError
from app.domain.events import Advice, Trouble
from tests.audio.stage import RATE, Stage, heard, news_of, sentences, until


def test_waiting_is_told_once_and_ends_by_itself(follow) -> None:
    stage = Stage("desk")
    following = follow(stage)
    following.open()
    following.read()
    stage.unplug("desk")
    waited = [following.read() for _ in range(50)]
    assert [event for block in waited for event in block.news] == [
        Trouble(
            "“Desk” was unplugged. Plug in a microphone; captions then go on by themselves.",
            absent="“Desk” was unplugged.",
        )
    ]
    assert sum(block.lost for block in waited) > 0
    stage.plug("head")
    back = until(following, heard(0.5))
    news = [event for block in back for event in block.news]
    assert news == [Trouble(""), Advice("“Desk” was unplugged; listening to “Head”.")]


def test_a_server_that_stopped_is_called_so(follow) -> None:
    stage = Stage("desk")
    following = follow(stage)
    following.open()
    following.read()
    stage.away = InputError("The server stopped.", "Wait.")
    stage.sources["desk"].lose()
    blocks = until(following, lambda blocks: blocks[-1].lost > 0)
    assert sentences(blocks) == ["The server stopped. Wait."]
    stage.away = None
    assert sentences(until(following, heard(0.25))) == ["", "“Desk” is back."]


def test_a_device_that_is_not_there_yet_has_a_stand_in(follow) -> None:
    stage = Stage("desk")
    following = follow(stage, "head", "Head")
    following.open()
    assert sentences([following.read()]) == ["“Head” is not connected. Listening to “Desk”."]
    stage.plug("head")
    assert sentences(until(following, heard(0.5))) == ["“Head” is back; listening to it again."]


def test_a_busy_device_has_a_stand_in_and_is_tried_again(follow) -> None:
    stage = Stage("head", "desk")
    stage.busy.add("head")
    following = follow(stage, "head")
    following.open()
    assert sentences([following.read()]) == ["head is in use. Wait. Listening to “Desk”."]
    stage.busy.clear()
    until(following, heard(0.5))


def test_where_nothing_can_be_opened_the_best_one_says_why_until_it_can(follow) -> None:
    stage = Stage("desk", "head")
    stage.busy.update(("head", "desk"))
    following = follow(stage, "head")
    following.open()
    assert news_of(following, seconds=8) == [
        Trouble("head is in use. Wait. Captions begin once there is sound.", absent="head is in use.")
    ]
    stage.busy.clear()
    blocks = until(following, heard(0.5))
    assert sentences(blocks) == ["", "Listening to “Head”."]


def test_nothing_at_all_at_the_start_is_said_and_waited_for(follow) -> None:
    stage = Stage()
    following = follow(stage)
    fmt = following.open()
    began = stage.now
    waited = until(following, lambda blocks: stage.now > began + 2)
    stage.plug("desk", AudioFormat(44_100, 2))
    blocks = waited + until(following, heard(0.25))
    assert [event for block in blocks for event in block.news] == [
        Trouble("There is none. Plug one in. Captions begin once there is sound.", absent="There is none."),
        Trouble(""),
        Advice("Listening to “Desk”."),
    ]
    assert {block.reason for block in blocks if block.lost} == {"There is none."}
    lost, given = (sum(counts) for counts in zip(*((b.lost, len(b.samples)) for b in blocks), strict=True))
    assert lost / fmt.rate == pytest.approx(2, abs=0.2)
    assert (lost + given) / fmt.rate == pytest.approx(stage.now - began, abs=0.1)


def test_what_is_given_while_nobody_is_there_says_how_far_it_reaches(follow) -> None:
    stage = Stage()
    following = follow(stage)
    fmt = following.open()
    began, reached = stage.now, 0
    for _ in range(60):
        block = following.read()
        reached += block.lost
        if block.lost:
            assert block.at == pytest.approx(began + reached / fmt.rate, abs=1e-3)


def test_who_stands_in_from_the_start_is_told_as_such(follow) -> None:
    stage = Stage()
    following = follow(stage, "head", "Head")
    following.open()
    following.read()
    stage.plug("desk")
    blocks = until(following, heard(0.25))
    assert sentences(blocks)[-1] == "“Head” is not connected. Listening to “Desk”."


def test_where_nothing_can_ever_be_heard_there_is_no_waiting(follow) -> None:
    stage = Stage()
    stage.obstacle = InputError("The library is missing.", "Install it.")
    with pytest.raises(InputError, match="library is missing"):
        follow(stage).open()
    assert stage.watching == 0


def test_a_wireless_headset_is_given_a_moment_and_nothing_else_is_opened(follow) -> None:
    stage = Stage("desk", "head")
    stage.wireless.add("head")
    following = follow(stage, "head", "Head")
    following.open()
    following.read()
    stage.unplug("head")
    went = stage.now
    blocks = until(following, lambda _: stage.now > went + 2.5)
    stage.plug("head")
    blocks += until(following, heard(0.5))
    assert stage.opened == ["head", "head"]
    why = "“Head” was disconnected."
    assert [event for block in blocks for event in block.news] == [
        Trouble(f"{why} Waiting a moment for it to come back.", absent=why),
        Trouble(""),
        Advice("“Head” is back."),
    ]
    assert {block.reason for block in blocks if block.lost} == {why}
    assert sum(block.lost for block in blocks) / RATE == pytest.approx(2.5, abs=0.2)


@pytest.mark.parametrize("listed", [False, True])
def test_a_wireless_headset_that_stays_away_has_a_stand_in_after_three_seconds(follow, listed: bool) -> None:
    stage = Stage("desk", "head")
    stage.wireless.add("head")
    following = follow(stage, "head", "Head")
    following.open()
    following.read()
    went = stage.now
    if listed:
        # PipeWire keeps it in its list for a while.
        stage.busy.add("head")
        stage.sources["head"].lose()
    else:
        stage.unplug("head")
    blocks = until(following, heard(0.25))
    assert 3.0 <= stage.now - went < 4.0
    why = "stopped delivering sound" if listed else "was disconnected"
    assert sentences(blocks)[-1] == f"“Head” {why}; listening to “Desk”."


def test_where_the_sound_goes_elsewhere_at_once_nobody_waits(follow) -> None:
    stage = Stage("desk", "head")
    stage.wireless.add("head")
    stage.patient = False
    following = follow(stage, "head")
    following.open()
    following.read()
    stage.unplug("head")
    went = stage.now
    until(following, heard(0.25))
    assert stage.now - went < 1


def test_the_wanted_one_need_not_wait_for_a_wireless_stand_in(follow) -> None:
    stage = Stage("head")
    stage.wireless.add("head")
    following = follow(stage, "desk")
    following.open()
    following.read()
    stage.unplug("head")
    went = stage.now
    until(following, lambda _: stage.now > went + 0.5)
    stage.plug("desk")
    until(following, heard(0.25))
    assert stage.now - went < 2


def test_a_server_that_stopped_is_no_lost_connection(follow) -> None:
    stage = Stage("desk", "head")
    stage.wireless.add("head")
    following = follow(stage, "head")
    following.open()
    following.read()
    stage.away = InputError("The server stopped.", "Wait.")
    stage.unplug("head")
    went = stage.now
    until(following, lambda _: stage.now > went + 0.6)
    stage.away = None
    until(following, heard(0.25))
    assert stage.now - went < 2


def test_a_device_that_delivers_nothing_is_passed_over_and_tried_ever_less(follow) -> None:
    stage = Stage("head", "desk")
    stage.mute.add("head")
    following = follow(stage, "head")
    following.open()
    blocks = until(following, heard(0.25))
    assert "“Head” stopped delivering sound; listening to “Desk”." in sentences(blocks)
    began = stage.now
    while stage.now < began + 60:
        following.read()
    assert 3 <= stage.opened.count("head") <= 9
    assert stage.opened.count("desk") == 1


def _begun(following: Following) -> Following:
    following.open()
    following.read()
    return following


def test_devices_that_open_and_stay_mute_do_not_keep_the_next_one_waiting(follow) -> None:
    stage = Stage("head", "first", "second", "desk")
    stage.hold("first")
    stage.hold("second")
    following = _begun(follow(stage))
    stage.unplug("head")
    went = stage.now
    blocks = until(following, heard(0.25))
    assert stage.asked["desk"] - went < 0.95
    assert sentences(blocks)[-1] == "“Head” was unplugged; listening to “Desk”."
    assert stage.opened == ["head", "first", "second", "desk"]


def test_a_better_one_that_speaks_late_is_gone_over_to(follow) -> None:
    stage = Stage("head", "desk")
    stage.plug("usual")
    following = _begun(follow(stage, "usual", "Usual"))
    speaks = stage.hold("head")
    stage.unplug("usual")
    until(following, heard(0.25))
    speaks.set()
    blocks = until(following, heard(0.5))
    assert sum(block.lost for block in blocks) == 0
    assert stage.sources["desk"].closed


def test_a_worse_one_that_speaks_late_is_let_go(follow) -> None:
    stage = Stage("usual", "head", "desk")
    following = _begun(follow(stage))
    held = [stage.hold("head"), stage.hold("desk")]
    stage.unplug("usual")
    went = stage.now
    until(following, lambda _: stage.now > went + 0.6 and len(stage.opened) == 3)
    held[0].set()
    until(following, heard(0.5))
    assert stage.sources["desk"].closed
    assert not stage.sources["head"].closed


def test_no_device_is_opened_before_its_turn_whatever_is_announced(follow) -> None:
    stage = Stage("head", "first", "desk")
    stage.hold("first")
    following = _begun(follow(stage))
    stage.unplug("head")
    went = stage.now
    until(following, lambda _: stage.announce() or "desk" in stage.opened)
    assert 0.35 < stage.asked["desk"] - went < 0.6


def test_who_speaks_late_and_is_worse_than_what_is_heard_by_then_is_let_go(follow) -> None:
    stage = Stage("usual", "head", "desk")
    following = _begun(follow(stage))
    speaks = stage.hold("head")
    stage.prefer("head")
    stage.unplug("usual")
    until(following, heard(0.25))
    stage.prefer("desk")
    blocks = [following.read() for _ in range(20)]
    speaks.set()
    blocks += until(following, lambda _: stage.sources["head"].closed > 0)
    assert {float(block.samples[0, 0]) for block in blocks if len(block.samples)} == {0.25}


def test_who_hangs_while_it_opens_does_not_hold_up_who_is_heard(follow) -> None:
    stage = Stage("usual", "head", "desk")
    following = _begun(follow(stage))
    speaks = stage.hold("head")
    opens = stage.stick("desk")
    stage.unplug("usual")
    until(following, lambda _: "desk" in stage.opened)
    speaks.set()
    until(following, heard(0.5))
    opens.set()


@pytest.mark.parametrize("plugged", [True, False])
def test_closing_ends_a_wait_at_once_and_leaves_nothing_open(follow, plugged: bool) -> None:
    stage = Stage("desk")
    following = follow(stage)
    following.open()
    following.read()
    if not plugged:
        stage.unplug("desk")
    ended: queue.Queue[None] = queue.Queue()

    def read_on() -> None:
        list(iter(following.read, None))
        ended.put(None)

    reader = threading.Thread(target=read_on)
    reader.start()
    following.close()
    ended.get(timeout=5)
    reader.join()
    following.close()
    assert all(source.closed for source in stage.sources.values())


def test_who_is_refused_waits_longer_each_time_and_begins_anew_when_plugged_in_again() -> None:
    refusals, device = Refusals(), InputDevice("a", "A", True)
    waits, now = [], 0.0
    for _ in range(9):
        refusals.refuse(device, now)
        end = refusals.next_end(now)
        waits.append(end - now)
        assert refusals.best([device], (now + end) / 2) is None
        assert refusals.best([device], end) is device
        now = end
    assert waits == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]
    refusals.refuse(device, now)
    assert refusals.best([], now) is None
    assert refusals.best([device], now) is device
