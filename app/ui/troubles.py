"""What keeps lanes from being heard: shown for as long as it lasts, and not a moment longer."""

from __future__ import annotations

from PySide6.QtCore import QObject

from app.recognizer.status import Status
from app.ui.bridge import Bridge
from app.ui.commands import is_running
from app.ui.notice import Notice, NoticeStrip
from app.ui.overlay_control import OverlayControl


class Troubles(QObject):
    """Shows them under the bar and on the overlay; each once, so that a notice dismissed stays so."""

    def __init__(
        self, bridge: Bridge, notices: NoticeStrip, overlay: OverlayControl, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._notices = notices
        self._overlay = overlay
        self._sentences: dict[str, str] = {}
        self._shown: Notice | None = None
        bridge.troubled.connect(self._troubled)
        bridge.status_changed.connect(self._status_changed)

    def _troubled(self, lane: str, sentence: str) -> None:
        before = self._sentences.pop(lane, "")
        if sentence:
            self._sentences[lane] = sentence
        if sentence != before:
            self._show()

    def _status_changed(self, status: Status) -> None:
        if self._sentences and not is_running(status):
            self._sentences.clear()
            self._show()

    def _show(self) -> None:
        text = " ".join(dict.fromkeys(self._sentences.values()))
        self._overlay.show_trouble(text)
        if text:
            self._shown = Notice(text)
            self._notices.tell(self._shown)
        elif self._notices.notice is self._shown:
            # Unless something newer stands in its place.
            self._notices.dismiss()
