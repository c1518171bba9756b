"""Small jobs for the window, beside captioning: is a service there, where is its key, files to be written."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeAlias, TypeVar

from app.domain.errors import CaptionError
from app.domain.request import RecognitionRequest
from app.keys import KeyPlace, Keys

log = logging.getLogger(__name__)

T = TypeVar("T")
Cancel: TypeAlias = Callable[[], None]
"""Gives an errand up."""


class Errands:
    """Runs each errand as a task of its own, while `run` is being awaited.

    Every errand tells what came of it once, on the event loop's thread; one that was given up tells nothing.

    Args:
        try_out: finds out whether captions could start; raises a CaptionError where not.
        keys: finds and keeps keys.
    """

    def __init__(self, try_out: Callable[[str, RecognitionRequest], Awaitable[None]], keys: Keys) -> None:
        self._try_out = try_out
        self._keys = keys
        self._group: asyncio.TaskGroup | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = asyncio.Event()
        # One thread: keyrings are not all made for several at once.
        self._keyring = ThreadPoolExecutor(1, thread_name_prefix="keyring")

    async def run(self) -> None:
        """Carry out errands until `close`; those that are still out then are given up."""
        try:
            async with asyncio.TaskGroup() as self._group:
                await self._closing.wait()
                self._group = None
                for task in self._tasks:
                    task.cancel()
        finally:
            self._keyring.shutdown(wait=False, cancel_futures=True)

    def close(self) -> None:
        """End `run`."""
        self._closing.set()

    def try_service(
        self, engine: str, request: RecognitionRequest, told: Callable[[CaptionError | None], None]
    ) -> Cancel:
        """Find out whether captions could start; tells why not, or None."""
        return self._begin(lambda: self._try_out(engine, request), told)

    def find_key(self, name: str, told: Callable[[KeyPlace | CaptionError], None]) -> Cancel:
        """Find out where the key called `name` is."""
        return self._begin(self._asking(lambda: self._keys.where(name)), told)

    def keep_key(self, name: str, text: str, told: Callable[[KeyPlace | CaptionError], None]) -> Cancel:
        """Keep a key; tells where."""
        return self._begin(self._asking(lambda: self._keys.keep(name, text)), told)

    def forget_key(self, name: str, told: Callable[[KeyPlace | CaptionError], None]) -> Cancel:
        """Forget a key; tells where there is one all the same."""
        return self._begin(self._asking(lambda: self._keys.forget(name)), told)

    def carry_out(self, work: Callable[[], None], told: Callable[[CaptionError | None], None]) -> Cancel:
        """Do what takes long on a thread of its own; tells why it could not be done, or None.

        What was begun is done, even where nobody waits for it any more.
        """
        return self._begin(lambda: asyncio.to_thread(work), told)

    def _begin(self, work: Callable[[], Awaitable[T]], told: Callable[[T | CaptionError], None]) -> Cancel:
        if self._group is None:
            return _nothing
        task = self._group.create_task(_carry_out(work, told), name="errand")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

        def cancel() -> None:
            task.cancel()

        return cancel

    def _asking(self, call: Callable[[], T]) -> Callable[[], Awaitable[T]]:
        """The keyring is called off the loop: it may ask the user first."""
        return lambda: asyncio.get_running_loop().run_in_executor(self._keyring, call)


async def _carry_out(work: Callable[[], Awaitable[T]], told: Callable[[T | CaptionError], None]) -> None:
    try:
        outcome: T | CaptionError = await work()
    except CaptionError as error:
        outcome = error
    except Exception:
        log.exception("an errand ended by a defect")
        outcome = CaptionError("That did not work because of a mistake in Surtitle.", "Try again.")
    told(outcome)


def _nothing() -> None:
    """There is nothing to give up."""
