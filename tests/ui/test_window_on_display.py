"""What only a window manager can tell: that a window fits its screen with its frame."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QRect

from tests.harness.display import running, virtual_display, wait_for

pytestmark = pytest.mark.desktop


@pytest.mark.parametrize("dpi", ["96", "144", "192"])
def test_the_frame_of_a_window_is_on_the_screen_at_every_text_size(tmp_path: Path, dpi: str) -> None:
    log = tmp_path / "log"

    def fits() -> bool:
        seen = json.loads(log.read_text(encoding="utf-8")) if log.exists() else None
        return seen is not None and QRect(*seen["screen"]).contains(QRect(*seen["frame"]))

    with virtual_display("1024x700x24", compositor=False) as display:
        command = [sys.executable, "-m", "tests.ui.window_on_display", str(log)]
        with running(command, display.env | {"QT_FONT_DPI": dpi}):
            wait_for(fits, f"a window in sight at {dpi} dpi")
