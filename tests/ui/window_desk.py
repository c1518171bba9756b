"""The whole window in front of a service that does at once what it is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.domain.errors import CaptionError, InputError, OutputError
from app.domain.request import Denoise
from app.engines.services import SERVICES
from app.settings import Settings
from app.settings_store import SettingsStore
from app.ui.bridge import Bridge
from app.ui.controls import Button
from app.ui.main_window import MainWindow
from app.ui.notice import NoticeStrip
from app.ui.preferences import Preferences
from app.ui.status_line import StatusLine
from app.ui.surroundings import RecognizerRow, Surroundings
from app.ui.theme import Appearance
from tests.fakes.errands import FakeErrands
from tests.fakes.service import FakeDevice, FakeFormat, FakeService, FakeTraits

NO_MICROPHONE = InputError("No microphone was found.", "Plug one in.")


class Desktop:
    """A window with everything around it."""

    def __init__(
        self, qtbot: QtBot, store: SettingsStore, appearance: Appearance, settings: Settings
    ) -> None:
        self.qtbot = qtbot
        self.service = FakeService()
        self.exported: list[Path] = []
        self.export_error: OutputError | None = None
        self.microphones: tuple[FakeDevice, ...] = (
            FakeDevice("a", "Built-in", default=True),
            FakeDevice("b", "USB"),
        )
        self.preferences = Preferences(settings, store)
        self.bridge = Bridge(self.service)  # type: ignore[arg-type]  # as far as it is used
        surroundings = Surroundings(
            microphones=self.list_microphones,
            outputs=lambda: (FakeDevice("s", "Speakers", default=True), FakeDevice("h", "Headset")),
            recognizers=(
                RecognizerRow(
                    "moonshine", "Moonshine", FakeTraits(languages=("en",), hotwords=None, context=None)
                ),
                RecognizerRow("cloud", "Cloud", SERVICES[0].traits, SERVICES[0]),
                RecognizerRow("meetings", "Meetings", SERVICES[1].traits, SERVICES[1]),
            ),
            formats=(FakeFormat(".srt", "SubRip subtitles"), FakeFormat(".txt", "Plain text")),
            export=self.export,
            errands=FakeErrands(),
            denoise_stages=lambda: tuple(Denoise),
        )
        self.window = MainWindow(self.service, self.bridge, self.preferences, surroundings, appearance)
        qtbot.addWidget(self.window)
        self.window.show()

    def wait_until_placed(self) -> None:
        """Until the window has been seen, and has taken its place on the screen, which is small here."""
        with self.qtbot.waitSignal(self.window.painted, timeout=5000):
            pass

    def list_microphones(self) -> Sequence[FakeDevice]:
        if not self.microphones:
            raise InputError(NO_MICROPHONE.problem, NO_MICROPHONE.remedy)
        return self.microphones

    def export(self, path: Path, told: Callable[[CaptionError | None], None]) -> None:
        if not self.export_error:
            self.exported.append(path)
        told(self.export_error)

    def button(self, name: str) -> Button:
        return next(one for one in self.window.findChildren(Button) if one.accessibleName() == name)

    def press(self, name: str) -> None:
        self.qtbot.mouseClick(self.button(name), Qt.MouseButton.LeftButton)

    def answer(self, text: str) -> None:
        """Press a button of the notice."""
        strip = self.window.findChild(NoticeStrip)
        assert isinstance(strip, NoticeStrip)
        buttons = [one for one in strip.findChildren(Button) if one.text() == text and not one.isHidden()]
        self.qtbot.mouseClick(buttons[0], Qt.MouseButton.LeftButton)

    def texts(self) -> list[str]:
        return [label.text() for label in self.window.findChildren(QLabel)]

    @property
    def notice(self) -> str:
        strip = self.window.findChild(NoticeStrip)
        assert isinstance(strip, NoticeStrip)
        return strip.notice.text if strip.notice else ""

    @property
    def status(self) -> str:
        line = self.window.findChild(StatusLine)
        assert isinstance(line, StatusLine)
        return line.text

    def shows(self, kind: type[QWidget]) -> bool:
        widget = self.window.findChild(kind)
        assert isinstance(widget, QWidget)
        return widget.isVisibleTo(self.window)
