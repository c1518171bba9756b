"""From partials and finals to what a person reads: settled words never change on screen."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from app.domain.events import Final, Partial

HELD_BACK = 1
"""Newest words of a partial that never settle: they were cut off while being said."""
PARDONED = 2
"""Words an utterance may take back, and one more for every four that settled, before its new words have
to wait for a second partial that agrees."""
REACH = 24
"""Settled words looked at to find the place again where a partial has rewritten them."""
REMEMBERED = 64
"""Finished utterances of which a late partial is still known to be late."""

# Thai to Lao, Burmese, Khmer, Chinese and Japanese are written without blanks: a character is a word.
_UNSPACED_RANGES = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef"
    "\U00020000-\U0003ffff"
)


# Compiled when first needed: a set as large as this takes longer than all the rest of the file.
@cache
def _piece() -> re.Pattern[str]:
    return re.compile(rf"\s*(?:[{_UNSPACED_RANGES}]|[^\s{_UNSPACED_RANGES}]+)")


@cache
def _unspaced() -> re.Pattern[str]:
    return re.compile(f"[{_UNSPACED_RANGES}]")


@dataclass(frozen=True, slots=True)
class Caption:
    """One utterance as it stands on screen.

    A final caption without text says that the line goes: nothing was said after all.

    Attributes:
        utterance: number of the utterance within its lane.
        settled: words that will not change any more; of the same utterance, each caption's
            `settled` begins with the one before it.
        soft: words still open to change; begins with its own blank where one is needed.
        final: the utterance is over; `soft` is empty.
    """

    lane: str
    utterance: int
    start: float
    settled: str
    soft: str
    final: bool = False

    @property
    def text(self) -> str:
        """The whole line."""
        return self.settled + self.soft


class Stabilizer:
    """Turns the partials of a lane into captions that do not jump.

    A word settles when two partials in a row agree on it, or when the engine promises it; until
    then it is soft. Utterances may interleave.
    """

    def __init__(self, lane: str) -> None:
        self._lane = lane
        self._open: dict[int, _Line] = {}
        self._over: dict[int, None] = {}

    def apply(self, event: Partial | Final) -> Caption | None:
        """What the screen shows after `event`; None where it shows the same as before."""
        if event.utterance in self._over:
            return None
        line = self._open.setdefault(event.utterance, _Line())
        before = line.settled, line.soft
        final = isinstance(event, Final)
        if isinstance(event, Final):
            line.end(event.text)
            self._close(event.utterance)
        else:
            line.follow(event.text, event.settled)
        if (line.settled, line.soft) == before and not (final and line.settled):
            return None
        return Caption(self._lane, event.utterance, event.start, line.settled, line.soft, final)

    def _close(self, utterance: int) -> None:
        del self._open[utterance]
        self._over[utterance] = None
        if len(self._over) > REMEMBERED:
            del self._over[next(iter(self._over))]


@dataclass(frozen=True, slots=True)
class _Word:
    """A word with the blanks before it and the punctuation after it; `key` is what is compared."""

    text: str
    key: str


class _Line:
    """What is known of one utterance."""

    def __init__(self) -> None:
        self.settled = ""
        self.soft = ""
        self._keys: list[str] = []
        self._open: list[_Word] = []
        self._shown = 0
        self._taken_back = 0

    def follow(self, text: str, promised: int) -> None:
        """Take a partial, whose first `promised` characters the engine will keep."""
        words = _words(text)
        place = _place(self._keys, _keys(words))
        rest = words[place:]
        same = _agreement(_keys(self._open), _keys(rest))
        self._taken_back += max(self._shown - same, 0)
        settling = max(min(same, len(rest) - HELD_BACK), _whole_words(words, promised) - place, 0)
        mark = self._late_mark(words, place)
        if settling:
            self.settled += mark
        self._settle(rest[:settling])
        self._open = rest[settling:]
        self._shown = len(self._open) if self._trusted else max(same - settling, 0)
        self.soft = _joined(self.settled, self._open[: self._shown])
        if self.soft and not settling:
            self.soft = mark + self.soft

    def end(self, text: str) -> None:
        """Take the final text; where it is empty, nothing is left."""
        words = _words(text)
        place = _place(self._keys, _keys(words))
        self.settled += self._late_mark(words, place)
        self._settle(words[place:])
        self.soft = ""
        if not words:
            self.settled = ""

    @property
    def _trusted(self) -> bool:
        """Whether new words are worth showing at once: in noise, an engine changes its mind too often."""
        return self._taken_back <= PARDONED + len(self._keys) // 4

    def _late_mark(self, words: Sequence[_Word], place: int) -> str:
        """What closes the last settled word, where that was heard only after the word had settled."""
        if not place or not self._keys or words[place - 1].key != self._keys[-1] or _closing(self.settled):
            return ""
        return _closing(words[place - 1].text)

    def _settle(self, words: Sequence[_Word]) -> None:
        self.settled += _joined(self.settled, words)
        self._keys += _keys(words)


def _words(text: str) -> list[_Word]:
    words: list[_Word] = []
    # Without the blanks at the end: each of them would look through all the others.
    for piece in _piece().findall(text.rstrip()):
        key = "".join(filter(_is_compared, piece.casefold()))
        if words and not (key and words[-1].key):
            # Punctuation that stands alone belongs to the word before it, or after it at the start.
            last = words.pop()
            words.append(_Word(last.text + piece, last.key + key))
        else:
            words.append(_Word(piece, key))
    return words


def _keys(words: Sequence[_Word]) -> list[str]:
    return [word.key for word in words]


def _closing(text: str) -> str:
    """The punctuation at the end of `text`."""
    stem = text
    while stem and not stem[-1].isspace() and not _is_compared(stem[-1]):
        stem = stem[:-1]
    return text[len(stem) :]


def _is_compared(character: str) -> bool:
    return unicodedata.category(character)[0] in "LMN"


def _joined(before: str, words: Sequence[_Word]) -> str:
    text = "".join(word.text for word in words)
    if not before:
        return text.lstrip()
    if not text or text[0].isspace() or _unspaced().match(text) or _unspaced().match(before[-1]):
        return text
    return " " + text


def _place(settled: Sequence[str], heard: Sequence[str]) -> int:
    """Where in `heard` the settled words end: behind the stretch that is most like them."""
    same = _agreement(settled, heard)
    rewritten = len(settled) - same
    if not rewritten:
        return same
    if rewritten <= REACH:
        begin, tail, penalty = same, settled[same:], 1
    else:
        # So much is different that the place may be anywhere near.
        begin, tail, penalty = max(0, len(settled) - 2 * REACH), settled[-REACH:], 0
    window = heard[begin : len(settled) + REACH]
    costs = _edits(tail, window, penalty)
    expected = len(settled) - begin
    return begin + min(range(len(costs)), key=lambda end: (costs[end], abs(end - expected), -end))


def _edits(tail: Sequence[str], window: Sequence[str], skipping: int) -> list[int]:
    """Edit distance from `tail` to `window[:end]` for each end; words skipped before it cost `skipping`."""
    costs = [position * skipping for position in range(len(window) + 1)]
    for word in tail:
        diagonal, costs[0] = costs[0], costs[0] + 1
        for position, other in enumerate(window, 1):
            change = diagonal + (word != other)
            diagonal = costs[position]
            costs[position] = min(change, diagonal + 1, costs[position - 1] + 1)
    return costs


def _agreement(one: Sequence[str], other: Sequence[str]) -> int:
    count = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        count += 1
    return count


def _whole_words(words: Sequence[_Word], characters: int) -> int:
    count = length = 0
    for word in words:
        length += len(word.text)
        if length > characters:
            break
        count += 1
    return count
