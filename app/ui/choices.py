"""What the user chose takes effect at once."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app.domain.errors import OutputError
from app.domain.noise import Denoising, Noise
from app.domain.request import Denoise, Pace, WordSet
from app.recognizer.status import Connecting, Status
from app.settings import Settings
from app.ui import whereabouts
from app.ui.dialogs import Dialogs
from app.ui.look import Look
from app.ui.notice import Notice, Remedy, Tone
from app.ui.parts import Parts, World

_TEXT_SIZE = 16
"""Of the transcript by design, in pixels."""
_TEXT_SIZES = (12, 36)
_LEAST_PANEL = 220


class Choices(QObject):
    """Takes choices from the controls into the settings, and from the settings to what they concern."""

    def __init__(self, world: World, look: Look, parts: Parts, window: QWidget) -> None:
        super().__init__(window)
        self._world = world
        self._parts = parts
        self._denoising: dict[str, Denoising] = {}
        self._dialogs = Dialogs(world, look, parts, window)
        self._connect()
        self._show_recognizer()
        self._show_denoise()
        self._show_text_size()

    def panel_sized(self, width: int) -> None:
        """The user moved the panel's edge."""
        self._world.preferences.change(panel_width=max(_LEAST_PANEL, width))

    def close(self) -> None:
        """Take along what was typed a moment ago, and close what is open beside the window."""
        self._parts.panel.flush()
        self._dialogs.close()

    def _connect(self) -> None:
        parts, preferences = self._parts, self._world.preferences
        parts.top_bar.source.pace_chosen.connect(self._set_pace)
        parts.first.pace_chosen.connect(self._set_pace)
        parts.panel.changed.connect(self._set_words)
        parts.panel.deleted.connect(self._words_deleted)
        parts.panel.closed.connect(parts.actions.panel.trigger)
        parts.actions.panel.triggered.connect(self._panel_shown)
        parts.actions.larger.triggered.connect(self._larger)
        parts.actions.smaller.triggered.connect(self._smaller)
        self._world.bridge.denoising_changed.connect(self._denoising_changed)
        self._world.bridge.status_changed.connect(self._status_changed)
        preferences.changed.connect(self._settings_changed)
        preferences.failed.connect(self._not_saved)

    def _settings_changed(self, before: Settings, now: Settings) -> None:
        if before.pace != now.pace:
            self._parts.top_bar.source.show_pace(now.pace)
            self._parts.first.show_pace(now.pace)
        if before.appearance != now.appearance:
            self._world.appearance.set_mode(now.appearance)
        if before.denoise != now.denoise:
            self._world.service.set_denoise(now.denoise)
            self._show_denoise()
        if before.text_size != now.text_size:
            self._show_text_size()
        if (before.engine, before.services) != (now.engine, now.services):
            self._show_recognizer()
        if before.stand_in != now.stand_in:
            self._world.service.prefer(self._parts.commands.preferred)
        self._parts.actions.overlay.setChecked(now.overlay.shown)

    def _not_saved(self, error: OutputError) -> None:
        self._parts.notices.tell(Notice(str(error)))

    def _show_recognizer(self) -> None:
        row = self._parts.commands.recognizer
        self._parts.top_bar.recognizer.show_chosen(row.id)
        choice = self._world.preferences.settings.service(row.id)
        self._parts.panel.show_traits(row.title, row.traits_of(choice.model))
        privacy = whereabouts.privacy(row, choice)
        self._parts.first.show_privacy(privacy)
        title, far = whereabouts.title(row, choice), row.service is not None
        self._parts.status_line.show_engine(title, privacy, far=far)

    def _show_denoise(self) -> None:
        match self._world.preferences.settings.denoise:
            case Denoise.AUTO:
                self._parts.status_line.show_denoise(*self._automatic())
            case Denoise.RNNOISE:
                self._parts.status_line.show_denoise(self.tr("RNNoise"))
            case Denoise.WEBRTC:
                self._parts.status_line.show_denoise(self.tr("WebRTC"))
            case Denoise.OFF:
                self._parts.status_line.show_denoise(self.tr("Denoise off"))

    def _automatic(self) -> tuple[str, str]:
        """What the denoise stage does by itself, and why; of all lanes the noisiest."""
        noises = {denoising.noise for denoising in self._denoising.values()}
        if Noise.STEADY in noises:
            return self.tr("Denoise on: steady noise"), self.tr(
                "Noise reduction is on, because there is loud, steady noise."
            )
        if Noise.CHANGING in noises:
            return self.tr("Denoise off: changing noise"), self.tr(
                "Noise reduction is off, because it would take words along with noise that changes."
            )
        if Noise.LITTLE in noises:
            return self.tr("Denoise off: little noise"), self.tr(
                "Noise reduction is off, because voices stand out well enough."
            )
        return self.tr("Denoise auto"), self.tr("Noise reduction turns on where there is steady noise.")

    def _status_changed(self, status: Status) -> None:
        if isinstance(status, Connecting):
            self._denoising.clear()
            self._show_denoise()

    def _denoising_changed(self, lane: str, denoising: Denoising) -> None:
        self._denoising[lane] = denoising
        self._show_denoise()

    def _show_text_size(self) -> None:
        self._parts.view.set_zoom(self._world.preferences.settings.text_size / _TEXT_SIZE)

    def _set_pace(self, pace: Pace) -> None:
        self._world.preferences.change(pace=pace)

    def _set_words(self, sets: tuple[WordSet, ...], chosen: str) -> None:
        self._world.preferences.change(word_sets=sets, chosen_set=chosen)

    def _words_deleted(self, name: str, bring_back: Callable[[], None]) -> None:
        text = self.tr("Deleted the set {name}.").format(name=name)
        self._parts.notices.tell(Notice(text, Tone.CALM, (Remedy(self.tr("Undo"), bring_back),)))

    def _panel_shown(self, shown: bool) -> None:
        self._world.preferences.change(panel_shown=shown)

    def _larger(self) -> None:
        self._resize_text(2)

    def _smaller(self) -> None:
        self._resize_text(-2)

    def _resize_text(self, by: int) -> None:
        low, high = _TEXT_SIZES
        size = self._world.preferences.settings.text_size + by
        self._world.preferences.change(text_size=min(high, max(low, size)))
