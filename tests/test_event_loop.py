"""The loop that asyncio and Qt share."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from contextvars import ContextVar, copy_context
from typing import Any

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from app.event_loop import EventLoop


def run(qapp: QApplication, story: Callable[[asyncio.AbstractEventLoop], Awaitable[None]]) -> None:
    async def main() -> None:
        async with asyncio.timeout(10):
            await story(asyncio.get_running_loop())

    with asyncio.Runner(loop_factory=lambda: EventLoop(qapp)) as runner:
        runner.run(main())


def test_callbacks_run_in_order(qapp: QApplication) -> None:
    async def story(loop: asyncio.AbstractEventLoop) -> None:
        done: list[int] = []
        loop.call_soon(lambda: (done.append(1), loop.call_soon(done.append, 4)))
        loop.call_soon(done.append, 2)
        loop.call_soon_threadsafe(done.append, 3)
        assert done == []
        await asyncio.sleep(0.05)
        assert done == [1, 2, 3, 4]

    run(qapp, story)


def test_what_follows_does_not_wait_for_qt(qapp: QApplication) -> None:
    async def story(loop: asyncio.AbstractEventLoop) -> None:
        done: list[str] = []

        def first() -> None:
            QTimer.singleShot(0, lambda: done.append("Qt"))
            loop.call_soon(loop.call_soon, done.append, "last of the chain")

        loop.call_soon(first)
        await asyncio.sleep(0.05)
        assert done == ["last of the chain", "Qt"]

    run(qapp, story)


def test_a_chain_without_end_leaves_qt_its_turn(qapp: QApplication) -> None:
    async def story(loop: asyncio.AbstractEventLoop) -> None:
        timer = QTimer()
        timer.setSingleShot(True)
        turn = asyncio.Event()
        timer.timeout.connect(turn.set)
        timer.start(20)

        def again() -> None:
            if not turn.is_set():
                loop.call_soon(again)

        again()
        await turn.wait()

    run(qapp, story)


def test_a_dialog_that_is_waited_for_holds_nothing_up(qapp: QApplication) -> None:
    async def story(loop: asyncio.AbstractEventLoop) -> None:
        dialog, done = QEventLoop(), []
        loop.call_soon(lambda: (done.append("in the dialog"), dialog.quit()))
        giving_up = QTimer()
        giving_up.timeout.connect(dialog.quit)
        giving_up.start(2000)
        # Called from a callback of the loop, as this is one.
        dialog.exec()
        assert done == ["in the dialog"]

    run(qapp, story)


def test_a_dialog_holds_up_nobody_who_waited_before(qapp: QApplication) -> None:
    async def story(loop: asyncio.AbstractEventLoop) -> None:
        dialog, closed = QEventLoop(), asyncio.Event()
        giving_up = QTimer()
        giving_up.timeout.connect(dialog.quit)

        def both() -> None:
            loop.call_soon(lambda: (dialog.exec(), closed.set()))
            loop.call_soon(lambda: (dialog.quit(), giving_up.stop()))

        giving_up.start(2000)
        QTimer.singleShot(0, both)
        await closed.wait()
        assert not giving_up.isActive()

    run(qapp, story)


def test_a_call_from_another_thread_breaks_nothing(qapp: QApplication, qtlog: Any) -> None:
    async def story(loop: asyncio.AbstractEventLoop) -> None:
        thread = threading.Thread(target=loop.call_soon, args=(list,))
        with qtlog.disabled():
            thread.start()
            thread.join()
        await asyncio.sleep(0.01)

    run(qapp, story)


def test_a_failure_is_reported_and_the_next_runs(qapp: QApplication) -> None:
    async def story(loop: asyncio.AbstractEventLoop) -> None:
        told: list[Any] = []
        done: list[str] = []
        loop.set_exception_handler(lambda _, context: told.append(context["exception"]))
        loop.call_soon(lambda: [].pop())
        loop.call_soon(done.append, "cancelled").cancel()
        loop.call_soon(done.append, "next")
        await asyncio.sleep(0.05)
        assert done == ["next"]
        assert isinstance(told[0], IndexError)

    run(qapp, story)


def test_other_threads_wake_it(qapp: QApplication) -> None:
    async def story(loop: asyncio.AbstractEventLoop) -> None:
        woken = asyncio.Event()
        thread = threading.Thread(target=loop.call_soon_threadsafe, args=(woken.set,))
        thread.start()
        await woken.wait()
        thread.join()

    run(qapp, story)


def test_callbacks_have_their_context(qapp: QApplication) -> None:
    async def story(loop: asyncio.AbstractEventLoop) -> None:
        lane = ContextVar("lane", default="none")
        context, seen = copy_context(), []
        context.run(lane.set, "Me")
        loop.call_soon(lambda: seen.append(lane.get()), context=context)
        await asyncio.sleep(0.05)
        assert seen == ["Me"]

    run(qapp, story)


def test_nothing_runs_once_it_is_closed(qapp: QApplication) -> None:
    done: list[str] = []
    loop = EventLoop(qapp)
    loop.call_soon(done.append, "before")
    loop.close()
    loop.call_soon(done.append, "after")
    qapp.processEvents()
    assert done == []
