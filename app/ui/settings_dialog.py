"""Choices made seldom; each takes effect at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.domain.lanes import LONGEST_LABEL, LaneLabels
from app.domain.request import LANE_ME, LANE_THEM, Denoise, Pace
from app.settings import AppearanceMode
from app.ui.bridge import Bridge
from app.ui.controls import Button
from app.ui.form import Form, ValueSlider
from app.ui.look import Look
from app.ui.placing import lay_above_captions
from app.ui.preferences import Preferences
from app.ui.replay_row import ReplayRow
from app.ui.scrolling import sections, whole_height
from app.ui.segmented import Segmented
from app.ui.surroundings import Captioning


class SettingsDialog(QDialog):
    """Appearance, sizes, names, noise reduction. Stays open beside the window while one tries things.

    Args:
        service: the recognizer service.
        bridge: what it tells, as signals.
        stages: what can be done against noise.
    """

    def __init__(
        self,
        look: Look,
        preferences: Preferences,
        service: Captioning,
        bridge: Bridge,
        stages: Sequence[Denoise] = tuple(Denoise),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look = look
        self._preferences = preferences
        self.setWindowTitle(self.tr("Settings"))
        lay_above_captions(self)
        replay = ReplayRow(look, service, bridge, self)
        forms = (self._appearance(), self._overlay(), self._lanes(), self._sound(stages, replay))
        area = sections(look, *forms)
        foot = self._foot()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(area, 1)
        column.addWidget(foot)
        height = whole_height(area) + foot.sizeHint().height()
        screen = QGuiApplication.primaryScreen().availableSize()
        self.resize(QSize(area.minimumWidth(), height).boundedTo(screen * 0.9))

    def _appearance(self) -> Form:
        settings = self._preferences.settings
        form = Form(self._look, self.tr("Window"), self)
        modes = (
            (AppearanceMode.SYSTEM, self.tr("System")),
            (AppearanceMode.LIGHT, self.tr("Light")),
            (AppearanceMode.DARK, self.tr("Dark")),
        )
        mode = Segmented(self._look, modes, settings.appearance, self)
        mode.chosen.connect(self._setter("appearance"))
        form.row(self.tr("Appearance"), mode)
        size = self._slider(self.tr("Text size"), self.tr("{n} px"))
        size.show_value(settings.text_size, 12, 36)
        size.moved.connect(self._setter("text_size"))
        form.row(self.tr("Text size"), size)
        return form

    def _overlay(self) -> Form:
        overlay = self._preferences.settings.overlay
        form = Form(self._look, self.tr("Overlay"), self)
        size = self._slider(self.tr("Overlay text size"), self.tr("{n} px"))
        size.show_value(overlay.text_size, 16, 72)
        size.moved.connect(self._set_overlay_size)
        form.row(self.tr("Text size"), size)
        ground = self._slider(self.tr("Overlay background"), self.tr("{n} %"))
        ground.show_value(round(overlay.opacity * 100), 20, 100)
        ground.moved.connect(self._set_overlay_opacity)
        form.row(self.tr("Background"), ground)
        return form

    def _lanes(self) -> Form:
        labels = self._preferences.settings.labels
        form = Form(self._look, self.tr("Names in a meeting"), self)
        rows = (
            (self.tr("Microphone"), labels.me, LANE_ME),
            (self.tr("System sound"), labels.them, LANE_THEM),
        )
        self._names = []
        for text, label, lane in rows:
            field = QLineEdit(label, self)
            field.setPlaceholderText({LANE_ME: self.tr("Me"), LANE_THEM: self.tr("Them")}[lane])
            field.setMaxLength(LONGEST_LABEL)
            field.setAccessibleName(self.tr("Name of {lane}").format(lane=text))
            field.textEdited.connect(self._name_lanes)
            form.row(text, field)
            self._names.append(field)
        self._clash = form.note("", "warn")
        self._show_clash(labels)
        return form

    def _name_lanes(self) -> None:
        me, them = (field.text().strip() for field in self._names)
        labels = LaneLabels(me, them)
        self._preferences.change(labels=labels)
        self._show_clash(labels)

    def _show_clash(self, labels: LaneLabels) -> None:
        self._clash.setText(self.tr("Two speakers need two names; the usual ones are used."))
        self._clash.setVisible(labels.clash)

    def _sound(self, stages: Sequence[Denoise], replay: ReplayRow) -> Form:
        settings = self._preferences.settings
        form = Form(self._look, self.tr("Sound"), self)
        self._add_denoise(form, stages)
        rows = ((True, self.tr("On")), (False, self.tr("Off")))
        echo = Segmented(self._look, rows, self._preferences.settings.cancel_echo, self)
        echo.chosen.connect(self._setter("cancel_echo"))
        form.row(self.tr("Echo cancellation"), echo)
        form.note(
            self.tr("Takes what the loudspeakers play out of the microphone, from the next meeting on.")
        )
        self._add_replay(form, replay)
        paces = ((Pace.FAST, self.tr("As fast as possible")), (Pace.REALTIME, self.tr("In real time")))
        pace = Segmented(self._look, paces, settings.pace, self)
        pace.chosen.connect(self._setter("pace"))
        form.row(self.tr("Recordings"), pace)
        return form

    def _add_denoise(self, form: Form, stages: Sequence[Denoise]) -> None:
        names = {
            Denoise.OFF: self.tr("Off"),
            Denoise.RNNOISE: self.tr("RNNoise"),
            Denoise.WEBRTC: self.tr("WebRTC"),
            Denoise.AUTO: self.tr("Auto"),
        }
        rows = [(stage, name) for stage, name in names.items() if stage in stages]
        denoise = Segmented(self._look, rows, self._preferences.settings.denoise, self)
        denoise.chosen.connect(self._setter("denoise"))
        denoise.setEnabled(len(rows) > 1)
        form.row(self.tr("Noise reduction"), denoise)
        if len(rows) > 1:
            advice = self.tr("Against loud, steady noise. Auto uses it only where it helps.")
            form.note(advice, "muted")
        else:
            form.note(self.tr("Noise reduction is not available on this computer."), "warn")

    def _add_replay(self, form: Form, replay: ReplayRow) -> None:
        form.row(self.tr("Hear again"), replay)
        note = form.note(replay.hint)

        def say(text: str, warns: bool) -> None:
            note.setText(text)
            note.set_ink("warn" if warns else "muted")

        replay.said.connect(say)

    def _foot(self) -> QWidget:
        look, foot = self._look, QWidget(self)
        close = Button(look, self.tr("Close"), parent=foot)
        close.setDefault(True)
        close.clicked.connect(self.close)
        line = QHBoxLayout(foot)
        line.setContentsMargins(look.px(24), look.px(12), look.px(24), look.px(16))
        line.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        return foot

    def _slider(self, name: str, unit: str) -> ValueSlider:
        def say(value: int) -> str:
            return unit.format(n=value)

        return ValueSlider(self._look, name, say, self)

    def _set_overlay_size(self, value: int) -> None:
        self._preferences.change_overlay(text_size=value)

    def _set_overlay_opacity(self, value: int) -> None:
        self._preferences.change_overlay(opacity=value / 100)

    def _setter(self, field: str) -> Callable[[object], None]:
        def take(value: object) -> None:
            self._preferences.change(**{field: value})

        return take
