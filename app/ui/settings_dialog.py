"""Choices made seldom; each takes effect at once."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QDialog, QFormLayout, QHBoxLayout, QSlider, QVBoxLayout, QWidget

from app.domain.request import Denoise, Pace
from app.settings import AppearanceMode
from app.ui.controls import Button
from app.ui.look import Look
from app.ui.preferences import Preferences
from app.ui.segmented import Segmented
from app.ui.text import Label


class SettingsDialog(QDialog):
    """Appearance, sizes, noise reduction. Stays open beside the window while one tries things.

    Args:
        denoise_problem: why noise reduction can't be had; empty where it can.
    """

    def __init__(
        self, look: Look, preferences: Preferences, denoise_problem: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._look = look
        self._preferences = preferences
        self.setWindowTitle(self.tr("Settings"))
        column = QVBoxLayout(self)
        column.setContentsMargins(look.px(24), look.px(20), look.px(24), look.px(20))
        column.setSpacing(look.px(10))
        self._add_appearance(column)
        self._add_overlay(column)
        self._add_sound(column, denoise_problem)
        column.addStretch(1)
        self._add_close(column)

    def _add_appearance(self, column: QVBoxLayout) -> None:
        settings = self._preferences.settings
        form = self._section(column, self.tr("Window"))
        modes = (
            (AppearanceMode.SYSTEM, self.tr("System")),
            (AppearanceMode.LIGHT, self.tr("Light")),
            (AppearanceMode.DARK, self.tr("Dark")),
        )
        mode = Segmented(self._look, modes, settings.appearance, self)
        mode.chosen.connect(self._setter("appearance"))
        self._row(form, self.tr("Appearance"), mode)
        size = self._slider(
            self.tr("Text size"), 12, 36, settings.text_size, "{} px", self._setter("text_size")
        )
        self._row(form, self.tr("Text size"), size)

    def _add_overlay(self, column: QVBoxLayout) -> None:
        overlay = self._preferences.settings.overlay
        form = self._section(column, self.tr("Overlay"))

        def set_size(value: int) -> None:
            self._preferences.change_overlay(text_size=value)

        def set_opacity(value: int) -> None:
            self._preferences.change_overlay(opacity=value / 100)

        size = self._slider(self.tr("Overlay text size"), 16, 72, overlay.text_size, "{} px", set_size)
        self._row(form, self.tr("Text size"), size)
        opacity = round(overlay.opacity * 100)
        ground = self._slider(self.tr("Overlay background"), 20, 100, opacity, "{} %", set_opacity)
        self._row(form, self.tr("Background"), ground)

    def _add_sound(self, column: QVBoxLayout, problem: str) -> None:
        settings = self._preferences.settings
        form = self._section(column, self.tr("Sound"))
        rows = ((Denoise.OFF, self.tr("Off")), (Denoise.RNNOISE, self.tr("RNNoise")))
        denoise = Segmented(self._look, rows, settings.denoise, self)
        denoise.chosen.connect(self._setter("denoise"))
        denoise.setEnabled(not problem)
        self._row(form, self.tr("Noise reduction"), denoise)
        advice = self.tr("Helps against steady noise such as a fan, but not where other people talk.")
        self._note(form, problem or advice, "warn" if problem else "muted")
        paces = ((Pace.FAST, self.tr("As fast as possible")), (Pace.REALTIME, self.tr("In real time")))
        pace = Segmented(self._look, paces, settings.pace, self)
        pace.chosen.connect(self._setter("pace"))
        self._row(form, self.tr("Recordings"), pace)

    def _add_close(self, column: QVBoxLayout) -> None:
        close = Button(self._look, self.tr("Close"), parent=self)
        close.setDefault(True)
        close.clicked.connect(self.close)
        column.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)

    def _section(self, column: QVBoxLayout, title: str) -> QFormLayout:
        font = self._look.font(12, QFont.Weight.DemiBold)
        column.addWidget(Label(self._look, font, "muted", title, parent=self))
        form = QFormLayout()
        form.setHorizontalSpacing(self._look.px(24))
        form.setVerticalSpacing(self._look.px(6))
        column.addLayout(form)
        column.addSpacing(self._look.px(8))
        return form

    def _row(self, form: QFormLayout, text: str, control: QWidget) -> None:
        label = Label(self._look, self._look.font(14), text=text, parent=self)
        label.setMinimumSize(self._look.px(120), self._look.px(36))
        form.addRow(label, control)

    def _note(self, form: QFormLayout, text: str, role: str) -> None:
        label = Label(self._look, self._look.font(12), role, text, parent=self)
        label.setWordWrap(True)
        form.addRow("", label)

    def _slider(
        self, name: str, low: int, high: int, value: int, unit: str, take: Callable[[int], None]
    ) -> QWidget:
        """A slider that names itself, with its value beside it."""
        row = QWidget(self)
        slider = QSlider(Qt.Orientation.Horizontal, row)
        slider.setRange(low, high)
        slider.setValue(value)
        slider.setAccessibleName(name)
        slider.setMinimumWidth(self._look.px(200))
        shown = Label(self._look, self._look.figures(12), "muted", unit.format(value), parent=row)
        shown.setMinimumWidth(self._look.px(48))
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(slider, 1)
        line.addWidget(shown)

        def changed(now: int) -> None:
            shown.setText(unit.format(now))
            take(now)

        slider.valueChanged.connect(changed)
        return row

    def _setter(self, field: str) -> Callable[[object], None]:
        def take(value: object) -> None:
            self._preferences.change(**{field: value})

        return take
