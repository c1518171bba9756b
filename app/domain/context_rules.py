"""How much text recognizers take as context, and what becomes of text that is longer."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.domain.hotword_rules import LONGEST_QUOTE, quoted
from app.domain.request import Hotword
from app.domain.tokens import clip_to_tokens, estimate_tokens

_COMMA: Final = ", "
_BETWEEN: Final = "\n\n"
"""Stands between the hotwords and the context."""


@dataclass(frozen=True, slots=True)
class ContextRules:
    """The limits of one recognizer: in tokens, or in characters; none where neither is given.

    Attributes:
        tokens: of all that is told.
        characters: of one message; what is told goes into `turns` of them.
        hotwords: hotwords are told in the context, before it: they have no place of their own.
    """

    tokens: int | None = None
    characters: int | None = None
    turns: int = 1
    hotwords: bool = False

    @property
    def limit(self) -> int | None:
        """How much it takes altogether, in its `unit`; None for any amount."""
        return self.tokens if self.characters is None else self.characters * self.turns

    @property
    def unit(self) -> str:
        """What is counted."""
        return "tokens" if self.characters is None else "characters"

    def share(self, hotwords: Sequence[Hotword], context: str) -> Share:
        """What of `hotwords` and `context` is told, and what is left out: always the end.

        A service would cut it without a word.
        """
        words = _COMMA.join(word.text for word in hotwords) if self.hotwords else ""
        words, context = (unicodedata.normalize("NFC", one.strip()) for one in (words, context))
        text = _BETWEEN.join(filter(None, (words, context)))
        texts, used, end = self._cut(text)
        past = end - len(words) - (len(_BETWEEN) if words else 0)
        left = words[_beginning(words, end) :] if end < len(words) else ""
        return Share(self, bool(words), texts, used, left, context[max(past, 0) :], whole=past <= 0)

    def _cut(self, text: str) -> tuple[tuple[str, ...], int, int]:
        """The messages, what all of `text` takes, and where in it the last message ends."""
        if self.characters is not None:
            return _in_turns(text, self.characters, self.turns)
        used = estimate_tokens(text)
        told = text if self.tokens is None or used <= self.tokens else clip_to_tokens(text, self.tokens)
        return (told,) if told else (), used, len(told)


@dataclass(frozen=True, slots=True)
class Share:
    """What of a request's hotwords and context goes to a recognizer as context.

    Attributes:
        with_words: hotwords are among it.
        texts: the messages, in their order; none where there is nothing to tell.
        used: how much of the limit all of it takes; more than the limit exactly where something is left out.
        words_left: the hotwords from the first one on that is not told whole.
        context_left: what is left out of the context.
        whole: nothing of the context is told.
    """

    rules: ContextRules
    with_words: bool
    texts: tuple[str, ...]
    used: int
    words_left: str
    context_left: str
    whole: bool

    @property
    def left_out(self) -> str:
        """What to tell about what is left out; empty where all of it is told."""
        parts = []
        if self.words_left:
            parts.append(f"the hotwords from {_opening(self.words_left)} on")
        if self.context_left:
            end = f"the end of the context, from {_opening(self.context_left)} on"
            parts.append("all of the context" if self.whole else end)
        if not parts:
            return ""
        what = "hotwords and context together" if self.with_words else "context"
        verb = "are" if self.words_left else "is"
        return (
            f"This recognizer takes {self.rules.limit:,} {self.rules.unit} of {what}, and here are "
            f"{self.used:,}: {' and '.join(parts)} {verb} left out. "
            "Shorten the text, or put first what matters most."
        )


def _in_turns(text: str, most: int, turns: int) -> tuple[tuple[str, ...], int, int]:
    """`text` in at most `turns` messages of at most `most` characters, cut between words where there are any.

    Each message but the last counts as full: what is left of it takes no further word.
    """
    texts: list[str] = []
    end = begin = 0
    while begin < len(text) and len(texts) < turns:
        end = _last_cut(text, begin, most)
        texts.append(text[begin:end].rstrip())
        begin = end
        while begin < len(text) and text[begin].isspace():
            begin += 1
    rest = len(text) - begin
    full = len(texts) if rest else max(len(texts) - 1, 0)
    return tuple(texts), full * most + (rest or (len(texts[-1]) if texts else 0)), begin


def _last_cut(text: str, begin: int, most: int) -> int:
    """The last place to cut at most `most` characters behind `begin`."""
    if len(text) - begin <= most:
        return len(text)
    places = range(begin + most, begin + most // 2, -1)
    return next((place for place in places if text[place].isspace()), begin + most)


def _beginning(words: str, place: int) -> int:
    """Where the hotword begins that is cut at `place`."""
    comma = words.rfind(_COMMA, 0, place)
    return 0 if comma < 0 else comma + len(_COMMA)


def _opening(text: str) -> str:
    return quoted(" ".join(text[: 2 * LONGEST_QUOTE].split()))
