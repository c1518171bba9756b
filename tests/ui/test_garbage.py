"""Widgets in cycles are collected in the thread that draws, never in another one."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from app.ui.garbage import GarbageCollector


class Cycle:
    def __init__(self, gone: list[str]) -> None:
        self.me = self
        self._gone = gone

    def __del__(self) -> None:
        self._gone.append(threading.current_thread().name)


@pytest.fixture
def collector(qapp: object) -> Iterator[GarbageCollector]:
    collector = GarbageCollector()
    yield collector
    collector.stop()
    gc.disable()


def make_garbage(gone: list[str]) -> None:
    Cycle(gone)
    for _ in range(5_000):
        [[]]  # noqa: B018  # allocating is the point
    kept = [[] for _ in range(5_000)]
    assert kept


def test_another_thread_never_collects(qtbot: QtBot, collector: GarbageCollector) -> None:
    gone: list[str] = []
    worker = threading.Thread(target=make_garbage, args=(gone,))
    worker.start()
    worker.join()
    assert gone == []
    kept = [[] for _ in range(5_000)]
    qtbot.waitUntil(lambda: gone == ["MainThread"], timeout=5000)
    assert kept


def test_the_end_takes_everything_down(qapp: object) -> None:
    gone: list[str] = []
    collector = GarbageCollector()
    Cycle(gone)
    collector.settle()
    collector.stop()
    assert gone == ["MainThread"]
    assert gc.isenabled()
    gc.disable()
