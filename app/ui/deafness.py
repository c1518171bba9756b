"""Why nothing is heard although captions run: what is played to the user, and what they muted."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.domain.audio import ReplayStage
from app.recognizer.status import Status
from app.ui.bridge import Bridge
from app.ui.commands import is_running


class Deafness(QObject):
    """Follows what the service tells, and puts it into words."""

    changed = Signal(str)
    """A few words; empty once something is heard."""

    def __init__(self, bridge: Bridge, parent: QObject) -> None:
        super().__init__(parent)
        self._playing = False
        self._lanes: tuple[str, ...] = ()
        self._muted: set[str] = set()
        self._told = ""
        bridge.replay_changed.connect(self._replay_changed)
        bridge.lanes_began.connect(self._lanes_began)
        bridge.lane_muted.connect(self._lane_muted)
        bridge.status_changed.connect(self._status_changed)

    def _replay_changed(self, playing: ReplayStage | None, _problem: object) -> None:
        self._playing = playing is not None
        self._tell()

    def _lanes_began(self, lanes: tuple[str, ...]) -> None:
        # Those that begin silent are told next.
        self._lanes, self._muted = lanes, set()
        self._tell()

    def _lane_muted(self, lane: str, muted: bool) -> None:
        (self._muted.add if muted else self._muted.discard)(lane)
        self._tell()

    def _status_changed(self, status: Status) -> None:
        if not is_running(status):
            self._playing, self._lanes = False, ()
            self._tell()

    def _tell(self) -> None:
        words = self._words()
        if words != self._told:
            self._told = words
            self.changed.emit(words)

    def _words(self) -> str:
        if self._playing:
            return self.tr("Nothing is captioned while the last seconds play")
        # Of several lanes one that is muted shows that by its button, and the others are captioned.
        return self.tr("Muted") if self._lanes and self._muted.issuperset(self._lanes) else ""
