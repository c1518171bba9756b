"""A meeting room: two sources that a test makes, and an engine for each lane."""

from __future__ import annotations

from app.domain.request import (
    LANE_ME,
    LANE_THEM,
    LaneSource,
    MeetingSource,
    RecognitionRequest,
    SessionPlan,
)
from app.domain.segment import Segment
from app.recognizer.service import CaptionService
from tests.fakes.engine import CountingEngine
from tests.fakes.sound import FakeSource
from tests.recognizer.captioned import Captioned

MEETING = SessionPlan(MeetingSource(), "counting", cancel_echo=False)
BOTH = (LANE_ME, LANE_THEM)


class Room(Captioned):
    """A service with two sources and an engine for each lane."""

    def __init__(self, me: FakeSource, them: FakeSource, /, **engines: CountingEngine) -> None:
        self.sources = {LANE_ME: me, LANE_THEM: them}
        self._engines = engines
        self.engines: list[CountingEngine] = []
        self.requests: list[RecognitionRequest] = []
        super().__init__(CaptionService(self._open, self._make))

    def _open(self, spec: LaneSource) -> FakeSource:
        return self.sources[spec.lane]

    def _make(self, name: str, request: RecognitionRequest) -> CountingEngine:
        lane = ("me", "them")[len(self.engines) % 2]
        self.requests.append(request)
        self.engines.append(self._engines.get(lane) or CountingEngine())
        return self.engines[-1]

    def segments(self, lane: str) -> list[Segment]:
        entries = self.service.transcript.entries
        return [entry for entry in entries if isinstance(entry, Segment) and entry.lane == lane]

    async def has(self, lane: str, count: int) -> None:
        await self.until(lambda: len(self.segments(lane)) >= count)
