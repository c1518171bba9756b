"""What a source tells of its devices, and what the user learns of it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from app.audio.base import Block
from app.domain.audio import SPEECH_RATE, AudioFormat
from app.domain.events import Advice, Gap, Trouble
from app.domain.request import MicrophoneSource, SessionPlan
from app.recognizer.news import LaneTrouble, News, Remark, StatusChanged
from app.recognizer.service import CaptionService
from app.recognizer.status import Connecting, Finishing, Listening, Status, Waiting
from tests.fakes.engine import CountingEngine

BLOCK = 1600
NOTHING = np.zeros((0, 1), np.float32)
WENT = "“Headset” was unplugged."


def loud(**told: object) -> Block:
    return Block(np.full((BLOCK, 1), 0.5, np.float32), **told)  # type: ignore[arg-type]


def silent(count: int) -> list[Block]:
    return [Block(np.zeros((BLOCK, 1), np.float32)) for _ in range(count)]


class Told:
    """A live source whose blocks a test wrote down."""

    live = True
    duration: float | None = None
    warning: str | None = None

    def __init__(self, blocks: Iterable[Block]) -> None:
        self._blocks = iter(blocks)

    def open(self) -> AudioFormat:
        return AudioFormat(SPEECH_RATE, 1)

    def read(self) -> Block | None:
        return next(self._blocks, None)

    def why_silent(self, digital: bool) -> str:
        return "It is muted." if digital else "It is quiet."

    def close(self) -> None:
        """There is nothing to let go of."""


def caption(blocks: Iterable[Block], *, push_to_talk: bool = False) -> tuple[CaptionService, list[News]]:
    source, news = Told(blocks), []
    service = CaptionService(lambda spec: source, lambda name, request: CountingEngine())
    service.subscribe(news.append)
    plan = SessionPlan(MicrophoneSource(), "counting", push_to_talk=push_to_talk)
    asyncio.run(service.caption(plan))
    return service, news


def gaps(service: CaptionService) -> list[Gap]:
    return [entry for entry in service.transcript.entries if isinstance(entry, Gap)]


def troubles(news: list[News]) -> list[str]:
    return [one.sentence for one in news if isinstance(one, LaneTrouble)]


def test_the_time_without_a_device_is_one_gap_with_its_reason() -> None:
    away = [Block(NOTHING, BLOCK, reason=WENT) for _ in range(20)]
    service, _ = caption([*(loud() for _ in range(10)), *away, loud(lost=BLOCK // 2, reason=WENT), loud()])
    assert [(gap.start, round(gap.end, 6), gap.reason) for gap in gaps(service)] == [(1.0, 3.05, WENT)]
    assert service.elapsed == 3.25


def test_a_session_that_ends_without_a_device_has_the_gap_too() -> None:
    service, _ = caption([loud(), *(Block(NOTHING, BLOCK, reason=WENT) for _ in range(5))])
    assert [(gap.start, round(gap.end, 6)) for gap in gaps(service)] == [(0.1, 0.6)]


def test_what_happened_is_told_in_its_order() -> None:
    _, news = caption(
        [
            loud(),
            Block(NOTHING, BLOCK, reason=WENT, news=(Trouble("There is none."),)),
            loud(news=(Trouble(""), Advice("It is back."))),
        ]
    )
    told = [one for one in news if isinstance(one, LaneTrouble | Remark)]
    assert told == [LaneTrouble("Me", "There is none."), LaneTrouble("Me", ""), Remark("It is back.")]


def statuses(news: list[News]) -> list[Status]:
    return [one.status for one in news if isinstance(one, StatusChanged) if one.status != Finishing()]


def test_nobody_is_listening_while_there_is_no_device() -> None:
    _, news = caption(
        [
            loud(),
            Block(NOTHING, BLOCK, reason=WENT, news=(Trouble("There is none.", absent=WENT),)),
            loud(news=(Trouble(""), Advice("It is back."))),
        ]
    )
    assert statuses(news) == [Connecting(), Listening(), Waiting(WENT), Listening()]


def test_a_session_may_begin_without_a_device() -> None:
    why = "No microphone was found."
    first = Block(NOTHING, reason=why, news=(Trouble(f"{why} Plug one in.", absent=why),))
    away = [Block(NOTHING, BLOCK, reason=why) for _ in range(20)]
    service, news = caption([first, *away, loud(news=(Trouble(""),)), *(loud() for _ in range(10))])
    # Whoever recognizes gets ready meanwhile, and is then ready to hear nothing.
    assert statuses(news) in (
        [Connecting(), Listening(), Waiting(why), Listening()],
        [Connecting(), Waiting(why), Listening()],
    )
    assert [(gap.start, round(gap.end, 6), gap.reason) for gap in gaps(service)] == [(0.0, 2.0, why)]


def test_silence_of_a_device_that_is_there_is_listened_to() -> None:
    _, news = caption([loud(), *silent(150), loud()])
    assert troubles(news) == ["It is muted.", ""]
    assert statuses(news) == [Connecting(), Listening()]


def test_ten_seconds_of_nothing_are_explained_once_until_there_is_sound() -> None:
    _, news = caption([loud(), *silent(150), loud(), *silent(50)])
    assert troubles(news) == ["It is muted.", ""]


def test_a_lane_that_waits_for_the_key_is_not_called_silent() -> None:
    _, news = caption(silent(150), push_to_talk=True)
    assert troubles(news) == []


def test_a_lane_without_a_device_is_not_called_silent() -> None:
    _, news = caption([loud(), *(Block(NOTHING, BLOCK, reason=WENT) for _ in range(150))])
    assert troubles(news) == []


def test_the_gap_is_in_the_trace(tmp_path: Path) -> None:
    from app.recognizer.trace import Trace

    trace = Trace(tmp_path / "trace", lambda error: None)
    source = Told([loud(), Block(NOTHING, BLOCK, reason=WENT, news=(Trouble("None."),)), loud()])
    service = CaptionService(lambda spec: source, lambda name, request: CountingEngine(), trace)
    asyncio.run(service.caption(SessionPlan(MicrophoneSource(), "counting")))
    trace.close()
    text = (tmp_path / "trace").read_text(encoding="utf-8")
    assert '"gap"' in text
    assert '"trouble"' in text
