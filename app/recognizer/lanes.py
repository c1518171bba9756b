"""What several lanes tell, as one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from app.domain.errors import CaptionError
from app.recognizer.news import LaneFailed, News, Progress, Remark, StatusChanged
from app.recognizer.status import (
    Connecting,
    Finishing,
    Hearing,
    Listening,
    Offline,
    Reconnecting,
    Reduced,
    Waiting,
)

_BAD: Final[tuple[type[Hearing], ...]] = (Listening, Connecting, Offline, Waiting, Reduced, Reconnecting)
"""From good to bad."""


class Lanes:
    """Joins the news of lanes: the worst status, the progress of the slowest, each remark once.

    Args:
        names: of the lanes, all of which are getting ready.
    """

    def __init__(self, names: Sequence[str], tell: Callable[[News], None]) -> None:
        self._tell = tell
        self._statuses: dict[str, Hearing | Finishing] = dict.fromkeys(names, Connecting())
        self._told: Hearing | Finishing = Connecting()
        self._progress: dict[str, Progress] = {}
        self._lost: Reduced | None = None
        self._remarks: dict[str, str] = {}
        """Who made them."""

    def teller(self, lane: str) -> Callable[[News], None]:
        """What `lane` is to tell its news to."""

        def take(news: News) -> None:
            self._take(lane, news)

        return take

    def ended(self, lane: str, error: CaptionError | None = None) -> None:
        """A lane is through, or failed with `error`; that is told where others go on."""
        self._statuses.pop(lane)
        if not self._statuses:
            return
        if error is not None:
            self._lost = Reduced(lane, error.problem)
            self._tell(LaneFailed(lane, error))
        self._tell_status()

    def _take(self, lane: str, news: News) -> None:
        match news:
            case StatusChanged(
                Finishing() | Connecting() | Listening() | Waiting() | Offline() | Reconnecting() as status
            ):
                self._statuses[lane] = status
                self._tell_status()
            case Progress():
                self._progress[lane] = news
                self._tell(self._joined())
            case Remark(sentence):
                # What both lanes say is said once; what one of them says again happened again.
                if self._remarks.setdefault(sentence, lane) == lane:
                    self._tell(news)
            case _:
                self._tell(news)

    def _tell_status(self) -> None:
        status = self._worst()
        if status != self._told:
            self._told = status
            self._tell(StatusChanged(status))

    def _worst(self) -> Hearing | Finishing:
        going_on = {
            lane: status for lane, status in self._statuses.items() if not isinstance(status, Finishing)
        }
        if not going_on:
            return Finishing()
        if all(isinstance(status, Waiting) for status in going_on.values()):
            return next(iter(going_on.values()))
        hearing = [_of(lane, status) for lane, status in going_on.items()]
        if self._lost is not None:
            hearing.append(self._lost)
        return max(hearing, key=_badness)

    def _joined(self) -> Progress:
        known = self._progress.values()
        heard = max(progress.heard for progress in known)
        # A lane that ended is as far as it will ever be.
        late = [one.heard - one.recognized for lane, one in self._progress.items() if lane in self._statuses]
        return Progress(
            heard=heard,
            recognized=heard - max(late, default=0.0),
            total=None,
            lost=sum(progress.lost for progress in known),
        )


def _of(lane: str, status: Hearing) -> Hearing:
    return replace(status, lane=lane) if isinstance(status, Waiting) else status


def _badness(hearing: Hearing) -> int:
    return _BAD.index(type(hearing))
