"""How much of a service's context limit a text may use."""

from __future__ import annotations

import re
import unicodedata
import zlib
from base64 import b85decode
from functools import cache, lru_cache
from itertools import pairwise

from app.domain.token_table import COSTS, MERGES

_LONGEST_WORD = 32
"""Characters; what is longer is no word, and each of its letters is counted."""
_REPEATED = 8
"""Blanks, tabs or line ends in a row that are one token at most."""
_BEYOND_TABLE = 4
"""Tokens of a character from U+10000 on, such as an emoji, at most."""
_UNKNOWN = 1 << 30

_PIECES = r"""
    (?<![^\w\r\n\t]|_)(?:'(?i:[sdmt]|re|ve|ll)|[!-/:-@\[-`{-~][A-Za-z]+)
    | [ ]?[A-Za-z]+
    | [ ][\u0800-\uffff]
    | [ ]+(?=[ ]) | \t+(?=\t) | \n+
    | .
"""
"""Cut where the tokenizer cuts: a word takes the blank, or a lone sign, before it along."""


def estimate_tokens(text: str) -> int:
    """Say how many tokens `text` has at most.

    Never fewer than the tokenizer of the Qwen family counts: an estimate that is too low would let the
    service cut the context without a word. Some 1.5 times as many for English and Chinese.
    """
    # Without a text nothing is compiled: the window opens with none.
    return sum(map(_count, _pieces().findall(unicodedata.normalize("NFC", text)))) if text else 0


def clip_to_tokens(text: str, limit: int) -> str:
    """The longest beginning of `text` that is at most `limit` tokens, not cut within a word."""
    text = unicodedata.normalize("NFC", text)
    total = 0
    for piece in _pieces().finditer(text):
        total += _count(piece.group())
        if total > limit:
            return text[: piece.start()].rstrip()
    return text


@cache
def _pieces() -> re.Pattern[str]:
    return re.compile(_PIECES, re.VERBOSE | re.DOTALL)


def _count(piece: str) -> int:
    last = piece[-1]
    if last >= "\x80":
        # Behind a blank, the bytes of a character are put together otherwise.
        return _character(last) + (2 if len(piece) > 1 else 0)
    return _word(piece) if last.isalpha() else -(-len(piece) // _REPEATED)


def _character(character: str) -> int:
    return _costs()[ord(character)] if character <= "\uffff" else _BEYOND_TABLE


@lru_cache(maxsize=1 << 14)
def _word(word: str) -> int:
    """Tokens of a word after the first merges; the tokenizer goes on from there, with fewer and fewer."""
    if len(word) > _LONGEST_WORD:
        return len(word)
    order = _order()
    parts = list(word)
    while True:
        ranks = [order.get(first + second, _UNKNOWN) for first, second in pairwise(parts)]
        earliest = min(ranks, default=_UNKNOWN)
        if earliest == _UNKNOWN:
            return len(parts)
        place = ranks.index(earliest)
        parts[place : place + 2] = [parts[place] + parts[place + 1]]


@cache
def _order() -> dict[str, int]:
    return {piece.replace("·", " "): rank for rank, piece in enumerate(MERGES.split())}


@cache
def _costs() -> bytes:
    return zlib.decompress(b85decode(COSTS))
