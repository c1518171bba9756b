"""Service news to typed signals: the one object they pass through on their way to the views."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.recognizer.news import (
    CaptionChanged,
    DenoisingChanged,
    LaneFailed,
    LaneMuted,
    LanesBegan,
    LaneTrouble,
    LevelChanged,
    News,
    Progress,
    Remark,
    ReplayChanged,
    SessionBegan,
    StatusChanged,
    TranscriptChanged,
    TranscriptEdited,
)
from app.recognizer.service import CaptionService


class Bridge(QObject):
    """Emits what the service tells, one signal a kind."""

    status_changed = Signal(object)
    """A `Status`."""
    lanes_began = Signal(object)
    """The lanes that captioning starts on, a tuple of names."""
    lane_muted = Signal(str, bool)
    """A lane, and whether it is silent now."""
    lane_failed = Signal(str, object)
    """A lane that is not heard any more, and the `CaptionError`."""
    session_began = Signal()
    """The transcript was replaced; views reload."""
    caption_changed = Signal(object)
    """A `Caption`."""
    transcript_changed = Signal(object)
    """A `Change` made by the engine."""
    level_changed = Signal(str, object)
    """A lane and its `Level`."""
    denoising_changed = Signal(str, object)
    """A lane and its `Denoising`."""
    progress_changed = Signal(object)
    """A `Progress`."""
    remarked = Signal(str)
    """A sentence for the user."""
    troubled = Signal(str, str)
    """A lane and what keeps it from being heard; an empty sentence once that is over."""

    replay_changed = Signal(object, object)
    """The `ReplayStage` that is played to the user or None, and the `CaptionError` if it could not be."""

    def __init__(self, service: CaptionService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._unsubscribe = service.subscribe(self._take)

    def close(self) -> None:
        """Hear no more of the service."""
        self._unsubscribe()

    def _take(self, news: News) -> None:
        match news:
            case CaptionChanged(caption):
                self.caption_changed.emit(caption)
            case TranscriptChanged(change):
                self.transcript_changed.emit(change)
            case Progress():
                self.progress_changed.emit(news)
            case Remark(sentence):
                self.remarked.emit(sentence)
            case StatusChanged(status):
                self.status_changed.emit(status)
            case (
                LanesBegan()
                | LaneMuted()
                | LaneFailed()
                | LaneTrouble()
                | LevelChanged()
                | DenoisingChanged()
            ):
                self._take_of_lane(news)
            case ReplayChanged(playing, problem):
                self.replay_changed.emit(playing, problem)
            case SessionBegan():
                self.session_began.emit()
            case TranscriptEdited():
                # The view that the user typed in shows the edit already.
                pass

    def _take_of_lane(
        self, news: LanesBegan | LaneMuted | LaneFailed | LaneTrouble | LevelChanged | DenoisingChanged
    ) -> None:
        match news:
            case LevelChanged(lane, level):
                self.level_changed.emit(lane, level)
            case LanesBegan(lanes):
                self.lanes_began.emit(lanes)
            case LaneMuted(lane, muted):
                self.lane_muted.emit(lane, muted)
            case LaneFailed(lane, error):
                self.lane_failed.emit(lane, error)
            case LaneTrouble(lane, sentence):
                self.troubled.emit(lane, sentence)
            case DenoisingChanged(lane, denoising):
                self.denoising_changed.emit(lane, denoising)
