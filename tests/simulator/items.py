"""Items of a realtime conversation: one for each sentence, with the id of the one before."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.simulator.hearing import agreed, pieces
from tests.simulator.session import item_id


@dataclass(slots=True)
class Item:
    """One sentence of the user.

    Attributes:
        previous: id of the item before it; empty for the first.
        settled, soft: what was last said of it.
        sent: how many of its words went out as increments.
    """

    number: int
    previous: str
    id: str = field(default_factory=item_id)
    settled: str = ""
    soft: str = ""
    sent: int = 0

    def follow(self, text: str) -> None:
        """Take the newest understanding: what two in a row agree on is settled."""
        self.settled = agreed(self.settled + self.soft, text)
        self.soft = text[len(self.settled) :]

    def increment(self, text: str) -> str:
        """The words of `text` that were not sent yet, as an increment."""
        words = pieces(text)
        fresh = "".join(words[self.sent :])
        self.sent = max(self.sent, len(words))
        return fresh


class Items:
    """The items of one session."""

    def __init__(self) -> None:
        self._open: dict[int, Item] = {}
        self._last = ""
        self.count = 0

    def get(self, utterance: int) -> tuple[Item, bool]:
        """The item of an utterance, and whether it is a new one."""
        item = self._open.get(utterance)
        if item is not None:
            return item, False
        item = self._open[utterance] = self.fresh()
        return item, True

    def fresh(self) -> Item:
        """An item that no utterance belongs to."""
        self.count += 1
        item = Item(self.count, self._last)
        self._last = item.id
        return item

    def pop(self, utterance: int) -> None:
        """The utterance is over."""
        self._open.pop(utterance, None)
