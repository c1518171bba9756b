"""Which sound was chosen, and which devices there are."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from queue import SimpleQueue

from PySide6.QtCore import QObject, QTimer, Signal

from app.domain.errors import CaptionError, InputError
from app.domain.request import (
    MeetingSource,
    MicrophoneSource,
    Pace,
    RecordingSource,
    SampleSource,
    SourceSpec,
    SystemSource,
)
from app.settings import Settings, SourceKind
from app.ui.surroundings import Device

log = logging.getLogger(__name__)

ICONS = {
    SourceKind.MICROPHONE: "microphone",
    SourceKind.SYSTEM: "speaker",
    SourceKind.MEETING: "meeting",
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
        output: key of the output; None for the system's default.
        output_name: of the output, where one was chosen by name.
    """

    kind: SourceKind = SourceKind.MICROPHONE
    device: str | None = None
    name: str = ""
    path: Path | None = None
    output: str | None = None
    output_name: str = ""

    def spec(self, pace: Pace) -> SourceSpec | None:
        """What the service is told; None where a recording has to be opened first."""
        microphone, system = (
            MicrophoneSource(self.device, self.name),
            SystemSource(self.output, self.output_name),
        )
        # Who reads along in real time wants to hear it as well.
        aloud = pace is Pace.REALTIME
        match self.kind:
            case SourceKind.MICROPHONE:
                return microphone
            case SourceKind.SYSTEM:
                return system
            case SourceKind.MEETING:
                return MeetingSource(microphone, system)
            case SourceKind.SAMPLE:
                return SampleSource(pace, aloud)
            case SourceKind.RECORDING:
                return None if self.path is None else RecordingSource(self.path, pace, aloud)


def choice_of(settings: Settings) -> SourceChoice:
    """What was chosen the last time; a recording is not opened again by itself."""
    kind = settings.source
    if kind is SourceKind.RECORDING:
        kind = SourceKind.MICROPHONE
    return SourceChoice(
        kind,
        settings.microphone,
        settings.microphone_name,
        output=settings.output,
        output_name=settings.output_name,
    )


class DeviceList(QObject):
    """The devices of one kind as they were when somebody looked last.

    Looking may take long where the sound system is ill, so it happens on a thread of its own.

    Args:
        look: finds them; raises CaptionError where there are none, and says why.
    """

    listed = Signal()
    """Somebody looked, and something is different."""

    def __init__(self, look: Callable[[], Sequence[Device]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._found: SimpleQueue[tuple[tuple[Device, ...], str]] = SimpleQueue()
        # The thread must not touch this object, which may be gone by the time it comes back.
        self._waiting = QTimer(self)
        self._waiting.setInterval(_ASK_EVERY_MS)
        self._waiting.timeout.connect(self._take)
        self._closed = False
        self._again = False
        self._devices: tuple[Device, ...] = ()
        self._problem = ""
        self._known = False

    @property
    def devices(self) -> tuple[Device, ...]:
        """What was found."""
        return self._devices

    @property
    def problem(self) -> str:
        """Why there is none and what to do; empty where there are some, or nobody looked yet."""
        if self._problem or not self._known or self._devices:
            return self._problem
        return self.tr("No device was found. Plug one in, or caption a recording.")

    def name_of(self, key: str | None, name: str = "") -> str:
        """What to call the device chosen; `name` where it is not there."""
        for device in self._devices:
            if device.key == key or (key is None and device.default):
                return device.name
        return name

    def missing(self, key: str | None) -> bool:
        """Whether the device chosen is known not to be there."""
        if not self._known:
            return False
        return not any(key in (None, device.key) for device in self._devices)

    def refresh(self) -> None:
        """Look again; `listed` follows if something is different."""
        # What is being found out may be older than what this is about.
        self._again = self._waiting.isActive()
        if not self._waiting.isActive() and not self._closed:
            self._waiting.start()
            search = partial(_search, self._look, self._found)
            threading.Thread(target=search, name="devices", daemon=True).start()

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


@dataclass(frozen=True, slots=True)
class Devices:
    """What can be heard on this computer."""

    microphones: DeviceList
    outputs: DeviceList

    def refresh(self) -> None:
        """Look at both again."""
        self.microphones.refresh()
        self.outputs.refresh()

    def close(self) -> None:
        """Take no more answers."""
        self.microphones.close()
        self.outputs.close()

    def on_change(self, slot: Callable[[], None]) -> None:
        """Call `slot` whenever something is different."""
        self.microphones.listed.connect(slot)
        self.outputs.listed.connect(slot)

    def names(self, choice: SourceChoice) -> list[str]:
        """What to call what is heard, as far as that is known."""
        kind = choice.kind
        names = [
            self.microphones.name_of(choice.device, choice.name) if kind.has_microphone else "",
            self.outputs.name_of(choice.output, choice.output_name) if kind.has_output else "",
        ]
        return [name for name in names if name]

    def problem(self, choice: SourceChoice) -> str:
        """Why what was chosen can't be heard; empty where nothing is known against it."""
        problems = [
            self.microphones.problem if choice.kind.has_microphone else "",
            self.outputs.problem if choice.kind.has_output else "",
        ]
        return " ".join(filter(None, problems))


def _search(look: Callable[[], Sequence[Device]], found: SimpleQueue[tuple[tuple[Device, ...], str]]) -> None:
    try:
        found.put((tuple(look()), ""))
    except CaptionError as error:
        found.put(((), str(error)))
    except Exception:
        # Whoever waits for the answer would wait for ever.
        log.exception("looking for devices ended by a defect")
        found.put(((), str(InputError("The devices can't be listed.", "The log holds the details."))))
