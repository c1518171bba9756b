"""What lanes are called."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.domain.lanes import LONGEST_LABEL, LaneLabels
from app.domain.request import (
    LANE_ME,
    LANE_NOTE,
    LANE_RECORDING,
    LANE_THEM,
    MANUAL_PAUSE,
    Cut,
    MeetingSource,
    MicrophoneSource,
    RecognitionRequest,
    SessionPlan,
    SystemSource,
)

LANES = (LANE_ME, LANE_THEM, LANE_RECORDING, LANE_NOTE)
NAMES = st.sampled_from(["", " ", "Me", "me", "Them", "Ann", " Ann ", "Note", "recording"]) | st.text()


def test_a_label_stands_for_its_lane() -> None:
    labels = LaneLabels(me="Ann", them="  The   team ")
    assert [labels.of(lane) for lane in LANES] == ["Ann", "The team", "Recording", "Note"]


def test_labels_may_be_swapped() -> None:
    labels = LaneLabels(me="Them", them="Me")
    assert (labels.of(LANE_ME), labels.of(LANE_THEM)) == ("Them", "Me")


@given(NAMES, NAMES)
def test_no_two_lanes_look_like_one(me: str, them: str) -> None:
    labels = [LaneLabels(me, them).of(lane) for lane in LANES]
    assert len({label.casefold() for label in labels}) == len(LANES)
    assert all(label.strip() and len(label) <= LONGEST_LABEL for label in labels)


def test_a_meeting_has_two_lanes() -> None:
    microphone, system = MicrophoneSource("usb"), SystemSource("speakers")
    assert SessionPlan(MeetingSource(microphone, system), "any").lanes == (microphone, system)
    assert SessionPlan(system, "any").lanes == (system,)


def test_the_user_s_key_concerns_the_user_s_lane_alone() -> None:
    request = RecognitionRequest(cut=Cut.MANUAL)
    plan = SessionPlan(MeetingSource(), "any", request, push_to_talk=True)
    assert plan.request_of(LANE_ME) == request
    assert plan.request_of(LANE_THEM).commit_pause == MANUAL_PAUSE
    assert [plan.talks_by_key(one.lane) for one in plan.lanes] == [True, False]


def test_a_service_that_ends_sentences_ends_them_on_both_lanes() -> None:
    plan = SessionPlan(MeetingSource(), "any", RecognitionRequest(cut=Cut.VAD))
    assert plan.request_of(LANE_THEM) == plan.request_of(LANE_ME) == plan.request
