"""The whole program in this process: window, service and engine on one loop, driven by a test."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from app.arguments import parse
from app.desktop import Desktop
from app.event_loop import EventLoop
from app.folders import Folders

Story = Callable[[Desktop], Awaitable[None]]


def run_desktop(application: QApplication, profile: Path, story: Story, *words: str) -> bool:
    """Open the window, let `story` happen, close it; returns whether nothing was running any more."""

    async def main() -> bool:
        # As the front door would: a profile of its own leaves the keyring alone.
        arguments = parse([*words, "--profile-dir", str(profile)])
        desktop = Desktop(arguments, Folders.below(profile))
        running = asyncio.create_task(desktop.run())
        try:
            await asyncio.wait_for(desktop.painted.wait(), 10)
            await story(desktop)
        finally:
            desktop.window.close()
            ended = await running
        return ended

    application.setQuitOnLastWindowClosed(False)
    with asyncio.Runner(loop_factory=lambda: EventLoop(application)) as runner:
        ended = runner.run(main())
    # Here and now, not in another test's thread.
    application.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    return ended


async def until(condition: Callable[[], bool], seconds: float = 60) -> None:
    """Wait for something to become true."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.02)
