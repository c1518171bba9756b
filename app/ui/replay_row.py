"""Hear the last seconds again, before and after what is done to them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.domain.audio import ReplayStage
from app.domain.errors import CaptionError
from app.ui.bridge import Bridge
from app.ui.controls import Button, Kind
from app.ui.look import Look
from app.ui.surroundings import Captioning


class ReplayRow(QWidget):
    """A button for each stage; the one that is heard becomes the one that ends it.

    Args:
        service: the recognizer service.
        bridge: what it tells, as signals.

    Attributes:
        hint: what the user should know as long as nothing else is said.
    """

    said = Signal(str, bool)
    """What the user should know just now, and whether it is a warning."""

    def __init__(
        self, look: Look, service: Captioning, bridge: Bridge, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._service = service
        self._playing: ReplayStage | None = None
        self.hint = self.tr("Plays the last seconds of live sound; captions pause meanwhile.")
        self._texts = {
            ReplayStage.BEFORE: self.tr("What came in"),
            ReplayStage.AFTER: self.tr("What the recognizer hears"),
        }
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(look.px(8))
        self._buttons: dict[ReplayStage, Button] = {}
        for stage, text in self._texts.items():
            button = Button(look, text, "play", parent=self)
            button.setToolTip(self._tip(stage))
            button.clicked.connect(self._presser(stage))
            self._buttons[stage] = button
            line.addWidget(button)
        line.addStretch(1)
        self._show()
        bridge.replay_changed.connect(self._changed)
        # How much has been heard is known by the progress; that it is over, by the status.
        bridge.progress_changed.connect(self._enable)
        bridge.status_changed.connect(self._enable)

    def hideEvent(self, event: QHideEvent) -> None:
        """Fall silent: there is no button any more that would end it."""
        super().hideEvent(event)
        if self._playing is not None:
            self._service.replay(None)

    def _tip(self, stage: ReplayStage) -> str:
        what = {
            ReplayStage.BEFORE: self.tr("Plays the last seconds as they came in."),
            ReplayStage.AFTER: self.tr(
                "Plays the last seconds as they are after echo cancellation and noise reduction."
            ),
        }[stage]
        when = self.tr(
            "For live sound, while it is captioned; nothing is captioned while it plays, on any lane."
        )
        return f"{what}\n{when}"

    def _presser(self, stage: ReplayStage) -> Callable[[], None]:
        def press() -> None:
            self._service.replay(None if self._playing is stage else stage)

        return press

    def _changed(self, playing: ReplayStage | None, problem: CaptionError | None) -> None:
        self._playing = playing
        if problem is not None:
            self.said.emit(str(problem), True)
        elif playing is not None:
            self.said.emit(self.tr("Nothing is captioned while it plays."), True)
        else:
            self.said.emit(self.hint, False)
        self._show()

    def _show(self) -> None:
        for stage, button in self._buttons.items():
            playing = stage is self._playing
            button.show_as(self._texts[stage], "stop" if playing else "play", Kind.PLAIN)
            name = self.tr("Stop: {text}") if playing else self.tr("Play: {text}")
            button.setAccessibleName(name.format(text=self._texts[stage]))
        self._enable()

    def _enable(self) -> None:
        ready = self._service.replayable
        for stage, button in self._buttons.items():
            button.setEnabled(ready or stage is self._playing)
