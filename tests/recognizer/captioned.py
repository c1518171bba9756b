"""A service that captions while a test's story happens."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from app.domain.events import Gap
from app.domain.request import SessionPlan
from app.recognizer.news import News, StatusChanged
from app.recognizer.service import CaptionService
from app.recognizer.status import Failed, Idle, Status

PATIENCE = 20.0
"""Far more than anything takes, for machines that have much to do."""

Story = Callable[[], Awaitable[None]]


class Captioned:
    """A service, and all that it tells."""

    def __init__(self, service: CaptionService) -> None:
        self.news: list[News] = []
        self.replace(service)

    def replace(self, service: CaptionService) -> None:
        """Have another one from now on."""
        self.service = service
        service.subscribe(self.news.append)

    @property
    def statuses(self) -> list[Status]:
        return [news.status for news in self.news if isinstance(news, StatusChanged)]

    @property
    def gaps(self) -> list[Gap]:
        return [entry for entry in self.service.transcript.entries if isinstance(entry, Gap)]

    def of(self, kind: type[News]) -> list[News]:
        """All news of a kind."""
        return [news for news in self.news if isinstance(news, kind)]

    async def until(self, condition: Callable[[], bool]) -> float:
        """Wait for something; the seconds it took."""
        began = time.monotonic()
        async with asyncio.timeout(PATIENCE):
            while not condition():
                await asyncio.sleep(0.005)
        return time.monotonic() - began

    async def ended(self) -> None:
        """Wait for the end of the session."""
        await self.until(lambda: not self.service.busy and isinstance(self.service.status, Idle | Failed))

    def run(self, story: Story) -> None:
        """Let `story` happen while the service carries out commands."""

        async def main() -> None:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self.service.run())
                await asyncio.sleep(0)
                try:
                    await story()
                finally:
                    self.service.close()

        asyncio.run(main())

    def caption(self, plan: SessionPlan, story: Story) -> None:
        """Start, let `story` happen, stop, and wait for the last word."""

        async def whole() -> None:
            self.service.start(plan)
            await story()
            self.service.finish()
            await self.ended()

        self.run(whole)

    def caption_all(self, plan: SessionPlan) -> None:
        """Start, and wait until it ends by itself."""

        async def whole() -> None:
            self.service.start(plan)
            await self.ended()

        self.run(whole)
