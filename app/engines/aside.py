"""Calls that nothing can interrupt, in threads that nobody has to wait for."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from threading import Thread
from typing import Any, TypeVar

T = TypeVar("T")


async def aside(call: Callable[[], T], name: str) -> T:
    """What `call` returns or raises.

    It has a thread of its own, called `name`. Neither who is cancelled meanwhile nor the end of the program
    waits for it, as both would for a thread of a pool.
    """
    promise: Future[T] = Future()
    Thread(target=_keep, args=(promise, call), name=name, daemon=True).start()
    return await asyncio.wrap_future(promise)


def _keep(promise: Future[T], call: Callable[[], T]) -> None:
    if not promise.set_running_or_notify_cancel():
        return
    try:
        promise.set_result(call())
    except BaseException as error:  # noqa: BLE001  # whatever it is, it belongs to who waits
        promise.set_exception(error)


def look_up_aside(loop: asyncio.AbstractEventLoop) -> None:
    """Let `loop` look up the addresses of hosts aside: a resolver may take half a minute to give up."""
    # There is no other way to tell it: it would use its pool.
    loop.getaddrinfo = _getaddrinfo  # type: ignore[method-assign]  # see above


async def _getaddrinfo(host: Any, port: Any, **wanted: int) -> list[tuple[Any, ...]]:  # noqa: ANN401  # the socket's own
    return await aside(partial(socket.getaddrinfo, host, port, **wanted), "look-up")
