"""A meeting in the window: two lanes to be told apart, seen, muted and named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from app.domain.audio import Level
from app.domain.captions import Caption
from app.domain.errors import DeviceLostError
from app.domain.lanes import LaneLabels
from app.domain.request import (
    LANE_ME,
    LANE_THEM,
    MANUAL_PAUSE,
    Cut,
    MeetingSource,
    MicrophoneSource,
    SystemSource,
)
from app.recognizer.news import CaptionChanged, LaneFailed, LaneMuted, LevelChanged, StatusChanged
from app.recognizer.status import Listening, Reduced
from app.settings import OverlaySettings, ServiceChoice, SourceKind
from app.settings_store import SettingsStore
from app.ui.lane_button import LaneButton
from app.ui.level_meter import LevelMeter
from app.ui.overlay import Overlay
from app.ui.progress_row import ProgressRow
from app.ui.settings_dialog import SettingsDialog
from app.ui.source_button import SourceButton
from app.ui.sources import SourceChoice
from app.ui.talk import TalkButton, Talking
from app.ui.text import Label
from app.ui.theme import LIGHT, OverlayColours
from tests.ui.window_desk import Desktop

LOUD = Level(0.1, 0.2)


@pytest.fixture
def meeting(make: Callable[..., Desktop]) -> Desktop:
    desktop = make(source=SourceKind.MEETING, microphone="b", microphone_name="USB", output="h")
    desktop.window.resize(1080, 620)
    desktop.press("Start captions")
    return desktop


def lane_buttons(desktop: Desktop) -> list[LaneButton]:
    return desktop.window.findChildren(LaneButton)


def shown(desktop: Desktop) -> list[str]:
    """The names that a screen reader finds for what shows the level."""
    meters = desktop.window.findChildren(LevelMeter)
    return [meter.accessibleName() for meter in meters if meter.isVisibleTo(desktop.window)]


def loudness(button: LaneButton) -> float:
    return cast("LevelMeter", button.findChild(LevelMeter)).loudness


def test_both_devices_are_heard(meeting: Desktop) -> None:
    plan = meeting.service.plans[0]
    assert plan.source == MeetingSource(MicrophoneSource("b", "USB"), SystemSource("h"))


def test_the_system_sound_is_heard(make: Callable[..., Desktop]) -> None:
    desktop = make(source=SourceKind.SYSTEM, output="h", output_name="Headset")
    desktop.press("Start captions")
    assert desktop.service.plans[0].source == SystemSource("h", "Headset")
    assert shown(desktop) == ["Input level"]
    desktop.service.tell(LevelChanged(LANE_THEM, LOUD))
    source = cast("SourceButton", desktop.window.findChild(SourceButton))
    assert cast("LevelMeter", source.findChild(LevelMeter)).loudness > 0
    assert not desktop.shows(ProgressRow)


def test_what_was_chosen_is_kept(make: Callable[..., Desktop], store: SettingsStore) -> None:
    desktop = make(output="h", output_name="Headset")
    desktop.window.commands.choose(SourceChoice(SourceKind.MEETING, "b", "USB", output=None, output_name=""))
    desktop.window.close()
    settings, _ = store.load()
    assert (settings.source, settings.microphone, settings.output) == (SourceKind.MEETING, "b", None)


def test_a_microphone_leaves_the_chosen_output_alone(make: Callable[..., Desktop]) -> None:
    desktop = make(output="h", output_name="Headset")
    desktop.window.commands.choose(SourceChoice(SourceKind.MICROPHONE, "b", "USB"))
    assert desktop.preferences.settings.output == "h"


def test_live_sound_follows_live_sound_without_a_question(meeting: Desktop) -> None:
    meeting.window.commands.choose(SourceChoice(SourceKind.SYSTEM))
    assert meeting.notice == ""
    assert [type(plan.source) for plan in meeting.service.plans] == [MeetingSource, SystemSource]


def test_each_lane_has_a_meter_while_it_is_heard(meeting: Desktop) -> None:
    assert shown(meeting) == ["Input level", "Input level, Them"]
    me, them = lane_buttons(meeting)
    meeting.service.tell(LevelChanged(LANE_THEM, LOUD))
    assert (loudness(me), loudness(them) > 0) == (0.0, True)
    meeting.press("Stop captions")
    assert shown(meeting) == []


def test_one_lane_has_one_meter_again(meeting: Desktop) -> None:
    meeting.window.commands.choose(SourceChoice(SourceKind.MICROPHONE))
    assert shown(meeting) == ["Input level"]


def test_a_lane_is_muted_and_heard_again(meeting: Desktop) -> None:
    told = []
    meeting.service.subscribe(lambda news: told.append(news) if isinstance(news, LaneMuted) else None)
    meeting.press("Mute Me")
    me = lane_buttons(meeting)[0]
    meeting.service.tell(LevelChanged(LANE_ME, LOUD))
    assert (me.isChecked(), loudness(me)) == (True, 0.0)
    meeting.press("Unmute Me")
    assert not me.isChecked()
    assert told == [LaneMuted(LANE_ME, True), LaneMuted(LANE_ME, False)]


def test_the_keyboard_mutes(meeting: Desktop) -> None:
    button = meeting.button("Mute Them")
    button.setFocus()
    meeting.qtbot.keyClick(button, Qt.Key.Key_Space)
    assert button.accessibleName() == "Unmute Them"


def test_a_screen_reader_mutes(meeting: Desktop) -> None:
    button = meeting.button("Mute Me")
    QAccessible.queryAccessibleInterface(button).actionInterface().doAction("Toggle")
    assert button.accessibleName() == "Unmute Me"
    assert button.isChecked()


def test_mute_lasts_whatever_is_begun_anew(meeting: Desktop) -> None:
    meeting.press("Mute Me")
    meeting.press("Stop captions")
    meeting.press("Start captions")
    meeting.window.commands.choose(replace(meeting.window.commands.choice, output="s"))
    meeting.window.commands.choose_recognizer("cloud")
    assert len(meeting.service.plans) == 4
    assert [button.isChecked() for button in lane_buttons(meeting)] == [True, False]
    assert meeting.button("Unmute Me").isVisibleTo(meeting.window)
    meeting.press("Unmute Me")
    meeting.press("Stop captions")
    meeting.press("Start captions")
    assert not any(button.isChecked() for button in lane_buttons(meeting))


def test_a_muted_lane_that_is_left_alone_shows_that_and_can_be_heard_again(meeting: Desktop) -> None:
    meeting.press("Mute Me")
    meeting.window.commands.choose(SourceChoice(SourceKind.SYSTEM))
    assert [button.isVisibleTo(meeting.window) for button in lane_buttons(meeting)] == [False, False]
    meeting.window.commands.choose(SourceChoice(SourceKind.MICROPHONE))
    assert [button.isVisibleTo(meeting.window) for button in lane_buttons(meeting)] == [True, False]
    assert len(shown(meeting)) == 1
    meeting.press("Unmute Me")
    meeting.service.tell(LevelChanged(LANE_ME, LOUD))
    assert loudness(lane_buttons(meeting)[0]) > 0


def test_a_lane_that_goes_is_said_and_the_other_goes_on(meeting: Desktop) -> None:
    gone = DeviceLostError("“USB” stopped delivering sound.", "Check that it is plugged in.")
    meeting.service.tell(LaneFailed(LANE_ME, gone))
    meeting.service.tell(StatusChanged(Reduced(LANE_ME, gone.problem)))
    assert meeting.notice.startswith("Me is not heard any more; captions of the others go on. “USB” stopped")
    assert "Me is not heard: “USB” stopped delivering sound." in meeting.status
    me, them = lane_buttons(meeting)
    assert not me.isEnabled()
    meeting.service.tell(LevelChanged(LANE_THEM, LOUD))
    assert loudness(them) > 0
    meeting.press("Stop captions")
    meeting.press("Start captions")
    assert me.isEnabled()


def test_all_controls_fit_into_the_narrowest_window(meeting: Desktop) -> None:
    meeting.window.resize(meeting.window.minimumSize())
    bar = meeting.window._parts.top_bar
    meeting.qtbot.waitUntil(lambda: bar.width() == meeting.window.width(), timeout=1000)
    assert all(bar.rect().contains(button.geometry()) for button in lane_buttons(meeting))
    assert bar.rect().contains(bar.more.geometry())
    boxes = [button.geometry() for button in (*lane_buttons(meeting), bar.source, bar.recognizer, bar.note)]
    assert not any(a.intersects(b) for a in boxes for b in boxes if a is not b)


def test_the_user_ends_only_the_user_s_sentences(make: Callable[..., Desktop]) -> None:
    manual = (ServiceChoice("cloud", cut=Cut.MANUAL, push_to_talk=True),)
    desktop = make(source=SourceKind.MEETING, engine="cloud", services=manual)
    desktop.press("Start captions")
    talk = cast("TalkButton", desktop.window.findChild(TalkButton))
    assert talk.mode is Talking.PUSH_TO_TALK
    plan = desktop.service.plans[0]
    assert plan.request_of(LANE_ME).commit_pause is None
    assert plan.request_of(LANE_THEM).commit_pause == MANUAL_PAUSE


def test_nobody_ends_the_sentences_of_the_system_sound(make: Callable[..., Desktop]) -> None:
    manual = (ServiceChoice("cloud", cut=Cut.MANUAL),)
    desktop = make(source=SourceKind.SYSTEM, engine="cloud", services=manual)
    desktop.press("Start captions")
    assert cast("TalkButton", desktop.window.findChild(TalkButton)).mode is Talking.HIDDEN


def test_nothing_moves_when_the_second_one_speaks(meeting: Desktop) -> None:
    view = meeting.window.transcript_view
    meeting.service.hear("Shall we begin?", lane=LANE_THEM)
    before = view.viewport().x()
    meeting.service.hear("Yes.", 3.0)
    assert view.viewport().x() == before


# Names


def dialog(desktop: Desktop) -> SettingsDialog:
    desktop.window._parts.actions.settings.trigger()
    return cast("SettingsDialog", desktop.window.findChild(SettingsDialog))


def name(desktop: Desktop, of: str, text: str) -> None:
    fields = dialog(desktop).findChildren(QLineEdit)
    field = next(one for one in fields if one.accessibleName() == f"Name of {of}")
    field.clear()
    desktop.qtbot.keyClicks(field, text)


def test_lanes_are_named_in_the_settings(meeting: Desktop, store: SettingsStore) -> None:
    name(meeting, "Microphone", "Ann")
    name(meeting, "System sound", "The whole team")
    assert [button.text() for button in lane_buttons(meeting)] == ["Ann", "The whole team"]
    assert shown(meeting) == ["Input level", "Input level, The whole team"]
    meeting.window.close()
    assert store.load()[0].labels == LaneLabels("Ann", "The whole team")


def test_a_longer_name_has_more_room_in_the_transcript(meeting: Desktop) -> None:
    view = meeting.window.transcript_view
    before = view.viewport().x()
    name(meeting, "System sound", "The whole team")
    assert view.viewport().x() > before


def test_one_name_for_both_is_refused_in_words(meeting: Desktop) -> None:
    name(meeting, "Microphone", "them")
    note = next(label for label in dialog(meeting).findChildren(Label) if "two names" in label.text())
    assert note.isVisibleTo(dialog(meeting))
    assert [button.text() for button in lane_buttons(meeting)] == ["Me", "Them"]


def test_colors_go_by_the_lane_and_not_by_its_name(qtbot: QtBot, make: Callable[..., Desktop]) -> None:
    desktop = make(
        source=SourceKind.MEETING,
        labels=LaneLabels("Them", "Me"),
        overlay=OverlaySettings(shown=True, x=0, y=0, width=800),
    )
    desktop.press("Start captions")
    me = lane_buttons(desktop)[0]
    assert (me.text(), me._colors(LIGHT).text) == ("Them", LIGHT.me)
    desktop.service.tell(StatusChanged(Listening()))
    overlay = cast("Overlay", desktop.window.overlay._overlay)
    with qtbot.waitSignal(overlay.painted, timeout=10_000):
        desktop.service.tell(CaptionChanged(Caption(LANE_ME, 1, 0.0, "Hello", "")))
    picture = overlay.grab().toImage()
    seen = {picture.pixelColor(x, y).name() for x in range(100) for y in range(60)}
    assert OverlayColours().me in seen
    assert OverlayColours().them not in seen


def test_the_overlay_names_the_lanes_of_a_meeting_alone(make: Callable[..., Desktop]) -> None:
    desktop = make(source=SourceKind.MEETING, overlay=OverlaySettings(shown=True))
    desktop.press("Start captions")
    overlay = cast("Overlay", desktop.window.overlay._overlay)
    high = overlay.height()
    desktop.window.commands.choose(SourceChoice(SourceKind.MICROPHONE))
    assert overlay.height() < high
