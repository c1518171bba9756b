"""Keeps the window's controls abreast of what the service tells."""

from __future__ import annotations

from dataclasses import replace
from time import monotonic

from PySide6.QtCore import QObject, QTimer

from app.domain.audio import Level
from app.domain.errors import AccessError, CaptionError, InputError, UsageError
from app.domain.transcript import Change
from app.recognizer.news import Progress
from app.recognizer.status import Connecting, Failed, Finishing, Hearing, Idle, Paused, Status, Waiting
from app.ui.bridge import Bridge
from app.ui.commands import is_running
from app.ui.deafness import Deafness
from app.ui.notice import Notice, Remedy, Tone
from app.ui.parts import Parts
from app.ui.status_line import health_of
from app.ui.surroundings import Captioning
from app.ui.talk import KEY_NAME, Talking
from app.ui.trouble import Trouble

_CLOCK_MS = 250
_LONG_FINISH_MS = 1500
"""A live session that takes longer to finish than this shows how far it is, and a way out."""


class Live(QObject):
    """Listens to the bridge and moves the controls."""

    def __init__(self, service: Captioning, bridge: Bridge, parts: Parts, parent: QObject) -> None:
        super().__init__(parent)
        self._service = service
        self._parts = parts
        self._progress: Progress | None = None
        self._failure: Notice | None = None
        action = parts.actions.recognizer
        self._trouble = Trouble(parts.notices, Remedy(action.text(), action.trigger), self)
        self._deafness = Deafness(bridge, self)
        self._deafness.changed.connect(parts.status_line.show_deaf)
        self._deafness.changed.connect(parts.overlay.show_deaf)
        self._clock = self._timer(_CLOCK_MS, single=False)
        self._clock.timeout.connect(self._tick)
        self._patience = self._timer(_LONG_FINISH_MS, single=True)
        self._patience.timeout.connect(self._show_finishing)
        parts.top_bar.talk.talked.connect(self._talked)
        parts.top_bar.talk.sentence_ended.connect(service.end_sentence)
        bridge.status_changed.connect(self._status_changed)
        parts.top_bar.mute_asked.connect(service.mute)
        parts.titles.changed.connect(self._show_titles)
        bridge.lanes_began.connect(self._lanes_began)
        bridge.lane_muted.connect(parts.top_bar.show_muted)
        bridge.lane_failed.connect(self._lane_failed)
        bridge.level_changed.connect(self._level_changed)
        bridge.progress_changed.connect(self._progress_changed)
        bridge.transcript_changed.connect(self.transcript_changed)
        bridge.session_began.connect(self._session_began)
        bridge.remarked.connect(self._remarked)
        bridge.troubled.connect(self._troubled)
        parts.devices.on_change(self._devices_listed)
        self._show_titles()
        self._session_began()
        self._show(service.status)

    def transcript_changed(self, change: Change) -> None:
        """The engine or the user changed the transcript."""
        self._parts.tally.take(change)
        self._parts.status_line.show_captions(self._parts.tally.captions)

    def _timer(self, milliseconds: int, single: bool) -> QTimer:
        timer = QTimer(self)
        timer.setInterval(milliseconds)
        timer.setSingleShot(single)
        return timer

    def _session_began(self) -> None:
        self._parts.tally.restart(self._service.transcript.entries, exported=self._service.exported)
        self._parts.status_line.show_captions(self._parts.tally.captions)
        self._tick()

    def _status_changed(self, status: Status) -> None:
        self._show(status)
        if isinstance(status, Connecting):
            self._parts.progress.begin()
            self._forget_failure()
        if isinstance(status, Failed):
            self._tell_failure(status)
        self._trouble.show_status(status)
        self._parts.commands.status_changed(status)

    def _tell_failure(self, failed: Failed) -> None:
        self._failure = Notice(str(failed.error), Tone.BAD, self._remedies(failed.error))
        if self._is_told_elsewhere():
            return
        self._parts.notices.tell(self._failure)
        if failed.sourceless and self._parts.commands.choice.kind.live:
            # What the first screen says of the devices is not true any more.
            self._parts.devices.refresh()

    def _is_told_elsewhere(self) -> bool:
        """Whether the first screen says this very sentence, where the sources are."""
        if self._failure is None or self._parts.tally.captions:
            return False
        return self._parts.first.insist(self._failure.text)

    def _devices_listed(self) -> None:
        if self._parts.notices.notice is self._failure and self._is_told_elsewhere():
            self._parts.notices.dismiss()

    def _remedies(self, error: CaptionError) -> tuple[Remedy, ...]:
        """What the recognizer's settings can mend leads there."""
        if not isinstance(error, (AccessError, UsageError)):
            return ()
        action = self._parts.actions.recognizer
        return (Remedy(action.text(), action.trigger),)

    def _show(self, status: Status) -> None:
        running = is_running(status)
        paused, finishing = isinstance(status, Paused), isinstance(status, Finishing)
        parts = self._parts
        # The bar first: it takes the focus off buttons that the actions are about to disable.
        parts.top_bar.show_running(running, paused, finishing)
        self._show_talk(running and not paused and not finishing)
        parts.actions.show_state(running, paused, finishing)
        blameless = isinstance(status, Idle | Waiting) or (
            isinstance(status, Failed) and isinstance(status.error, InputError)
        )
        parts.top_bar.recognizer.show_health(None if blameless else health_of(status))
        parts.status_line.show_status(status)
        self._show_progress_row(running, finishing)
        if paused:
            parts.top_bar.quiet()
        if running and not paused:
            self._clock.start()
        else:
            self._clock.stop()
        self._tick()

    def _show_talk(self, hears: bool) -> None:
        mode = self._parts.commands.talking if hears else Talking.HIDDEN
        self._parts.top_bar.show_talk(mode)
        self._show_what_to_do()

    def _talked(self, talking: bool) -> None:
        self._service.talk(talking)
        self._show_what_to_do()

    def _show_what_to_do(self) -> None:
        """Nothing is captioned before the user has ended a sentence, or has held the key to talk."""
        talk = self._parts.top_bar.talk
        text = ""
        if talk.mode is Talking.ENDS_SENTENCES:
            text = self.tr("Press {key} to end the sentence")
        elif talk.mode is Talking.PUSH_TO_TALK and not talk.talking:
            text = self.tr("Hold {key} to talk")
        self._parts.status_line.show_listening(text.format(key=KEY_NAME))

    def _show_progress_row(self, running: bool, finishing: bool) -> None:
        self._patience.stop()
        recording = not self._parts.commands.choice.kind.live
        self._parts.progress.setVisible(running and recording)
        if finishing and not recording:
            self._patience.start()

    def _show_finishing(self) -> None:
        self._parts.progress.begin()
        self._parts.progress.show()
        self._take_progress()

    def _progress_changed(self, progress: Progress) -> None:
        self._progress = progress
        self._parts.status_line.show_progress(progress)
        if not self._parts.progress.isHidden():
            self._take_progress()

    def _take_progress(self) -> None:
        """What the row shows of live sound is how much of what was heard has been recognized."""
        progress = self._progress
        if progress is not None:
            if progress.total is None:
                progress = replace(progress, total=progress.heard)
            self._parts.progress.take(progress, monotonic())

    def _remarked(self, sentence: str) -> None:
        self._trouble.tell_beside(sentence)

    def _troubled(self, lane: str, sentence: str) -> None:
        if not sentence:
            # What is heard now may be new to the list, where nothing announced it.
            self._parts.devices.refresh()

    def _level_changed(self, lane: str, level: Level) -> None:
        # Whoever recognizes may be away: the sound is heard and kept all the same.
        if isinstance(self._service.status, Hearing):
            self._parts.top_bar.take_level(lane, level)

    def _lanes_began(self, lanes: tuple[str, ...]) -> None:
        self._parts.top_bar.show_lanes(lanes)

    def _lane_failed(self, lane: str, error: CaptionError) -> None:
        self._parts.top_bar.show_gone(lane)
        text = self.tr("{lane} is not heard any more; captions of the others go on. {problem}")
        told = text.format(lane=self._parts.titles.of(lane), problem=error)
        self._parts.notices.tell(Notice(told, Tone.WARN, self._remedies(error)))

    def _show_titles(self) -> None:
        self._parts.top_bar.show_titles(self._parts.titles.of)
        self._parts.status_line.show_status(self._service.status)

    def _tick(self) -> None:
        self._parts.top_bar.show_elapsed(self._service.elapsed)

    def _forget_failure(self) -> None:
        """A new attempt answers the failure before it."""
        if self._failure is not None and self._parts.notices.notice is self._failure:
            self._parts.notices.dismiss()
        self._failure = None
