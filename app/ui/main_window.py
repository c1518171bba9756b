"""The window: one bar above, one line below, the transcript between, a panel that can be closed."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QPaintEvent
from PySide6.QtWidgets import (
    QApplication,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.domain.transcript import Change
from app.recognizer.status import Status
from app.ui.bridge import Bridge
from app.ui.choices import Choices
from app.ui.commands import Commands, is_running
from app.ui.drop_target import DropTarget
from app.ui.icons import Icons
from app.ui.live import Live
from app.ui.look import Look
from app.ui.notice import Notice, Tone
from app.ui.overlay_control import OverlayControl
from app.ui.overlay_place import tallest
from app.ui.parts import World, make_parts
from app.ui.placing import OnScreen, place_of
from app.ui.preferences import Preferences
from app.ui.scrolling import scrolled
from app.ui.sides import Sides
from app.ui.style import palette, style_sheet
from app.ui.surroundings import Captioning, LastSession, Surroundings
from app.ui.theme import Appearance
from app.ui.transcript_view import TranscriptView
from app.ui.troubles import Troubles

_LEAST_HEIGHT = 360
_LEAST_CONTENT = 420
"""Room that the panel leaves to the text; where there is less, the panel is folded."""


class MainWindow(QMainWindow):
    """Composes the parts and lets them talk. Screen readers would take a bare widget for filler.

    Args:
        service: the recognizer service.
        bridge: what it tells, as signals.
        preferences: the settings in force.
        surroundings: what this machine offers.
        appearance: which theme is in force.
    """

    exported = Signal()
    """The captions are in a file of the user's as they stand."""
    closed = Signal()
    """The user closed the window."""
    painted = Signal()
    """The window was seen for the first time; from now on there is time for what is heavy."""

    def __init__(
        self,
        service: Captioning,
        bridge: Bridge,
        preferences: Preferences,
        surroundings: Surroundings,
        appearance: Appearance,
    ) -> None:
        super().__init__()
        self._world = World(service, bridge, preferences, surroundings, appearance)
        self._look = Look(appearance, Icons(), self)
        self._seen = False
        self.setWindowTitle("Surtitle")
        # Before there are children: each of them would be styled once more.
        self._dress()
        self._parts = make_parts(self._world, self._look, self)
        self._choices = Choices(self._world, self._look, self._parts, self)
        self._live = Live(service, bridge, self._parts, self)
        self._troubles = Troubles(bridge, self._parts.notices, self._parts.overlay, self)
        self._arrange()
        self._connect_actions()
        self._connect_parts()
        self._connect_bridge(bridge)
        self._show_content()
        least = QSize(self._parts.top_bar.narrowest(), self._look.px(_LEAST_HEIGHT))
        self._staying = OnScreen(self, least)
        self._staying.place(preferences.settings.window, tallest(preferences.settings.overlay.text_size))
        self.painted.connect(self._staying.begin)

    @property
    def commands(self) -> Commands:
        """What the user can do, for whoever does it in the user's place."""
        return self._parts.commands

    @property
    def transcript_view(self) -> TranscriptView:
        """The text."""
        return self._parts.view

    @property
    def overlay(self) -> OverlayControl:
        """The floating captions."""
        return self._parts.overlay

    def devices_changed(self) -> None:
        """Devices came or went: what is shown of them is out of date."""
        self._parts.devices.refresh()

    def offer(self, last: LastSession) -> None:
        """Offer a session that was kept, as long as there is no other one."""
        if self._is_empty():
            self._parts.first.offer(last)

    def tell(self, text: str, tone: Tone = Tone.WARN) -> None:
        """Show a sentence under the bar."""
        self._parts.notices.tell(Notice(text, tone))

    def _arrange(self) -> None:
        parts, settings = self._parts, self._world.preferences.settings
        self._content = QStackedWidget()
        self._content.addWidget(scrolled(parts.first))
        self._content.addWidget(parts.view)
        self._content.setMinimumWidth(self._look.px(_LEAST_CONTENT))
        self._sides = Sides(self._content, parts.panel, settings.panel_width, wanted=settings.panel_shown)
        self._sides.sized.connect(self._choices.panel_sized)
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (parts.top_bar, parts.notices, parts.progress):
            column.addWidget(widget)
        column.addWidget(self._sides, 1)
        column.addWidget(parts.status_line)
        self.setCentralWidget(whole)
        # Not on the window itself, which is told of everything that is painted in it.
        DropTarget(self._look, whole).dropped.connect(self._dropped)

    def _connect_actions(self) -> None:
        parts, actions, bar = self._parts, self._parts.actions, self._parts.top_bar
        settings = self._world.preferences.settings
        actions.overlay.setChecked(settings.overlay.shown)
        actions.panel.setChecked(settings.panel_shown)
        actions.panel.triggered.connect(self._sides.show_panel)
        self._sides.panel_shown.connect(actions.panel.setChecked)
        for button, action in (
            (bar.start, actions.start),
            (bar.pause, actions.pause),
            (bar.note, actions.note),
            (bar.overlay, actions.overlay),
            (bar.panel, actions.panel),
        ):
            bar.bind(button, action)
        bar.export.fill_with(parts.exporting.fill)
        bar.export.setToolTip(self.tr("Export captions (Ctrl+E)"))
        bar.more.fill_with(actions.fill)
        bar.more.setToolTip(self.tr("Settings and more"))
        actions.start.triggered.connect(parts.commands.start_or_stop)
        actions.pause.triggered.connect(parts.commands.pause_or_resume)
        actions.note.triggered.connect(self._add_note)
        actions.new.triggered.connect(parts.commands.new_session)
        actions.open.triggered.connect(parts.commands.open_recording)
        actions.export.triggered.connect(self._ask_export)
        actions.overlay.triggered.connect(parts.overlay.show)
        actions.quit.triggered.connect(self.close)

    def _connect_parts(self) -> None:
        parts, commands = self._parts, self._parts.commands
        for chooser in (parts.top_bar.source, parts.first):
            chooser.chosen.connect(commands.choose)
            chooser.open_asked.connect(commands.open_recording)
            commands.choice_changed.connect(chooser.show_choice)
        parts.first.started.connect(commands.start_or_stop)
        parts.top_bar.recognizer.chosen.connect(commands.choose_recognizer)
        parts.top_bar.recognizer.preferred.connect(commands.prefer)
        commands.told.connect(parts.notices.tell)
        commands.moved_on.connect(parts.notices.move_on)
        commands.export_asked.connect(self._ask_export)
        parts.exporting.told.connect(parts.notices.tell)
        parts.exporting.done.connect(parts.tally.saved)
        parts.exporting.done.connect(self.exported)
        parts.titles.changed.connect(self._name_lanes)
        parts.progress.cancelled.connect(commands.cancel)
        self._look.changed.connect(self._dress)
        for devices in (parts.devices.microphones, parts.devices.outputs):
            self.painted.connect(devices.refresh)

    def _connect_bridge(self, bridge: Bridge) -> None:
        view = self._parts.view
        bridge.lanes_began.connect(view.expect_speakers)
        bridge.caption_changed.connect(view.show_caption)
        bridge.transcript_changed.connect(view.apply_change)
        bridge.transcript_changed.connect(self._show_content)
        bridge.session_began.connect(self._session_began)
        bridge.status_changed.connect(self._status_changed)
        view.edited.connect(self._edited)

    def _status_changed(self, status: Status) -> None:
        if not is_running(status):
            self._parts.view.end_captions()
        self._show_content()

    def _session_began(self) -> None:
        self._parts.view.reload()
        self._show_content()

    def _edited(self, change: Change) -> None:
        self._live.transcript_changed(change)
        self._world.service.edited(change)
        self._show_content()

    def _show_content(self) -> None:
        """The first screen, until there is something to read or to wait for."""
        empty = self._is_empty()
        self._content.setCurrentIndex(0 if empty else 1)
        if not empty:
            self._parts.first.offer(None)

    def _is_empty(self) -> bool:
        return self._parts.tally.captions == 0 and not is_running(self._world.service.status)

    def _name_lanes(self) -> None:
        self._parts.view.name_lanes(self._parts.titles.of)

    def _add_note(self) -> None:
        self._content.setCurrentIndex(1)
        self._parts.view.add_note()

    def _ask_export(self) -> None:
        self._parts.exporting.ask()

    def _dropped(self, files: list[Path]) -> None:
        self._parts.commands.caption_recording(files[0])
        if len(files) > 1:
            name = files[0].name
            self.tell(self.tr("One recording at a time: this is {name}.").format(name=name), Tone.CALM)

    def _dress(self) -> None:
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.setPalette(palette(self._look.theme))
        self.setStyleSheet(style_sheet(self._look))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Note the first time."""
        super().paintEvent(event)
        if not self._seen:
            self._seen = True
            QTimer.singleShot(0, self.painted.emit)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Save what was chosen and say so; never ask, never wait."""
        self._choices.close()
        self._world.preferences.change(window=place_of(self))
        self._world.preferences.flush()
        self._parts.devices.close()
        self._parts.overlay.close()
        event.accept()
        self.closed.emit()
