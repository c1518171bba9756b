"""The whole program, while microphones come and go."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.desktop import Desktop
from app.ui.source_button import SourceButton
from tests.harness.desktop import run_desktop, until
from tests.harness.pulse import MICROPHONE_NAME, PulseServer

pytestmark = pytest.mark.xdist_group("sound")


def test_the_list_is_current_without_a_restart(qapp: QApplication, tmp_path: Path) -> None:
    with PulseServer() as server:

        async def story(desktop: Desktop) -> None:
            button = desktop.window.findChild(SourceButton)
            assert isinstance(button, SourceButton)

            def listed() -> list[str]:
                return [device.name for device in button._devices.microphones.devices]

            await until(lambda: listed() == [MICROPHONE_NAME])
            number = server.add_microphone("usb", "Headset")
            await until(lambda: listed() == [MICROPHONE_NAME, "Headset"])
            server.pactl("set-default-source", "usb")
            await until(lambda: button.text() == "Headset")
            server.unload(number)
            await until(lambda: listed() == [MICROPHONE_NAME])
            server.kill()
            await until(lambda: listed() == [])
            server.start_again()
            await until(lambda: listed() == [MICROPHONE_NAME])

        assert run_desktop(qapp, tmp_path / "profile", story)
