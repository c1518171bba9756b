"""What keeps a service away and will not mend by itself: said until it is mended."""

from __future__ import annotations

from PySide6.QtCore import QObject

from app.recognizer.status import Finishing, Offline, Paused, Reconnecting, Status
from app.ui.notice import Notice, NoticeStrip, Remedy


class Trouble(QObject):
    """Tells the user what they have to mend while captioning goes on without it, once for each problem.

    Args:
        settings: leads to where it can be mended.
    """

    def __init__(self, notices: NoticeStrip, settings: Remedy, parent: QObject) -> None:
        super().__init__(parent)
        self._notices = notices
        self._settings = settings
        self._problem = ""
        self._notice: Notice | None = None

    def show_status(self, status: Status) -> None:
        """It goes on like this."""
        if isinstance(status, Paused):
            return
        if isinstance(status, Reconnecting | Offline | Finishing) and status.remedy:
            self._tell(status)
        else:
            self._forget()

    def tell_beside(self, sentence: str) -> None:
        """Tell something else, which must not take away what the user has to mend."""
        notice = self._notice
        if notice is None or self._notices.notice is not notice:
            self._notices.tell(Notice(sentence))
            return
        self._notice = Notice(f"{notice.text} {sentence}", notice.tone, notice.remedies)
        self._notices.tell(self._notice)

    def _tell(self, status: Reconnecting | Offline | Finishing) -> None:
        if status.reason == self._problem:
            # Told before, and perhaps dismissed.
            return
        self._problem = status.reason
        text = self.tr("{problem} {remedy} Surtitle keeps trying and then goes on by itself.")
        text = text.format(problem=status.reason, remedy=status.remedy)
        self._notice = Notice(text, remedies=(self._settings,))
        self._notices.tell(self._notice)

    def _forget(self) -> None:
        if self._notice is not None and self._notices.notice is self._notice:
            self._notices.dismiss()
        self._problem, self._notice = "", None
