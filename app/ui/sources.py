"""Which sound was chosen, and which microphones there are."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from queue import SimpleQueue

from PySide6.QtCore import QObject, QTimer, Signal

from app.domain.errors import CaptionError
from app.domain.request import MicrophoneSource, Pace, RecordingSource, SampleSource, SourceSpec
from app.settings import Settings, SourceKind
from app.ui.surroundings import Microphone

ICONS = {
    SourceKind.MICROPHONE: "microphone",
    SourceKind.RECORDING: "recording",
    SourceKind.SAMPLE: "sample",
}


_ASK_EVERY_MS = 50


@dataclass(frozen=True, slots=True)
class SourceChoice:
    """What to listen to.

    Attributes:
        device: key of the microphone; None for the system's default.
        name: of the microphone, where one was chosen by name.
        path: of the recording; None while none has been opened yet.
    """

    kind: SourceKind = SourceKind.MICROPHONE
    device: str | None = None
    name: str = ""
    path: Path | None = None

    def spec(self, pace: Pace) -> SourceSpec | None:
        """What the service is told; None where a recording has to be opened first."""
        if self.kind is SourceKind.MICROPHONE:
            return MicrophoneSource(self.device, self.name)
        # Who reads along in real time wants to hear it as well.
        if self.kind is SourceKind.SAMPLE:
            return SampleSource(pace, aloud=pace is Pace.REALTIME)
        return None if self.path is None else RecordingSource(self.path, pace, aloud=pace is Pace.REALTIME)


def choice_of(settings: Settings) -> SourceChoice:
    """What was chosen the last time; a recording is not opened again by itself."""
    kind = settings.source
    if kind is SourceKind.RECORDING:
        kind = SourceKind.MICROPHONE
    return SourceChoice(kind, settings.microphone, settings.microphone_name)


class MicrophoneList(QObject):
    """The microphones as they were when somebody looked last.

    Looking may take long where the sound system is ill, so it happens on a thread of its own.
    """

    listed = Signal()
    """Somebody looked, and something is different."""

    def __init__(self, look: Callable[[], Sequence[Microphone]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._found: SimpleQueue[tuple[tuple[Microphone, ...], str]] = SimpleQueue()
        # The thread must not touch this object, which may be gone by the time it comes back.
        self._waiting = QTimer(self)
        self._waiting.setInterval(_ASK_EVERY_MS)
        self._waiting.timeout.connect(self._take)
        self._closed = False
        self._again = False
        self._devices: tuple[Microphone, ...] = ()
        self._problem = ""
        self._known = False

    @property
    def devices(self) -> tuple[Microphone, ...]:
        """What was found."""
        return self._devices

    @property
    def problem(self) -> str:
        """Why there is none and what to do; empty where there are some, or nobody looked yet."""
        if self._problem or not self._known or self._devices:
            return self._problem
        return self.tr("No microphone was found. Plug one in, or caption a recording.")

    def name_of(self, choice: SourceChoice) -> str:
        """What to call the chosen microphone; empty where that is not known."""
        for device in self._devices:
            if device.key == choice.device or (choice.device is None and device.default):
                return device.name
        return choice.name

    def missing(self, choice: SourceChoice) -> bool:
        """Whether the chosen microphone is known not to be there."""
        if not self._known:
            return False
        return not any(choice.device in (None, device.key) for device in self._devices)

    def refresh(self) -> None:
        """Look again; `listed` follows if something is different."""
        # What is being found out may be older than what this is about.
        self._again = self._waiting.isActive()
        if not self._waiting.isActive() and not self._closed:
            self._waiting.start()
            search = partial(_search, self._look, self._found)
            threading.Thread(target=search, name="microphones", daemon=True).start()

    def close(self) -> None:
        """Take no more answers."""
        self._closed = True
        self._waiting.stop()

    def _take(self) -> None:
        if self._found.empty():
            return
        self._waiting.stop()
        new = (*self._found.get(), True)
        if new != (self._devices, self._problem, self._known):
            self._devices, self._problem, self._known = new
            self.listed.emit()
        if self._again:
            self.refresh()


def _search(
    look: Callable[[], Sequence[Microphone]], found: SimpleQueue[tuple[tuple[Microphone, ...], str]]
) -> None:
    try:
        found.put((tuple(look()), ""))
    except CaptionError as error:
        found.put(((), str(error)))
