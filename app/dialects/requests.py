"""What was asked of a service about sentences that the user ends, and what came of it."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Final

from app.dialects.frames import Json, part, text_of

REMEMBERED: Final = 4096
"""As many as sentences that wait for a name: by their order it is told which one is refused."""


@dataclass(slots=True)
class Request:
    """A message of ours that will be answered or refused.

    Attributes:
        kind: of the message.
        sentence: number of the sentence it is about.
        key: of that sentence, once the service has a name for it.
    """

    kind: str
    sentence: int
    key: Hashable | None = None


class Requests:
    """Those of one session that nothing came of so far, oldest first: services answer in order."""

    def __init__(self) -> None:
        self._open: dict[str, Request] = {}
        self._refused: dict[int, None] = {}

    def __len__(self) -> int:
        return len(self._open)

    def ask(self, event: str, kind: str, sentence: int) -> None:
        """A message was sent.

        Args:
            event: its id.
            kind: of message.
            sentence: number of the sentence it is about.
        """
        self._open[event] = Request(kind, sentence)
        if len(self._open) > REMEMBERED:
            del self._open[next(iter(self._open))]

    def name(self, kind: str, key: Hashable) -> bool:
        """The oldest of `kind` is answered: its sentence is called `key`.

        Returns:
            Whether something else about that sentence was refused before.
        """
        if not (found := self.answer(kind)):
            return False
        for request in self._open.values():
            if request.sentence == found.sentence:
                request.key = key
        return found.sentence in self._refused

    def answer(self, kind: str) -> Request | None:
        """The oldest of `kind` is answered; None where there is none."""
        event = next((event for event, one in self._open.items() if one.kind == kind), "")
        return self._open.pop(event, None)

    def refuse(self, content: Json) -> tuple[Request | None, bool]:
        """What an error is about, and whether the service says so.

        Where it does not, it is about the oldest; None where it is about something else.
        """
        error = part(content, "error")
        event, message = text_of(error.get("event_id")), text_of(error.get("message"))
        if not event:
            named = (event for event, one in self._open.items() if one.kind in message)
            oldest = next(named, next(iter(self._open), ""))
            return self._open.pop(oldest, None), False
        found = self._open.pop(event, None)
        if found is not None:
            self._refused[found.sentence] = None
            if len(self._refused) > REMEMBERED:
                del self._refused[next(iter(self._refused))]
        return found, True

    def before(self, request: Request) -> int:
        """How many older ones of its kind are open."""
        return sum(
            one.kind == request.kind and one.sentence < request.sentence for one in self._open.values()
        )
