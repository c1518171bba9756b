"""Finds out whether a service lets us in, before a meeting depends on it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Final

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from app.dialects.base import Dialect, Done, Ready, Reply
from app.domain.errors import CaptionError, CredentialError, RegionError, ServiceError
from app.domain.secret import Secret
from app.engines.connecting import ending, open_connection, talked_too_much
from app.engines.reach import Reach
from app.engines.regions import Region

READY_SECONDS: Final = 10.0
"""From the open connection until the service takes sound."""
SETTLED_SECONDS: Final = 0.5
"""Some services let everybody in and look at the model a moment later."""
LEAVE_SECONDS: Final = 1.0
"""How long the service may take over the good-bye."""


async def try_service(reach: Reach, key: Secret | None) -> None:
    """Visit a service; a refused key is shown to the service's other regions, one after another.

    Raises:
        CaptionError: captions could not start, and why.
        RegionError: the key is of another region.
    """
    try:
        await visit(reach.dialect(key), key)
    except CredentialError as error:
        if key is None:
            raise
        region = await _region_of(reach, key)
        if region is None:
            raise
        raise RegionError(region.title, region.endpoint) from error


async def _region_of(reach: Reach, key: Secret) -> Region | None:
    """The region that lets the key in; None where none does, or cannot be asked."""
    for region, way in reach.elsewhere():
        if await _lets_in(way, key):
            return region
    return None


async def _lets_in(reach: Reach, key: Secret) -> bool:
    """Whether the key is not the problem there, whatever else may be."""
    dialect = reach.dialect(key)
    try:
        connection = await open_connection(dialect.handshake(), key)
    except CaptionError:
        return False
    try:
        await _begin(connection, dialect, key)
    except CredentialError:
        return False
    except CaptionError:
        return True
    finally:
        connection.transport.abort()
    return True


async def visit(dialect: Dialect, key: Secret | None) -> None:
    """Open one connection, wait until the service would take sound, and leave politely.

    Raises:
        CaptionError: captions could not start, and why.
    """
    connection = await open_connection(dialect.handshake(), key)
    try:
        await _begin(connection, dialect, key)
        await _leave(connection, dialect, key)
    finally:
        connection.transport.abort()


async def _begin(connection: ClientConnection, dialect: Dialect, key: Secret | None) -> None:
    """Say the first words, and wait until the service has nothing against them."""
    try:
        async with asyncio.timeout(READY_SECONDS):
            with suppress(ConnectionClosed):
                for message in dialect.open():
                    await connection.send(message)
            if dialect.greets:
                await _hear(connection, dialect, key, Ready)
    except TimeoutError:
        _check_size(connection, key)
        raise ServiceError("The service does not begin the session.", "Try again in a moment.") from None
    with suppress(TimeoutError):
        async with asyncio.timeout(SETTLED_SECONDS):
            await _hear(connection, dialect, key, Done)
    _check_size(connection, key)


def _check_size(connection: ClientConnection, key: Secret | None) -> None:
    """Notice a message that is too big while its rest, and the end behind it, are still on their way."""
    if talked_too_much(connection):
        raise ending(connection, key)


async def _leave(connection: ClientConnection, dialect: Dialect, key: Secret | None) -> None:
    """Say good-bye; what the service makes of a session without sound does not matter."""
    with suppress(CaptionError, ConnectionClosed, TimeoutError):
        async with asyncio.timeout(LEAVE_SECONDS):
            for message in dialect.finish():
                await connection.send(message)
            await _hear(connection, dialect, key, Done)
    with suppress(TimeoutError):
        async with asyncio.timeout(LEAVE_SECONDS):
            await connection.close()


async def _hear(
    connection: ClientConnection, dialect: Dialect, key: Secret | None, end: type[Ready] | type[Done]
) -> None:
    """Listen until the service says `end`.

    Raises:
        CaptionError: it reports a failure, or closes the connection before.
    """
    with suppress(ConnectionClosed):
        async for message in connection:
            for event in dialect.receive(message):
                if isinstance(event, Reply):
                    for answer in event.messages:
                        await connection.send(answer)
                elif isinstance(event, end):
                    return
    raise ending(connection, key)
