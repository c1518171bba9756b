"""The order of items where the service says what each one follows, and not when it was said."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Final

from app.dialects.timeline import Timeline
from app.dialects.utterances import LOOK_BACK, Utterances
from app.domain.events import Event

REMEMBERED: Final = 256


class Succession:
    """Begins committed items in the order of their sounds: each one behind what it follows.

    Args:
        timeline: of the connection.
        utterances: what the items become.
    """

    def __init__(self, timeline: Timeline, utterances: Utterances) -> None:
        self._timeline = timeline
        self._utterances = utterances
        self._known: dict[Hashable, Hashable] = {}
        self._waiting: dict[Hashable, Hashable] = {}
        self._stop = 0.0

    def commit(self, key: Hashable, previous: Hashable) -> list[Event]:
        """The item is over and follows `previous`, which is empty where the service does not say.

        An item that follows one that is still unknown waits for it, or else for its own first word.
        """
        if previous and previous not in self._known and not self._utterances.is_over(previous):
            _remember(self._waiting, previous, key)
            return []
        chain = [key]
        while (follower := self._waiting.pop(chain[-1], None)) is not None:
            chain.append(follower)
        return self._begin(chain)

    def _begin(self, chain: list[Hashable]) -> list[Event]:
        """Begin items that are over by now; those told at once share the time."""
        now = self._timeline.now
        start = min(max(now - LOOK_BACK, self._timeline.start, self._stop), now)
        share = (now - start) / len(chain)
        events: list[Event] = []
        for number, key in enumerate(chain):
            _remember(self._known, key, None)
            if begun := self._utterances.begin(key, start + number * share):
                self._utterances.stop(key, start + (number + 1) * share)
                self._stop = now
            events += begun
        return events


def _remember(found: dict[Hashable, Hashable], key: Hashable, value: Hashable) -> None:
    found[key] = value
    if len(found) > REMEMBERED:
        del found[next(iter(found))]
