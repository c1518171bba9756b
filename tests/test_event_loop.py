"""The window's event loop: in order, with turns for Qt, and nothing forgotten."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.event_loop import EventLoop


def run(story: Coroutine[Any, Any, None]) -> None:
    with asyncio.Runner(loop_factory=lambda: EventLoop(QApplication.instance())) as runner:
        runner.run(story)


@pytest.fixture(autouse=True)
def application(qtbot: QtBot) -> None:
    """There is one."""


def test_callbacks_come_in_the_order_in_which_they_were_asked_for() -> None:
    async def story() -> None:
        loop, called = asyncio.get_running_loop(), []

        def call(number: int) -> None:
            called.append(number)
            if number < 3:
                loop.call_soon(call, number + 10)

        for number in range(5):
            loop.call_soon(call, number)
        await asyncio.sleep(0)
        assert called == [0, 1, 2, 3, 4]
        await asyncio.sleep(0)
        assert called == [0, 1, 2, 3, 4, 10, 11, 12]

    run(story())


def test_what_is_called_off_is_not_called() -> None:
    async def story() -> None:
        loop, called = asyncio.get_running_loop(), []
        later = loop.call_soon(called.append, "later")
        loop.call_soon(called.append, "all the same")
        later.cancel()
        await asyncio.sleep(0)
        assert called == ["all the same"]

    run(story())


def test_qt_has_its_turn_while_callbacks_call_for_more() -> None:
    async def story() -> None:
        rung = []
        QTimer.singleShot(0, lambda: rung.append(True))
        for _ in range(100):
            await asyncio.sleep(0)
        assert rung

    run(story())


def test_an_error_in_a_callback_is_reported_and_the_others_are_called() -> None:
    async def story() -> None:
        loop, called, reported = asyncio.get_running_loop(), [], []
        loop.set_exception_handler(lambda _, context: reported.append(type(context["exception"])))
        loop.call_soon([].pop)
        loop.call_soon(called.append, 1)
        await asyncio.sleep(0)
        assert (called, reported) == ([1], [IndexError])

    run(story())


def test_threads_hand_in_what_is_to_be_called() -> None:
    async def story() -> None:
        loop, called = asyncio.get_running_loop(), asyncio.Event()
        await asyncio.to_thread(loop.call_soon_threadsafe, called.set)
        await asyncio.wait_for(called.wait(), 10)

    run(story())


def test_nothing_is_called_once_it_is_closed() -> None:
    loop, called = EventLoop(QApplication.instance()), []
    loop.call_soon(called.append, 1)
    loop.close()
    loop.call_soon(called.append, 2)
    QApplication.processEvents()
    assert not called
