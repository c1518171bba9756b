"""Tells whoever shows a list of devices when it is out of date."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable
from typing import Final

from app.audio.server_watch import Announcements

_SETTLED: Final = 1.0
"""Seconds after which the server's tool surely listens; what happened before may have been missed."""
_FIRST_WAIT: Final = 1.0
_LONGEST_WAIT: Final = 30.0
"""Seconds until a server that is not there is looked for again: at first, and at most."""


async def watch_devices(changed: Callable[[], None]) -> None:
    """Call `changed` on the loop's thread whenever devices came or went, until cancelled.

    Only the sound servers of Linux announce that; elsewhere this returns at once.
    """
    if not sys.platform.startswith("linux"):
        return
    wait = _FIRST_WAIT
    while True:
        began = time.monotonic()
        try:
            announcements = await asyncio.to_thread(Announcements)
        except OSError:
            # The server's tool is not installed, so nothing is listed by name either.
            return
        try:
            await _listen(announcements, changed)
        finally:
            announcements.close()
        if time.monotonic() - began > _SETTLED:
            wait = _FIRST_WAIT
        if wait == _FIRST_WAIT:
            # It may have been there, however short; a server that stays away is not worth a look each time.
            changed()
        await asyncio.sleep(wait)
        wait = min(2 * wait, _LONGEST_WAIT)


async def _listen(announcements: Announcements, changed: Callable[[], None]) -> None:
    """Until the server is gone."""
    loop, ended = asyncio.get_running_loop(), asyncio.Event()

    def take() -> None:
        if announcements.heard():
            changed()
        if announcements.ended:
            loop.remove_reader(announcements)
            ended.set()

    loop.add_reader(announcements, take)
    settled = loop.call_later(_SETTLED, changed)
    try:
        await ended.wait()
    finally:
        settled.cancel()
        loop.remove_reader(announcements)
