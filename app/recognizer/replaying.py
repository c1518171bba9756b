"""Lets the user hear what is remembered of the lane of their voice, before and after the stages."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Final, TypeAlias

from app.domain.audio import AudioFrame, ReplayStage
from app.domain.errors import CaptionError, PlaybackError
from app.recognizer.news import News, ReplayChanged

if TYPE_CHECKING:
    from app.recognizer.run import Run

log = logging.getLogger(__name__)

Play: TypeAlias = Callable[[AudioFrame, threading.Event], None]
"""Plays sound until it ends or the event is set; blocks; raises a CaptionError where it can't be heard."""

READY_SECONDS: Final = 2.0
"""What must have been heard before there is something to judge by."""
PATIENCE_SECONDS: Final = 3.0
"""What an output may need beyond the length of the sound; one that hangs must not keep the lanes silent."""
TAIL_SECONDS: Final = 0.4
"""What was played is still in the air, and on its way here, for so long."""


class Replaying:
    """Plays one thing at a time, off the loop; meanwhile no lane hears anything, lest it be captioned again.

    Args:
        play: gets it to the speakers.
        tell: told when it begins and ends.
    """

    def __init__(self, play: Play, tell: Callable[[News], None]) -> None:
        self._play = play
        self._tell = tell
        self._wanted: ReplayStage | None = None
        self._over = threading.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self, tasks: asyncio.TaskGroup, run: Run, stage: ReplayStage) -> None:
        """Play what `run` remembers, in the place of what is being played."""
        self.stop()
        self._wanted = stage
        if self._task is None or self._task.done():
            # At once: the lanes are not to hear the beginning.
            run.replaying(True)
            self._task = tasks.create_task(self._work(run), name="replay")

    def stop(self) -> None:
        """Fall silent."""
        self._wanted = None
        self._over.set()

    def end(self) -> None:
        """Fall silent: there is nothing more to be heard of the run."""
        self.stop()
        if self._task is not None:
            self._task.cancel()

    async def _work(self, run: Run) -> None:
        try:
            # Another one may be asked for while the last one still sounds in the room.
            while self._wanted is not None:
                await self._play_wanted(run)
                if self._wanted is None:
                    await asyncio.sleep(TAIL_SECONDS)
        finally:
            self._over.set()
            run.replaying(False)

    async def _play_wanted(self, run: Run) -> None:
        assert self._wanted is not None
        stage, self._wanted = self._wanted, None
        self._over = threading.Event()
        problem: CaptionError | None = None
        self._tell(ReplayChanged(stage))
        try:
            sound = run.last_seconds(stage)
            if sound is not None:
                await self._play_through(sound)
        except CaptionError as error:
            problem = error
        except Exception:
            log.exception("playing ended by a defect")
            problem = CaptionError("It could not be played because of a mistake in Surtitle.")
        finally:
            self._over.set()
            if self._wanted is None:
                self._tell(ReplayChanged(None, problem))

    async def _play_through(self, sound: AudioFrame) -> None:
        loop = asyncio.get_running_loop()
        ended: asyncio.Future[None] = loop.create_future()
        work = partial(_work_off, partial(self._play, sound, self._over), loop, ended)
        # None of the loop's own threads: the end of the program waits for those, and a sound server that
        # hangs never lets go of who is writing to it.
        threading.Thread(target=work, name="replay", daemon=True).start()
        try:
            await asyncio.wait([ended], timeout=sound.stop_seconds + PATIENCE_SECONDS)
            if not ended.done():
                raise PlaybackError(
                    "The output takes no sound.", "Choose another one in the system's settings."
                )
            ended.result()
        finally:
            ended.cancel()


def _work_off(work: Callable[[], None], loop: asyncio.AbstractEventLoop, ended: asyncio.Future[None]) -> None:
    problem: Exception | None = None
    try:
        work()
    except Exception as error:  # noqa: BLE001 - whoever waits for it is told
        problem = error
    # Nobody waits any more where the loop is closed.
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(_settle, ended, problem)


def _settle(ended: asyncio.Future[None], problem: Exception | None) -> None:
    if ended.done():
        return
    if problem is None:
        ended.set_result(None)
    else:
        ended.set_exception(problem)
