"""Rules for every test: nothing may be left behind."""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Iterator

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from hypothesis import settings

# Speed is a matter of benchmarks: on a busy machine any example may take its time.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

# Widgets must not be collected in the threads that some tests start: only between tests, in this one.
gc.disable()
_GARBAGE = 20_000


@pytest.fixture(autouse=True)
def garbage_is_collected_here() -> Iterator[None]:
    yield
    if gc.get_count()[0] > _GARBAGE:
        gc.collect()


@pytest.fixture(autouse=True)
def nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """A thread or window that outlives its test fails it, by name."""
    before = set(threading.enumerate())
    yield
    left = [thread for thread in threading.enumerate() if thread not in before]
    for thread in left:
        thread.join(timeout=2)
    left = [thread.name for thread in left if thread.is_alive()]
    assert not left, f"threads left behind by {request.node.name}: {left}"
    windows = _visible_windows()
    assert not windows, f"windows left behind by {request.node.name}: {windows}"


def _visible_windows() -> list[str]:
    from PySide6.QtWidgets import QApplication

    if not isinstance(QApplication.instance(), QApplication):
        return []
    return [repr(widget) for widget in QApplication.topLevelWidgets() if widget.isVisible()]
