"""The parts of the window, made in the order in which they need one another."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from app.domain.request import WordSet
from app.ui.actions import Actions
from app.ui.bridge import Bridge
from app.ui.commands import Commands
from app.ui.exporting import Exporting
from app.ui.first_screen import FirstScreen
from app.ui.lane_titles import LaneTitles
from app.ui.look import Look
from app.ui.notice import NoticeStrip
from app.ui.overlay_control import OverlayControl
from app.ui.preferences import Preferences
from app.ui.progress_row import ProgressRow
from app.ui.recognizer_button import RecognizerButton
from app.ui.side_panel import SidePanel
from app.ui.source_button import SourceButton
from app.ui.sources import DeviceList, Devices
from app.ui.status_line import StatusLine
from app.ui.surroundings import Captioning, Surroundings
from app.ui.tally import Tally
from app.ui.theme import Appearance
from app.ui.top_bar import TopBar
from app.ui.transcript_view import TranscriptView


@dataclass(frozen=True, slots=True)
class World:
    """What the window lives in.

    Attributes:
        service: the recognizer service.
        bridge: what it tells, as signals.
        preferences: the settings in force.
        surroundings: what this machine offers.
        appearance: which theme is in force.
    """

    service: Captioning
    bridge: Bridge
    preferences: Preferences
    surroundings: Surroundings
    appearance: Appearance


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything in the window that does something."""

    tally: Tally
    actions: Actions
    devices: Devices
    titles: LaneTitles
    commands: Commands
    exporting: Exporting
    top_bar: TopBar
    notices: NoticeStrip
    progress: ProgressRow
    first: FirstScreen
    view: TranscriptView
    panel: SidePanel
    status_line: StatusLine
    overlay: OverlayControl


def make_parts(world: World, look: Look, window: QWidget) -> Parts:
    """Make the parts; placing and connecting them is the window's."""
    service, preferences, around = world.service, world.preferences, world.surroundings
    settings = preferences.settings
    tally, titles = Tally(), LaneTitles(preferences, window)
    devices = Devices(DeviceList(around.microphones, window), DeviceList(around.outputs, window))
    panel = SidePanel(look, settings.word_sets, settings.chosen_set, window)

    def words() -> WordSet:
        return around.words or panel.word_set

    def now() -> float:
        return service.elapsed

    commands = Commands(service, preferences, around, tally, words, window)
    source = SourceButton(look, devices, commands.choice, settings.pace)
    recognizer = RecognizerButton(
        look, around.recognizers, commands.recognizer.id, lambda: commands.preferred
    )
    view = TranscriptView(service.transcript, world.appearance, now)
    view.name_lanes(titles.of)
    return Parts(
        tally=tally,
        actions=Actions(window),
        devices=devices,
        titles=titles,
        commands=commands,
        exporting=Exporting(around.formats, around.export, lambda: service.title, preferences, tally, window),
        top_bar=TopBar(look, source, recognizer, window),
        notices=NoticeStrip(look, window),
        progress=ProgressRow(look, window),
        first=FirstScreen(look, devices, commands.choice, settings.pace),
        view=view,
        panel=panel,
        status_line=StatusLine(look, window, titles.of),
        overlay=OverlayControl(preferences, world.bridge, titles, window),
    )
