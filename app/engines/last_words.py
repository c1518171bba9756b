"""How long the last words of a service are waited for."""

from __future__ import annotations

import asyncio
from typing import Final

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from app.engines.watchdog import LOOK_SECONDS, Watchdog

QUIET_SECONDS: Final = 8.0
"""After the last sound: silence of the service after which it is asked whether it still lives."""
PONG_SECONDS: Final = 3.0
LAST_WORDS_SECONDS: Final = 120.0
"""After the last sound: however busy the service is."""


async def overdue(connection: ClientConnection, watchdog: Watchdog) -> bool:
    """All is sent: wait until no more words are to be expected; returns whether the service still lives."""
    finished = _now()
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        late = _now() - finished >= LAST_WORDS_SECONDS
        if late or _now() - watchdog.last_heard >= QUIET_SECONDS:
            return await _answers(connection)


async def _answers(connection: ClientConnection) -> bool:
    try:
        pong = await connection.ping()
        async with asyncio.timeout(PONG_SECONDS):
            await pong
    except (TimeoutError, ConnectionClosed):
        return False
    return True


def _now() -> float:
    return asyncio.get_running_loop().time()
