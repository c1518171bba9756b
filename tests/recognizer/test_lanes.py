"""What two lanes tell, as one."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import CaptionError
from app.domain.request import LANE_ME, LANE_THEM
from app.recognizer.lanes import Lanes
from app.recognizer.news import News, Progress, Remark, StatusChanged
from app.recognizer.status import (
    Connecting,
    Finishing,
    Hearing,
    Listening,
    Offline,
    Reconnecting,
    Status,
    Waiting,
)

BOTH = (LANE_ME, LANE_THEM)
HEARING: tuple[Hearing, ...] = (
    Listening(),
    Connecting(),
    Offline("Stand-in", "The line is down."),
    Waiting("There is none."),
    Reconnecting("The line is down."),
)


@given(st.lists(st.tuples(st.sampled_from(BOTH), st.sampled_from([*HEARING, Finishing()])), max_size=20))
def test_the_worst_of_both_is_shown(told: list[tuple[str, Hearing | Finishing]]) -> None:
    news: list[News] = []
    lanes = Lanes(BOTH, news.append)
    now: dict[str, Status] = dict.fromkeys(BOTH, Connecting())
    for lane, status in told:
        lanes.teller(lane)(StatusChanged(status))
        now[lane] = status
    shown = [one.status for one in news if isinstance(one, StatusChanged)]
    hearing = [status for status in now.values() if not isinstance(status, Finishing)]
    assert all(a != b for a, b in pairwise(shown))
    last = shown[-1] if shown else Connecting()
    worst = max(hearing, key=HEARING.index) if hearing else Finishing()
    if isinstance(worst, Waiting) and set(hearing) != {worst}:
        worst = replace(worst, lane=next(lane for lane in BOTH if now[lane] == worst))
    assert last == worst


@given(
    st.lists(
        st.tuples(st.sampled_from(BOTH), st.floats(0, 1e4), st.floats(0, 60), st.floats(0, 9)), min_size=1
    )
)
def test_the_lag_is_that_of_the_slower_lane(told: list[tuple[str, float, float, float]]) -> None:
    news: list[News] = []
    lanes = Lanes(BOTH, news.append)
    now = {}
    for lane, heard, lag, lost in told:
        now[lane] = (heard, lag, lost)
        lanes.teller(lane)(Progress(heard, heard - lag, None, lost))
    last = news[-1]
    assert isinstance(last, Progress)
    assert last.heard == max(heard for heard, _, _ in now.values())
    assert abs(last.heard - last.recognized - max(lag for _, lag, _ in now.values())) < 1e-6
    assert last.lost == sum(lost for _, _, lost in now.values())


def test_a_lane_that_ended_is_not_waited_for() -> None:
    news: list[News] = []
    lanes = Lanes(BOTH, news.append)
    lanes.teller(LANE_ME)(Progress(10.0, 2.0, None, 0.0))
    lanes.ended(LANE_ME, CaptionError("Gone."))
    lanes.teller(LANE_THEM)(Progress(12.0, 11.5, None, 0.0))
    assert news[-1] == Progress(12.0, 11.5, None, 0.0)


def test_what_both_lanes_remark_is_said_once() -> None:
    news: list[News] = []
    lanes = Lanes(BOTH, news.append)
    for lane in BOTH:
        lanes.teller(lane)(Remark("The words go into the context."))
    assert news == [Remark("The words go into the context.")]


def test_what_happens_to_a_lane_again_is_said_again() -> None:
    news: list[News] = []
    lanes = Lanes(BOTH, news.append)
    for _ in range(2):
        lanes.teller(LANE_ME)(Remark("“Headset” is back."))
    assert news == 2 * [Remark("“Headset” is back.")]


def test_where_all_wait_nothing_is_heard_and_else_it_is_said_who_is_not() -> None:
    news: list[News] = []
    lanes = Lanes(BOTH, news.append)
    for lane in BOTH:
        lanes.teller(lane)(StatusChanged(Waiting("There is none.")))
    lanes.teller(LANE_THEM)(StatusChanged(Listening()))
    lanes.ended(LANE_THEM, CaptionError("Gone."))
    statuses = [one.status for one in news if isinstance(one, StatusChanged)]
    assert statuses == [
        Waiting("There is none.", LANE_ME),
        Waiting("There is none."),
        Waiting("There is none.", LANE_ME),
        Waiting("There is none."),
    ]
