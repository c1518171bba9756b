"""Sentences that the user ends: a button, and a key that is held down to talk."""

from __future__ import annotations

from enum import Enum, auto

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QWidget

from app.ui.controls import Button, Kind
from app.ui.look import Look

KEY = Qt.Key.Key_F8
KEY_NAME = "F8"
REPEAT_MS = 60
"""What comes down again so soon after it was let go was held all the time: X11 repeats a key so, and Qt does
not see each time that it is a repetition."""


class Talking(Enum):
    """What the button is there for."""

    HIDDEN = auto()
    ENDS_SENTENCES = auto()
    PUSH_TO_TALK = auto()


class TalkButton(Button):
    """Ends the sentence, or is held down while one talks; a key does the same, wherever the cursor is.

    A sentence ends when the button or key is let go: who holds it down while speaking, as one does with
    push-to-talk, gets one sentence too, however long that lasts.
    """

    sentence_ended = Signal()
    """The user ends the sentence here."""
    talked = Signal(bool)
    """With push-to-talk: the user begins to talk, or has talked."""

    def __init__(self, look: Look, window: QWidget) -> None:
        super().__init__(look, "", "microphone", parent=window)
        self._mode = Talking.HIDDEN
        self._window = window
        self._held: set[str] = set()
        self._leaving: set[str] = set()
        self._leave = QTimer(self, singleShot=True, interval=REPEAT_MS)
        self._leave.timeout.connect(self._left)
        self.pressed.connect(self._pressed)
        self.released.connect(self._released)
        self._show()
        self.hide()

    @property
    def mode(self) -> Talking:
        """What it is there for now."""
        return self._mode

    @property
    def talking(self) -> bool:
        """Whether it, or its key, is held down to talk."""
        return self._mode is Talking.PUSH_TO_TALK and bool(self._held)

    def show_mode(self, mode: Talking) -> None:
        """Be there for something else."""
        if mode is self._mode:
            return
        self._let_go()
        # Only then: a window is told of everything that is painted in it.
        watch = self._window.removeEventFilter if mode is Talking.HIDDEN else self._window.installEventFilter
        watch(self)
        self._mode = mode
        self._show()
        self.setVisible(mode is not Talking.HIDDEN)

    def eventFilter(self, window: QObject, event: QEvent) -> bool:
        """Watch for the key, and for the moment at which the window can't see it let go."""
        match event.type():
            case QEvent.Type.KeyPress | QEvent.Type.KeyRelease:
                return isinstance(event, QKeyEvent) and self._key(event)
            case QEvent.Type.WindowDeactivate:
                self._let_go()
        return False

    def _key(self, event: QKeyEvent) -> bool:
        if event.key() != KEY:
            return False
        # A key that is held down repeats itself.
        if not event.isAutoRepeat():
            if event.type() == QEvent.Type.KeyPress:
                self._hold("key")
            else:
                self._release("key")
        return True

    def _pressed(self) -> None:
        self._hold("button")

    def _released(self) -> None:
        self._release("button")

    def _hold(self, by: str) -> None:
        if by in self._leaving:
            self._leaving.discard(by)
            return
        first = not self._held
        self._held.add(by)
        if first and self._mode is Talking.PUSH_TO_TALK:
            self.talked.emit(True)
            self._show()

    def _release(self, by: str) -> None:
        if by in self._held:
            self._leaving.add(by)
            self._leave.start()

    def _left(self) -> None:
        held, self._held = self._held, self._held - self._leaving
        self._leaving.clear()
        if not held or self._held:
            return
        if self._mode is Talking.PUSH_TO_TALK:
            self.talked.emit(False)
            self._show()
        elif self._mode is Talking.ENDS_SENTENCES:
            self.sentence_ended.emit()

    def _let_go(self) -> None:
        self._leave.stop()
        self._leaving |= self._held
        self._left()

    def _text_width(self) -> int:
        """As wide while one talks as before: what stands beside it must not move under the hand."""
        if self._mode is not Talking.PUSH_TO_TALK or not super()._text_width():
            return super()._text_width()
        metrics = QFontMetrics(self._look.font(14, QFont.Weight.DemiBold))
        return max(metrics.horizontalAdvance(text) for text in self._texts()) + 1

    def _texts(self) -> tuple[str, str]:
        return self.tr("Hold to talk"), self.tr("Talking")

    def _show(self) -> None:
        if self._mode is Talking.PUSH_TO_TALK:
            talking = bool(self._held)
            self.show_as(self._texts()[talking], "microphone", Kind.ACCENT if talking else Kind.PLAIN)
            self.setAccessibleName(self.tr("Hold to talk"))
            self.setToolTip(self.tr("Hold this button, or {key}, while you talk").format(key=KEY_NAME))
        else:
            self.show_as(self.tr("End sentence"), "done", Kind.PLAIN)
            self.setAccessibleName(self.tr("End sentence"))
            self.setToolTip(self.tr("The sentence ends here ({key})").format(key=KEY_NAME))
