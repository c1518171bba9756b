from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from itertools import count

import numpy as np
import pytest

from app.audio import following as following_module
from app.audio.base import Block
from app.audio.devices import InputDevice
from app.audio.following import Following
from app.audio.input_check import OFF_CENTER
from app.audio.kind import Kind, Refusals, Wish
from app.domain.audio import AudioFormat
from app.domain.errors import DeviceLostError, InputError
from app.domain.events import Advice, Trouble

RATE = 16_000
BLOCK = 640


class Stage:
    """Devices that a test plugs in and out, by a clock that it moves itself.

    Attributes:
        opening: seconds that it takes to open one.
        opened: keys of what was opened, in order.
    """

    def __init__(self, *keys: str) -> None:
        self.now = 100.0
        self.default = keys[0] if keys else ""
        self.present: dict[str, AudioFormat] = {key: AudioFormat(RATE, 1) for key in keys}
        self.busy: set[str] = set()
        self.mute: set[str] = set()
        self.voices = False
        self.patient = True
        self.wireless: set[str] = set()
        self.obstacle: InputError | None = None
        self.away: InputError | None = None
        self.opening = 0.0
        self.opened: list[str] = []
        self.sources: dict[str, Scripted] = {}
        self.watching = 0
        self._changed = False

    def kind(self) -> Kind:
        return Kind(
            noun="microphone",
            present=self._list,
            make=self._make,
            watch=lambda: self,
            why_none=lambda: InputError("There is none.", "Plug one in."),
            why_silent=_silent,
            voices=self.voices,
            patient=self.patient,
            obstacle=lambda: self.obstacle,
        )

    def plug(self, key: str, fmt: AudioFormat | None = None) -> None:
        self.present[key] = fmt or AudioFormat(RATE, 1)
        self._changed = True

    def unplug(self, key: str) -> None:
        del self.present[key]
        self._changed = True
        if key in self.sources:
            self.sources[key].lose()

    def prefer(self, key: str) -> None:
        self.default, self._changed = key, True

    def changed(self) -> bool:
        changed, self._changed = self._changed, False
        return changed

    def close(self) -> None:
        self.watching -= 1

    def _list(self) -> list[InputDevice]:
        if self.away is not None:
            raise self.away
        found = [
            InputDevice(key, key.title(), key == self.default, key in self.wireless) for key in self.present
        ]
        return sorted(found, key=lambda device: not device.default)

    def _make(self, device: InputDevice) -> Scripted:
        self.sources[device.key] = source = Scripted(self, device.key)
        return source


def _silent(device: InputDevice, digital: bool) -> str:
    return f"{device.name} is silent."


class Scripted:
    """A device that delivers a block each time it is asked, and moves the clock by its length."""

    live = True
    duration: float | None = None
    warning: str | None = None

    def __init__(self, stage: Stage, key: str) -> None:
        self.key = key
        self.away_from_home = False
        self.closed = 0
        self._stage = stage
        self._lost = False

    def lose(self) -> None:
        self._lost = True

    def open(self) -> AudioFormat:
        self._stage.opened.append(self.key)
        self._stage.now += self._stage.opening
        if self.key in self._stage.busy:
            raise InputError(f"{self.key} is in use.", "Wait.")
        self.format = self._stage.present[self.key]
        return self.format

    def read(self) -> Block | None:
        if self.closed:
            return None
        if self._lost or self.key in self._stage.mute:
            raise DeviceLostError(f"{self.key} went.")
        if threading.current_thread().name != "audition":
            self._stage.now += BLOCK / RATE
        length = BLOCK * self.format.rate // RATE
        value = {"desk": 0.25, "head": 0.5}.get(self.key, 0.75)
        return Block(np.full((length, self.format.channels), value, np.float32), 0, self._stage.now)

    def strayed(self) -> bool:
        return self.away_from_home

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def follow(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Following]]:
    # The test's own clock tells how long a wait was.
    monkeypatch.setattr(following_module, "_SLICE", 0.002)
    made: list[Following] = []

    def follow(stage: Stage, key: str | None = None, name: str = "") -> Following:
        def clock() -> float:
            # Waiting takes time, too.
            if following._source is None:
                stage.now += 0.01
            return stage.now

        following = Following(stage.kind(), Wish(key, name), clock=clock)
        stage.watching += 1
        made.append(following)
        return following

    yield follow
    for following in made:
        following.close()


def until(following: Following, condition: Callable[[list[Block]], bool]) -> list[Block]:
    """Read until something is so; what was read."""
    blocks: list[Block] = []
    for _ in count():
        assert len(blocks) < 3000, "it never came to that"
        blocks.append(following.read())
        if condition(blocks):
            return blocks
    raise AssertionError


def heard(value: float) -> Callable[[list[Block]], bool]:
    """Whether the newest block is of the device that sounds like this."""
    return lambda blocks: len(blocks[-1].samples) > 0 and abs(blocks[-1].samples[-1, 0] - value) < 0.01


def sentences(blocks: list[Block]) -> list[str]:
    return [event.sentence for block in blocks for event in block.news]


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
    assert following.open().rate == RATE
    assert len(until(following, heard(0.5))[-1].samples) > 0


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


def test_why_nothing_is_heard_is_asked_of_the_present_device(follow) -> None:
    stage = Stage("desk")
    following = follow(stage)
    assert following.why_silent(True) == ""
    following.open()
    assert following.why_silent(True) == "Desk is silent."


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


def news_of(following: Following, seconds: float) -> list[Advice | Trouble]:
    return [one for _ in range(round(seconds * RATE / BLOCK)) for one in following.read().news]
