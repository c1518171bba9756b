"""What is seen before the first caption: one question, and a card for each answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.domain.request import Pace
from app.settings import SourceKind
from app.ui.card import SLIM_WIDTH, WIDTH, Card
from app.ui.controls import Button, Kind
from app.ui.look import Look
from app.ui.microphone_problem import MicrophoneProblem
from app.ui.segmented import Segmented
from app.ui.sources import ICONS, DeviceList, Devices, SourceChoice
from app.ui.surroundings import LastSession
from app.ui.text import Label

_CARD_GAP = 12


class FirstScreen(QWidget):
    """One question, four cards."""

    chosen = Signal(object)
    """A `SourceChoice`."""
    open_asked = Signal()
    """The user wants to pick a recording."""
    started = Signal()
    """Caption what is chosen."""
    pace_chosen = Signal(object)
    """A `Pace`, for recordings."""

    def __init__(
        self,
        look: Look,
        devices: Devices,
        choice: SourceChoice,
        pace: Pace,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look = look
        self._devices = devices
        self._choice = choice
        self._question = Label(look, look.font(20, QFont.Weight.DemiBold), parent=self)
        self._question.setText(self.tr("What should be captioned?"))
        self._privacy = Label(look, look.font(14), "muted", parent=self)
        self._problem = MicrophoneProblem(look, self)
        self._cards = self._make_cards()
        self._sample = self._make_sample()
        self._pace = self._make_pace(pace)
        self._grid = QGridLayout()
        self._last: LastSession | None = None
        self._go_on = self._make_go_on()
        self._arrange()
        self.show_choice(choice)
        devices.on_change(self._describe)

    def show_privacy(self, sentence: str) -> None:
        """Say what to do, and what leaves the computer then."""
        text = self.tr("Choose a source and press Start. {privacy}")
        self._privacy.setText(text.format(privacy=sentence))

    def show_choice(self, choice: SourceChoice) -> None:
        """Mark the card of what is chosen."""
        self._choice = choice
        kind = SourceKind.RECORDING if choice.kind is SourceKind.SAMPLE else choice.kind
        self._cards[kind].setChecked(True)
        self._pace.setVisible(not choice.kind.live)
        self._describe()

    def show_pace(self, pace: Pace) -> None:
        """Mark how recordings are read."""
        self._pace.show_chosen(pace)

    def offer(self, last: LastSession | None) -> None:
        """Offer to go on with a session that was kept, or no longer."""
        self._last = last
        self._go_on.setVisible(last is not None)
        if last is None:
            return
        text = self.tr("Open last session (1 caption)")
        if last.captions != 1:
            text = self.tr("Open last session ({n} captions)").format(n=last.captions)
        self._go_on.setText(text)
        self._go_on.updateGeometry()

    def insist(self, problem: str) -> bool:
        """Say louder that there is no microphone; says whether this is what `problem` says."""
        return self._problem.insist(problem)

    def minimumSizeHint(self) -> QSize:
        """Never the reason why the window can't be narrower."""
        return QSize(self._look.px(SLIM_WIDTH + 32), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cards stand two and two where there is room."""
        room = self.width() - 2 * self._look.px(16)
        columns = 2 if room >= 2 * self._look.px(WIDTH) + self._look.px(_CARD_GAP) else 1
        if columns != self._columns:
            self._place_cards(columns)
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Fill the ground."""
        QPainter(self).fillRect(self.rect(), QColor(self._look.theme.surface))

    def _make_cards(self) -> dict[SourceKind, Card]:
        rows = (
            (SourceKind.MEETING, self.tr("Meeting"), self.tr("Microphone and system sound, told apart")),
            (SourceKind.MICROPHONE, self.tr("Microphone"), ""),
            (SourceKind.SYSTEM, self.tr("System sound"), self.tr("What this computer plays")),
            (SourceKind.RECORDING, self.tr("Recording"), ""),
        )
        cards = {}
        for kind, title, detail in rows:
            cards[kind] = Card(self._look, ICONS[kind], title, self)
            cards[kind].set_detail(detail)
            cards[kind].clicked.connect(self._chooser(kind))
            if kind is not SourceKind.RECORDING:
                cards[kind].started.connect(self.started)
        return cards

    def _make_sample(self) -> Button:
        button = Button(self._look, self.tr("Try the sample recording"), "sample", Kind.QUIET, parent=self)
        button.setAccessibleDescription(self.tr("44 seconds of speech to try it with"))
        button.clicked.connect(self._chooser(SourceKind.SAMPLE))
        return button

    def _make_pace(self, pace: Pace) -> Segmented:
        rows = ((Pace.FAST, self.tr("As fast as possible")), (Pace.REALTIME, self.tr("In real time")))
        segmented = Segmented(self._look, rows, pace, self)
        segmented.chosen.connect(self.pace_chosen)
        return segmented

    def _make_go_on(self) -> Button:
        button = Button(self._look, self.tr("Open last session"), "history", Kind.QUIET, parent=self)
        button.hide()
        # It comes a moment after the screen, which must not jump then.
        policy = button.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        button.setSizePolicy(policy)
        button.clicked.connect(self._open_last)
        return button

    def _open_last(self) -> None:
        if self._last is not None:
            self._last.open()

    def _arrange(self) -> None:
        look = self._look
        column = QVBoxLayout(self)
        column.setSizeConstraint(QVBoxLayout.SizeConstraint.SetNoConstraint)
        column.setContentsMargins(look.px(16), look.px(16), look.px(16), look.px(16))
        column.setSpacing(look.px(12))
        column.addStretch(1)
        for label in (self._question, self._privacy):
            self._add_text(column, label)
        column.addSpacing(look.px(8))
        self._grid.setSpacing(look.px(_CARD_GAP))
        self._place_cards(2)
        across = QHBoxLayout()
        across.addStretch(1)
        across.addLayout(self._grid)
        across.addStretch(1)
        column.addLayout(across)
        self._add_text(column, self._problem)
        column.addWidget(self._sample, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._pace, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._go_on, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)

    def _place_cards(self, columns: int) -> None:
        self._columns = columns
        for number, card in enumerate(self._cards.values()):
            card.set_slim(columns == 1)
            self._grid.addWidget(card, *divmod(number, columns))

    def _add_text(self, column: QVBoxLayout, label: Label) -> None:
        label.setWordWrap(True)
        label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(label)

    def _chooser(self, kind: SourceKind) -> Callable[[], None]:
        def choose() -> None:
            if kind is SourceKind.RECORDING:
                # Only a file makes it the source; until then the card before stays marked.
                self.show_choice(self._choice)
                self.open_asked.emit()
            elif kind is not self._choice.kind:
                self.chosen.emit(replace(self._choice, kind=kind, path=None))

        return choose

    def _describe(self) -> None:
        choice = self._choice
        problem = self._devices.problem(choice) if choice.kind.live else self._devices.microphones.problem
        self._problem.show_problem(problem)
        default = self.tr("Default microphone ({name})")
        microphone = self._told(self._devices.microphones, choice.device, choice.name, default)
        self._cards[SourceKind.MICROPHONE].set_detail(microphone or self.tr("Default microphone"))
        default = self.tr("Default output ({name})")
        output = self._told(self._devices.outputs, choice.output, choice.output_name, default)
        self._cards[SourceKind.SYSTEM].set_detail(output or self.tr("What this computer plays"))
        recording = self.tr("Open or drop a file, or try the sample")
        if choice.kind is SourceKind.SAMPLE:
            recording = self.tr("The sample: 44 seconds of speech to try it with")
        elif choice.path is not None:
            recording = choice.path.name
        self._cards[SourceKind.RECORDING].set_detail(recording)

    def _told(self, devices: DeviceList, key: str | None, name: str, default: str) -> str:
        """What the device chosen is called, or what is wrong with it; empty where nothing is known."""
        if devices.problem:
            return self.tr("None found")
        known = devices.name_of(key, name)
        if known and key is None:
            return default.format(name=known)
        return self.tr("{name} is not connected").format(name=known) if devices.missing(key) else known
