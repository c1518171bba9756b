"""The Qt binding itself: a broken pair of PySide6 and Python aborts after some hundred signals."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot


class _Sender(QObject):
    sent = Signal(bool)


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None and True are immortal from Python 3.12 on")
def test_none_and_true_keep_their_references(qtbot: QtBot) -> None:
    label, sender = QLabel(), _Sender()
    qtbot.addWidget(label)
    before = sys.getrefcount(None), sys.getrefcount(True)
    for _ in range(10_000):
        label.setText("x")
        sender.sent.emit(True)
    after = sys.getrefcount(None), sys.getrefcount(True)
    assert abs(after[0] - before[0]) < 100
    assert abs(after[1] - before[1]) < 100
